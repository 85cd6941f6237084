/**
 * What makes a DuckDB database look like PostgreSQL 15's system catalogue.
 *
 * <p>The catalogue is defined in SQL resources, one file per topic, in terms of DuckDB's own {@code
 * duckdb_*()} functions. {@link io.rvbbit.gateway.catalog.PgCatalog} installs what must stand in an
 * instance (constant tables and plain macros); everything that depends on the client's objects is
 * put into a statement by {@link io.rvbbit.gateway.catalog.CatalogQuery}, which rewrites {@code
 * pg_catalog} and {@code information_schema} names into common table expressions over those
 * definitions: each is planned and read once per statement, however often a client joins it. No
 * session state and no JDBC live here. Start reading at {@code CatalogQuery}.
 */
@NullMarked
package io.rvbbit.gateway.catalog;

import org.jspecify.annotations.NullMarked;
