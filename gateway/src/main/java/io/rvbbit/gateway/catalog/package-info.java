/**
 * What makes a DuckDB database look like PostgreSQL 15's system catalogue.
 *
 * <p>The catalogue is defined in SQL resources, one file per topic, in terms of DuckDB's own {@code
 * duckdb_*()} functions. {@link io.rvbbit.gateway.catalog.PgCatalog} installs what must stand in an
 * instance: constant tables and macros. What depends on the client's objects comes in two layers.
 * Staged relations ({@code STAGE … AS}) are read from the engine by the client's own connection and
 * kept there until a definition changes; the engine package does that. Over them stand the
 * relations that clients ask for, thin queries that {@link io.rvbbit.gateway.catalog.CatalogQuery}
 * writes into a statement as common table expressions, and the functions, which look values up. No
 * session state and no JDBC live here. Start reading at {@code CatalogQuery}.
 */
@NullMarked
package io.rvbbit.gateway.catalog;

import org.jspecify.annotations.NullMarked;
