package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract's queries, as they are written there, on the file that the books leave behind. */
class AcceptanceQueriesTest {
    @TempDir Path directory;
    private DuckDbFile file;
    private DuckDBConnection connection;

    @BeforeEach
    void three_rows_of_one_statement_and_one_of_another() throws Exception {
        Path path = directory.resolve("books.duckdb");
        Instant now = Instant.now();
        try (Books books = Books.open(path, Clock.systemUTC())) {
            var map = new Story(books, "sql-clever-fox-abc123", now);
            map.statement("RVBBIT MAP 'extract_brand' USING (SELECT 1)");
            for (int i = 0; i < 3; i++) {
                map.row("udf-merry-owl-00000" + i, i, Story.usage(10, 2, "0.000000000001"));
            }
            map.statementEnds(3, Story.usage(30, 6, "0.000000000003"));
            var other = new Story(books, "sql-calm-bee-abc124", now);
            other.statement("SELECT rvbbit_run('x', '{}')");
            other.row("udf-merry-owl-000009", 0, Story.usage(1, 1, "0.5"));
            other.statementEnds(1, Story.usage(1, 1, "0.5"));
        }
        file = new DuckDbFile(path);
        connection = file.connect();
        rows(
                """
                CREATE TEMP MACRO JSONExtractString(x, k) AS
                    json_extract_string(x, '$."' || k || '"')\
                """);
        rows("CREATE TEMP MACRO countIf(x) AS count_if(x)");
        rows("CREATE TEMP MACRO percentile(x, p) AS quantile_cont(x, p)");
    }

    @AfterEach
    void close() {
        file.close();
    }

    /** Each row as its values joined by " | ". */
    private List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            if (!statement.execute()) {
                return rows;
            }
            try (ResultSet result = statement.getResultSet()) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= columns; i++) {
                        values.add(
                                result.getObject(i) instanceof BigDecimal money
                                        ? money.toPlainString()
                                        : result.getString(i));
                    }
                    rows.add(String.join(" | ", values));
                }
            }
        }
        return rows;
    }

    @Test
    void part_2_cost_by_query() throws Exception {
        assertThat(
                        rows(
                                """
                                SELECT
                                  caller_id,
                                  JSONExtractString(invocation_metadata_json, 'sql.query') as sql_query,
                                  COUNT(DISTINCT session_id) as sessions_spawned,
                                  SUM(cost) as total_cost,
                                  SUM(tokens_in + tokens_out) as total_tokens
                                FROM all_data
                                WHERE caller_id LIKE 'sql-%'
                                  AND cost > 0
                                GROUP BY caller_id, sql_query
                                ORDER BY total_cost DESC
                                LIMIT 20\
                                """))
                .containsExactly(
                        "sql-calm-bee-abc124 | SELECT rvbbit_run('x', '{}') | 1 | 0.500000000000 | 2",
                        "sql-clever-fox-abc123 | RVBBIT MAP 'extract_brand' USING (SELECT 1) | 3 |"
                                + " 0.000000000003 | 36");
    }

    @Test
    void part_3_sessions_of_one_query() throws Exception {
        assertThat(
                        rows(
                                """
                                SELECT
                                  session_id,
                                  cascade_id,
                                  cell_name,
                                  cost,
                                  tokens_in + tokens_out as tokens
                                FROM all_data
                                WHERE caller_id = 'sql-clever-fox-abc123'
                                  AND event_type IN ('phase_complete', 'cascade_complete')
                                ORDER BY timestamp_iso\
                                """))
                .hasSize(6)
                .contains("udf-merry-owl-000001 | extract_brand | extract | 0.000000000001 | 12")
                .contains("udf-merry-owl-000001 | extract_brand |  | null | null");
    }

    @Test
    void part_4_origins() throws Exception {
        assertThat(
                        rows(
                                """
                                SELECT
                                  JSONExtractString(invocation_metadata_json, 'origin') as origin,
                                  JSONExtractString(invocation_metadata_json, 'triggered_by') as triggered_by,
                                  COUNT(DISTINCT caller_id) as unique_invocations,
                                  COUNT(DISTINCT session_id) as total_sessions,
                                  SUM(cost) as total_cost
                                FROM all_data
                                WHERE caller_id != ''
                                GROUP BY origin, triggered_by
                                ORDER BY total_cost DESC\
                                """))
                .containsExactly("sql | postgres_server | 2 | 4 | 0.500000000003");
    }

    @Test
    void part_5_dearest_queries() throws Exception {
        assertThat(
                        rows(
                                """
                                SELECT
                                  caller_id,
                                  substring(JSONExtractString(invocation_metadata_json, 'sql.query'), 1, 100) as query_preview,
                                  JSONExtractString(invocation_metadata_json, 'sql.protocol') as protocol,
                                  COUNT(DISTINCT session_id) as cascades_spawned,
                                  SUM(cost) as total_cost,
                                  AVG(cost) as avg_cost_per_cascade
                                FROM all_data
                                WHERE JSONExtractString(invocation_metadata_json, 'origin') = 'sql'
                                  AND cost > 0
                                GROUP BY caller_id, query_preview, protocol
                                ORDER BY total_cost DESC
                                LIMIT 10\
                                """))
                .hasSize(2)
                .first()
                .asString()
                .startsWith(
                        "sql-calm-bee-abc124 | SELECT rvbbit_run('x', '{}') | postgresql_wire | 1 |"
                                + " 0.500000000000");
    }

    @Test
    void part_6_recent_callers() throws Exception {
        assertThat(
                        rows(
                                """
                                SELECT DISTINCT
                                  caller_id,
                                  JSONExtractString(invocation_metadata_json, 'sql.query') as query
                                FROM all_data
                                WHERE caller_id LIKE 'sql-%'
                                  AND timestamp_iso > now() - INTERVAL 5 MINUTE
                                ORDER BY timestamp_iso DESC
                                LIMIT 5\
                                """))
                .containsExactlyInAnyOrder(
                        "sql-clever-fox-abc123 | RVBBIT MAP 'extract_brand' USING (SELECT 1)",
                        "sql-calm-bee-abc124 | SELECT rvbbit_run('x', '{}')");
    }

    @Test
    void part_7_starts_of_one_caller() throws Exception {
        assertThat(
                        rows(
                                """
                                SELECT
                                  session_id,
                                  cascade_id,
                                  JSONExtractString(content_json, '$') as content_preview
                                FROM all_data
                                WHERE caller_id = 'sql-calm-bee-abc124'
                                  AND event_type = 'cascade_start'
                                ORDER BY timestamp_iso\
                                """))
                .containsExactly(
                        "udf-merry-owl-000009 | extract_brand | {\"product_name\":\"iPhone\"}");
    }

    @Test
    void part_8_all_three_tables_carry_the_caller() throws Exception {
        assertThat(
                        rows(
                                """
                                SELECT
                                  caller_id,
                                  COUNT(*) as row_count,
                                  COUNT(DISTINCT session_id) as session_count
                                FROM unified_logs
                                WHERE caller_id LIKE 'sql-%'
                                  AND timestamp > now() - INTERVAL 5 MINUTE
                                GROUP BY caller_id\
                                """))
                .containsExactlyInAnyOrder(
                        "sql-clever-fox-abc123 | 18 | 3", "sql-calm-bee-abc124 | 6 | 1");
        assertThat(
                        rows(
                                """
                                SELECT caller_id, session_id, status
                                FROM session_state
                                WHERE caller_id LIKE 'sql-%'
                                ORDER BY started_at DESC
                                LIMIT 10\
                                """))
                .hasSize(4)
                .contains("sql-calm-bee-abc124 | udf-merry-owl-000009 | completed");
        assertThat(
                        rows(
                                """
                                SELECT caller_id, session_id, cascade_id
                                FROM cascade_sessions
                                WHERE caller_id LIKE 'sql-%'
                                ORDER BY created_at DESC
                                LIMIT 10\
                                """))
                .hasSize(4)
                .contains("sql-calm-bee-abc124 | udf-merry-owl-000009 | extract_brand");
    }

    @Test
    void part_9_runs_and_is_empty_without_fallback_events() throws Exception {
        assertThat(
                        rows(
                                """
                                SELECT service, SUM(cost_usd) as total_cost, COUNT(*) as call_count, AVG(cost_usd) as avg_cost
                                FROM ai_fallback_events
                                WHERE ts >= now() - INTERVAL 30 DAY
                                GROUP BY service
                                ORDER BY total_cost DESC\
                                """))
                .isEmpty();
        assertThat(
                        rows(
                                """
                                SELECT method, COUNT(*) as call_count
                                FROM ai_fallback_events
                                WHERE success = true
                                GROUP BY method
                                HAVING call_count > 100
                                ORDER BY call_count DESC\
                                """))
                .isEmpty();
        assertThat(
                        rows(
                                """
                                SELECT service, decision, AVG(latency_ms) as avg_latency, percentile(latency_ms, 0.95) as p95_latency, COUNT(*) as samples
                                FROM ai_fallback_events
                                WHERE success = true
                                GROUP BY service, decision\
                                """))
                .isEmpty();
        assertThat(
                        rows(
                                """
                                SELECT service, method, countIf(success = true) / COUNT(*) * 100 as success_rate, COUNT(*) as total_calls
                                FROM ai_fallback_events
                                GROUP BY service, method
                                HAVING total_calls >= 10
                                ORDER BY success_rate ASC\
                                """))
                .isEmpty();
        assertThat(
                        rows(
                                """
                                SELECT * FROM ai_fallback_events
                                WHERE service = 'sql' AND ts >= now() - INTERVAL 24 HOUR
                                ORDER BY ts DESC
                                LIMIT 100\
                                """))
                .isEmpty();
    }
}
