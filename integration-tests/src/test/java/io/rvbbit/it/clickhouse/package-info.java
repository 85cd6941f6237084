/**
 * The books in ClickHouse: the real engine behind a test front, and the tests that need it.
 *
 * <p>The engine is libchdb.so, which {@code integration-tests/fetch-clickhouse} fetches; the HTTP
 * in front of it is ours, so these tests tell of ClickHouse's SQL, tables and types, and not of its
 * own HTTP server. Start at {@link io.rvbbit.it.clickhouse.ClickHouseServer}.
 */
@NullMarked
package io.rvbbit.it.clickhouse;

import org.jspecify.annotations.NullMarked;
