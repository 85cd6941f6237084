/**
 * DuckDB, in process: databases, their locks, statements, and results as raw vectors.
 *
 * <p>What lives here: {@link io.rvbbit.gateway.engine.Databases} (files, instances, connections),
 * reading without copies, DuckDB's faults in PostgreSQL's words, and the read-only catalogs that
 * every database sees. What must not: the wire, sessions, anything about cascades but where their
 * SQL cells read. Start at {@link io.rvbbit.gateway.engine.EngineConnection}.
 */
@NullMarked
package io.rvbbit.gateway.engine;

import org.jspecify.annotations.NullMarked;
