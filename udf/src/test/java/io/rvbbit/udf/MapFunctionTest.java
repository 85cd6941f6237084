package io.rvbbit.udf;

import static io.rvbbit.udf.FakeRunner.failed;
import static io.rvbbit.udf.FakeRunner.first;
import static io.rvbbit.udf.FakeRunner.structured;
import static io.rvbbit.udf.FakeRunner.value;
import static io.rvbbit.udf.FunctionSession.map;
import static io.rvbbit.udf.FunctionSession.mapSql;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.cascade.Invocation;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MapFunctionTest {
    private FunctionSession session;

    @BeforeEach
    void open() throws SQLException {
        session = new FunctionSession();
    }

    @AfterEach
    void close() throws SQLException {
        session.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'v' || range AS c1 FROM range(5000)",
                "SELECT 'v' || r AS c1 FROM ordered",
                "SELECT c1 FROM backwards ORDER BY r",
                "SELECT 'v' || r AS c1 FROM (SELECT r FROM sparse WHERE r % 1000 = 0) "
                        + "JOIN factor ON true ORDER BY r"
            })
    void rows_keep_their_order_and_values_over_several_vectors(String query) throws SQLException {
        session.execute("CREATE TABLE ordered AS SELECT range AS r FROM range(5000)");
        session.execute(
                "CREATE TABLE backwards AS SELECT 4999 - range AS r, 'v' || (4999 - range) AS c1"
                        + " FROM range(5000)");
        session.execute("CREATE TABLE sparse AS SELECT range AS r FROM range(5000000)");
        session.execute("CREATE TABLE factor AS SELECT 1 AS one");
        List<String> inputs = session.rows(query);
        try (QueryScope scope = session.open(16, map(OnError.FAIL))) {
            List<String> rows = session.rows(mapSql(scope, query));

            assertThat(rows).isEqualTo(inputs.stream().map(c1 -> c1 + "|<" + c1 + ">").toList());
            assertThat(inputs).hasSize(5000);
            assertThat(scope.totals().rowsIn()).isEqualTo(5000);
        }
    }

    @Test
    void rows_after_a_sparse_filter_still_reach_the_function_as_one_vector() throws SQLException {
        session.execute("CREATE TABLE t AS SELECT range AS r FROM range(1000000)");
        CountDownLatch together = new CountDownLatch(100);
        session.runner.runs((invocation, id) -> {
            together.countDown();
            assertThat(together.await(20, TimeUnit.SECONDS)).isTrue();
            return value(id, first(invocation));
        });
        try (QueryScope scope = session.open(100, map(OnError.FAIL))) {
            List<String> rows =
                    session.rows(mapSql(scope, "SELECT r AS c1 FROM t WHERE r % 10000 = 0"));

            assertThat(rows).hasSize(100).first().isEqualTo("0|<0>");
            assertThat(session.runner.mostRunning()).isEqualTo(100);
        }
    }

    @Test
    void identical_inputs_are_computed_once_within_and_across_vectors() throws SQLException {
        try (QueryScope scope = session.open(4, map(OnError.FAIL))) {
            List<String> rows =
                    session.rows(mapSql(scope, "SELECT range % 7 AS c1 FROM range(5000)"));

            assertThat(rows)
                    .isEqualTo(
                            IntStream.range(0, 5000)
                                    .map(row -> row % 7)
                                    .mapToObj(c1 -> c1 + "|<" + c1 + ">")
                                    .toList());
            assertThat(session.runner.invocations).hasSize(7);
            QueryTotals totals = scope.totals();
            assertThat(totals.rowsIn()).isEqualTo(5000);
            assertThat(totals.sessions()).isEqualTo(7);
            assertThat(totals.modelCalls()).isEqualTo(7);
            assertThat(totals.cacheHits()).isEqualTo(4993);
            assertThat(totals.usage())
                    .isEqualTo(new Usage(70, 14, new BigDecimal("0.000010500000")));
        }
    }

    @Test
    void a_shared_answer_costs_nothing_and_names_the_session_that_was_paid() throws SQLException {
        try (QueryScope scope = session.open(4, map(OnError.FAIL))) {
            List<String> envelopes =
                    session.rows(
                            """
                            SELECT _rvbbit_map('%s', 0, 'x', r, '{"c1":"a"}')
                            FROM (VALUES (1::BIGINT), (2)) AS t(r)
                            """
                                    .formatted(scope.token()));

            assertThat(envelopes)
                    .containsExactly(
                            "{\"value\":\"<a>\",\"output\":null,\"error\":null,"
                                    + "\"session_id\":\"udf-calm-otter-1\","
                                    + "\"cost\":\"0.000001500000\",\"tokens_in\":10,"
                                    + "\"tokens_out\":2,\"cached\":false,\"duration_ms\":7}",
                            "{\"value\":\"<a>\",\"output\":null,\"error\":null,"
                                    + "\"session_id\":\"udf-calm-otter-1\","
                                    + "\"cost\":\"0.000000000000\",\"tokens_in\":0,"
                                    + "\"tokens_out\":0,\"cached\":true,\"duration_ms\":0}");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16})
    void exactly_n_cascades_run_at_a_time_while_there_is_work(int parallel) throws SQLException {
        CountDownLatch together = new CountDownLatch(parallel);
        session.runner.runs((invocation, id) -> {
            together.countDown();
            assertThat(together.await(20, TimeUnit.SECONDS)).isTrue();
            return value(id, first(invocation));
        });
        try (QueryScope scope = session.open(parallel, map(OnError.FAIL), map(OnError.FAIL))) {
            List<String> rows =
                    session.rows(
                            mapSql(scope, 0, "SELECT range AS c1 FROM range(3000)", 3000)
                                    + " UNION ALL "
                                    + mapSql(scope, 1, "SELECT -range AS c1 FROM range(50)", 50));

            assertThat(rows).hasSize(3050);
            assertThat(session.runner.mostRunning()).isEqualTo(parallel);
        }
    }

    @Test
    void the_cascade_gets_only_what_it_reads_and_the_rest_makes_no_difference()
            throws SQLException {
        CallSpec call = map(OnError.FAIL, CallSpec.NO_BOUND, Set.of("name"));
        try (QueryScope scope = session.open(4, call)) {
            session.rows(
                    """
                    SELECT _rvbbit_map('%s', 0, 'x', r, to_json({id: r, name: n})::VARCHAR)
                    FROM (VALUES (1::BIGINT, 'a'), (2, 'a'), (3, 'b'), (4, NULL)) AS t(r, n)
                    """
                            .formatted(scope.token()));

            assertThat(session.runner.invocations)
                    .extracting(invocation -> invocation.input().toString())
                    .containsExactlyInAnyOrder(
                            "{\"name\":\"a\"}", "{\"name\":\"b\"}", "{\"name\":null}");
            assertThat(session.runner.invocations)
                    .extracting(Invocation::sourceRow)
                    .containsExactlyInAnyOrder(0L, 2L, 3L);
            assertThat(session.runner.invocations)
                    .allMatch(invocation -> invocation.caller().equals(FunctionSession.CALLER))
                    .allMatch(invocation -> invocation.sessionPrefix().equals("udf"));
        }
    }

    @Test
    void sql_null_reaches_the_cascade_as_json_null_and_comes_back() throws SQLException {
        session.runner.runs(
                (invocation, id) -> value(id, invocation.input().get("c1").isNull() ? null : "y"));
        try (QueryScope scope = session.open(4, map(OnError.FAIL))) {
            assertThat(session.rows(mapSql(scope, "SELECT * FROM (VALUES (NULL), ('a')) AS t(c1)")))
                    .containsExactly("null|null", "a|y");
        }
    }

    @Test
    void structured_output_is_in_the_envelope() throws SQLException {
        session.runner.runs((_, id) ->
                structured(id, "5", JsonNodeFactory.instance.objectNode().put("stars", 5)));
        try (QueryScope scope = session.open(4, map(OnError.FAIL))) {
            assertThat(
                            session.rows(
                                    "SELECT json_extract_string(_rvbbit_map('"
                                            + scope.token()
                                            + "', 0, 'x', 1, '{}'), '$.output.stars')"))
                    .containsExactly("5");
        }
    }

    @Test
    void a_row_counts_once_though_two_casts_and_two_evaluations_fail() throws SQLException {
        try (QueryScope scope = session.open(4, map(OnError.COLUMN))) {
            String cast = "_rvbbit_cast_failed('%1$s', 0, r, '%2$s', 'INTEGER', 'abc')";
            List<String> rows =
                    session.rows(
                            ("SELECT "
                                            + cast.formatted("%1$s", "a")
                                            + ", "
                                            + cast.formatted("%1$s", "b")
                                            + ", _rvbbit_row_error('%1$s', 0, r, NULL)"
                                            + " FROM (VALUES (1::BIGINT)) AS t(r)")
                                    .formatted(scope.token()));

            assertThat(rows)
                    .containsExactly(
                            "null|null|{\"class\":\"cast\",\"sqlstate\":\"22P02\",\"message\":"
                                    + "\"column \\\"a\\\": invalid input for type INTEGER: abc\","
                                    + "\"attempts\":0}");
            assertThat(scope.totals().failedByClass()).containsExactly(Map.entry("cast", 1L));
        }
    }

    @Test
    void rows_beyond_the_bound_are_dropped_and_remembered() throws SQLException {
        try (QueryScope scope = session.open(4, map(OnError.FAIL))) {
            List<String> rows =
                    session.rows(mapSql(scope, 0, "SELECT range AS c1 FROM range(5000)", 1000));

            assertThat(rows).hasSize(1000).last().isEqualTo("999|<999>");
            assertThat(scope.totals().truncatedCalls()).containsExactly(0);
        }
    }

    @Test
    void exactly_as_many_rows_as_the_bound_are_not_truncated() throws SQLException {
        try (QueryScope scope = session.open(4, map(OnError.FAIL))) {
            session.rows(mapSql(scope, 0, "SELECT range AS c1 FROM range(10)", 10));

            assertThat(scope.totals().truncatedCalls()).isEmpty();
        }
    }

    @Test
    void it_works_in_case_where_cte_ctas_and_insert() throws SQLException {
        try (QueryScope scope = session.open(4, map(OnError.FAIL))) {
            String map = mapSql(scope, "SELECT range AS c1 FROM range(10)");
            assertThat(session.rows("SELECT c1 FROM (" + map + ") WHERE brand = '<3>'"))
                    .containsExactly("3");
            assertThat(
                            session.rows(
                                    "WITH m AS MATERIALIZED ("
                                            + map
                                            + ") SELECT count(*), count(DISTINCT a.brand)"
                                            + " FROM m a JOIN m b ON a.brand = b.brand"))
                    .containsExactly("10|10");
            session.execute("CREATE TABLE made AS " + map);
            session.execute("INSERT INTO made " + map);
            assertThat(session.rows("SELECT count(*), count(DISTINCT brand) FROM made"))
                    .containsExactly("20|10");
            assertThat(
                            session.rows(
                                    "SELECT CASE WHEN c1 < 2 THEN brand ELSE '-' END FROM ("
                                            + map
                                            + ") ORDER BY c1 LIMIT 3"))
                    .containsExactly("<0>", "<1>", "-");
            assertThat(session.runner.invocations).hasSize(10);
            assertThat(scope.totals().rowsIn()).isEqualTo(10);
        }
    }

    @Test
    void a_failed_cast_tells_the_attempts_of_its_rows_answer() throws SQLException {
        try (QueryScope scope = session.open(4, map(OnError.COLUMN))) {
            String sql =
                    """
                    SELECT _rvbbit_cast_failed('%1$s', 0, a.r, 'n', 'INTEGER', a.answer) IS NULL,
                        json_extract(_rvbbit_row_error('%1$s', 0, a.r, a.answer), '$.attempts')
                    FROM (SELECT r, _rvbbit_map('%1$s', 0, 'x', r, '{"c1":"a"}') AS answer
                        FROM (VALUES (1::BIGINT), (2)) AS t(r)) AS a
                    """
                            .formatted(scope.token());
            assertThat(session.rows(sql)).containsExactly("true|1", "true|1");
        }
    }

    @Test
    void nothing_runs_at_prepare_or_explain() throws SQLException {
        try (QueryScope scope = session.open(4, map(OnError.FAIL))) {
            String map = mapSql(scope, "SELECT range AS c1 FROM range(10)");
            session.duckdb.prepareStatement(map).close();
            session.rows("EXPLAIN " + map);

            assertThat(session.runner.invocations).isEmpty();
        }
    }

    @Test
    void shared_failures_fail_each_of_their_rows() throws SQLException {
        session.runner.runs((_, id) -> failed(id, "timeout"));
        try (QueryScope scope = session.open(4, map(OnError.NULL))) {
            assertThat(session.rows(mapSql(scope, "SELECT 'same' AS c1 FROM range(3)")))
                    .containsOnly("same|null")
                    .hasSize(3);
            assertThat(session.runner.invocations).hasSize(1);
            assertThat(scope.totals().failureSummary())
                    .isEqualTo("3 of 3 rows failed: timeout (3)");
        }
    }
}
