package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.SqlAssert;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Spans of statements, as a client sees them. */
@GatewayTest(environment = "RVBBIT_DB_TRACING=true")
class TracesIT {
    private static String caller(SqlSession sql) {
        return sql.text("SHOW rvbbit.last_caller_id");
    }

    @Test
    void each_step_of_a_map_has_a_span_under_what_contains_it(SqlSession sql) {
        sql.execute("RVBBIT MAP 'first_word' USING (SELECT 'a' || i AS text FROM range(3) r(i))");
        String caller = caller(sql);

        sql.query(
                        """
                        SELECT depth, service, operation, status, count(*) AS spans,
                            count(DISTINCT parent_span_id) AS parents
                        FROM trace_spans WHERE caller_id = '%s' AND service <> 'store'
                        GROUP BY ALL ORDER BY 1, 3\
                        """
                                .formatted(caller))
                .returns(
                        """
                        depth | service | operation                  | status    | spans | parents
                        0     | gateway | statement                  | completed | 1     | 1
                        1     | cascade | cascade first_word         | completed | 3     | 1
                        1     | gateway | input_query                | completed | 1     | 1
                        1     | gateway | rewrite                    | completed | 1     | 1
                        2     | cascade | cell first_word.ask        | completed | 3     | 3
                        3     | model   | chat first_word.ask        | completed | 3     | 3\
                        """
                                .replaceAll(" +\\|", " |"));
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM trace_waterfall WHERE caller_id = '%s' AND depth > 0 AND offset_ms < 0"
                                        .formatted(caller)))
                .isZero();
        assertThat(sql.number("SELECT spans FROM trace_spans_health")).isPositive();
    }

    @Test
    void a_run_and_its_query_cell_have_spans(SqlSession sql) {
        sql.query("RVBBIT RUN 'sums' USING (SELECT i AS amount FROM range(30) r(i))");

        assertThat(
                        sql.text(
                                "SELECT string_agg(DISTINCT service || ' ' || split_part(operation, ' ', 1), ', ' ORDER BY 1)"
                                        + " FROM trace_spans WHERE service <> 'store' AND caller_id = '"
                                        + caller(sql)
                                        + "'"))
                .contains("gateway input_query", "gateway rewrite", "tool tool", "cascade cell");
    }

    @Test
    void a_statement_takes_part_in_the_trace_that_the_client_names(SqlSession sql) {
        sql.execute(
                "SET rvbbit.traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'");
        sql.execute("RVBBIT MAP 'first_word' USING (SELECT 'part' AS text)");
        String caller = caller(sql);

        assertThat(
                        sql.text(
                                "SELECT DISTINCT trace_id FROM trace_spans WHERE caller_id = '"
                                        + caller
                                        + "'"))
                .isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(
                        sql.text(
                                "SELECT parent_span_id FROM trace_spans WHERE depth = 0 AND caller_id = '"
                                        + caller
                                        + "'"))
                .isEqualTo("b7ad6b7169203331");
        sql.query("SET rvbbit.traceparent = 'nonsense'")
                .fails(INVALID_PARAMETER_VALUE)
                .hint("expected what W3C calls traceparent, or nothing");
    }

    @Test
    void a_trace_that_is_named_for_a_transaction_ends_with_it(SqlSession sql) throws Exception {
        String trace = "3af7651916cd43dd8448eb211c80319c";
        String set = "rvbbit.traceparent = '00-" + trace + "-b7ad6b7169203331-01'";
        String map = "RVBBIT MAP 'first_word' USING (SELECT '%s' AS text)";
        sql.connection().setAutoCommit(false);
        sql.execute("SET LOCAL " + set);
        sql.execute(map.formatted("inside"));
        String inside = caller(sql);
        sql.connection().commit();
        sql.execute(map.formatted("behind"));
        sql.connection().commit();
        sql.execute("SET " + set);
        sql.connection().rollback();
        sql.execute(map.formatted("rolled back"));
        sql.connection().commit();
        sql.connection().setAutoCommit(true);
        sql.execute("SET " + set);
        sql.execute(map.formatted("session"));
        String session = caller(sql);
        sql.execute("RESET ALL");
        sql.execute(map.formatted("reset"));

        sql.query("SELECT DISTINCT caller_id FROM trace_spans WHERE trace_id = '" + trace + "'")
                .returnsInAnyOrder("caller_id\n" + inside + "\n" + session);
    }

    private static SqlAssert span(SqlSession sql, String traceId) {
        return sql.query(
                "SELECT operation, status, parent_span_id FROM trace_spans WHERE depth = 0 AND trace_id = '"
                        + traceId
                        + "'");
    }

    @Test
    void a_request_is_part_of_the_trace_that_its_header_names(TestGateway gateway, SqlSession sql) {
        String map = "RVBBIT MAP 'first_word' USING (SELECT 'header' AS text)";
        HttpCaller http =
                gateway.http()
                        .with(
                                "traceparent",
                                "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-00");
        assertThat(http.execute(map, "session_id", "traced").status()).isEqualTo(200);
        assertThat(
                        gateway.http()
                                .with("traceparent", "00-nonsense")
                                .execute(map, "session_id", "traced")
                                .status())
                .isEqualTo(200);
        assertThat(gateway.http().execute(map, "session_id", "traced").status()).isEqualTo(200);

        span(sql, "1af7651916cd43dd8448eb211c80319c")
                .returns(
                        """
                        operation | status    | parent_span_id
                        statement | completed | c7ad6b7169203331\
                        """);
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM trace_spans WHERE depth = 0 AND parent_span_id = ''"
                                        + " AND caller_id LIKE 'http-%'"))
                .isEqualTo(2);
    }

    @Test
    void a_statement_whose_time_is_over_is_told_apart_from_one_that_is_cancelled(SqlSession sql) {
        sql.model().failsOn("slow", new StubFault.Hang());
        sql.execute("SET statement_timeout = '300ms'");
        sql.query("RVBBIT MAP 'first_word' USING (SELECT 'slow' AS text)").fails(QUERY_CANCELED);
        sql.execute("RESET statement_timeout");
        String caller = caller(sql);

        assertThat(
                        sql.text(
                                "SELECT status || ' ' || error_type FROM trace_spans WHERE depth = 0 AND caller_id = '%s'"
                                        .formatted(caller)))
                .isEqualTo("timeout timeout");
        assertThat(
                        sql.text(
                                "SELECT status FROM sql_query_log WHERE caller_id = '%s'"
                                        .formatted(caller)))
                .isEqualTo("cancelled");
        assertThat(sql.text("SELECT cause FROM identify_root_cause('%s')".formatted(caller)))
                .isEqualTo("SERVICE_TIMEOUT");
    }

    @Test
    void cells_that_run_at_once_stand_under_their_session(SqlSession sql) {
        sql.execute(
                "RVBBIT MAP 'flow_parallel' USING (SELECT 'at once ' || i AS text FROM range(3) r(i))");

        sql.query(
                        """
                        SELECT p.operation AS parent, s.operation, count(*) AS spans,
                            count(DISTINCT p.span_id) AS parents
                        FROM trace_spans s
                        JOIN trace_spans p ON p.span_id = s.parent_span_id AND p.caller_id = s.caller_id
                            AND p.session_id = if(s.depth = 1, '', s.session_id)
                        WHERE s.caller_id = '%s' AND s.depth > 0 AND s.service IN ('cascade', 'model')
                        GROUP BY ALL ORDER BY ALL\
                        """
                                .formatted(caller(sql)))
                .returns(
                        """
                        parent | operation | spans | parents
                        cascade flow_parallel | cell flow_parallel.both | 3 | 3
                        cascade flow_parallel | cell flow_parallel.left | 3 | 3
                        cascade flow_parallel | cell flow_parallel.right | 3 | 3
                        cell flow_parallel.both | chat flow_parallel.both | 3 | 3
                        cell flow_parallel.left | chat flow_parallel.left | 3 | 3
                        cell flow_parallel.right | chat flow_parallel.right | 3 | 3
                        statement | cascade flow_parallel | 3 | 1\
                        """);
    }

    @Test
    void nothing_is_traced_unless_that_is_configured() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(Map.of());
                SqlSession sql = gateway.session()) {
            sql.execute("RVBBIT MAP 'first_word' USING (SELECT 'a' AS text)");

            assertThat(sql.number("SELECT count(*) FROM trace_spans")).isZero();
            assertThat(sql.text("SELECT invocation_metadata_json FROM sql_query_log"))
                    .doesNotContain("trace");
        }
    }

    @Test
    void the_variable_has_another_name_too() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(Map.of("ENABLE_DB_TRACING", "true"));
                SqlSession sql = gateway.session()) {
            sql.execute("RVBBIT MAP 'first_word' USING (SELECT 'a' AS text)");

            assertThat(sql.number("SELECT count(*) FROM trace_spans WHERE service <> 'store'"))
                    .isEqualTo(6);
        }
    }
}
