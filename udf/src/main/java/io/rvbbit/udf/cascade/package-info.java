/**
 * Cascades: reading their definitions and running one session of one of them.
 *
 * <p>Here live the loader (strict, every fault with file and line), the sandboxed templates, the
 * check of model answers, and the runner that takes the cells in order and tells the books. DuckDB,
 * HTTP and the wire must not come in here: SQL cells see {@link io.rvbbit.udf.cascade.SqlSource},
 * prompt cells see {@link io.rvbbit.udf.llm.ModelClient}. Start reading at {@link
 * io.rvbbit.udf.cascade.CascadeRunner}, then {@link io.rvbbit.udf.cascade.Cascade}.
 */
@NullMarked
package io.rvbbit.udf.cascade;

import org.jspecify.annotations.NullMarked;
