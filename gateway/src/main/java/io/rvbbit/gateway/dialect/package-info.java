/**
 * PostgreSQL's dialect on DuckDB: what clients write is rewritten token by token, and what DuckDB
 * lacks is supplied by macros in {@code rvbbit.pg} over functions of our own.
 *
 * <p>Start reading at {@link io.rvbbit.gateway.dialect.Dialect}; {@link
 * io.rvbbit.gateway.dialect.DialectCatalog} tells what stands in every database. Nothing here knows
 * a session or runs a statement.
 */
@NullMarked
package io.rvbbit.gateway.dialect;

import org.jspecify.annotations.NullMarked;
