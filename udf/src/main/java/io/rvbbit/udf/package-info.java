/**
 * The functions that DuckDB calls, and the statement that they work for.
 *
 * <p>Here lives what stands between an SQL vector and a cascade: {@link io.rvbbit.udf.Functions}
 * registers the hidden functions, {@link io.rvbbit.udf.QueryScope} is one execution of one
 * statement (its caller, its calls in flight, its failures and totals), found by its token through
 * {@link io.rvbbit.udf.QueryScopes}. What must not live here: how a cascade runs, how a model is
 * asked, and anything about the wire. Start reading at {@code QueryScope}.
 */
@NullMarked
package io.rvbbit.udf;

import org.jspecify.annotations.NullMarked;
