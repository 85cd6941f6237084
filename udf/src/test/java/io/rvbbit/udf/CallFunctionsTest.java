package io.rvbbit.udf;

import static io.rvbbit.udf.FakeRunner.failed;
import static io.rvbbit.udf.FakeRunner.structured;
import static io.rvbbit.udf.FakeRunner.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.CallSpec.Verb;
import io.rvbbit.udf.cascade.Invocation;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class CallFunctionsTest {
    private FunctionSession session;

    @BeforeEach
    void open() throws SQLException {
        session = new FunctionSession();
    }

    @AfterEach
    void close() throws SQLException {
        session.close();
    }

    @Test
    void run_takes_json_text_a_struct_a_row_and_json() throws SQLException {
        session.runner.runs((invocation, id) -> value(id, invocation.input().toString()));
        try (QueryScope scope = session.open(4)) {
            assertThat(
                            session.call(
                                    scope,
                                    """
                                    SELECT rvbbit_run('x', '{"b": 1.50, "a": "it''s"}'),
                                        rvbbit_run('x', {a: 1, b: [true]}), rvbbit_run('x', t),
                                        rvbbit_run('x', '{"j": null}'::JSON)
                                    FROM (SELECT 7 AS seven, NULL AS nothing) AS t
                                    """))
                    .containsExactly(
                            "{\"a\":\"it's\",\"b\":1.50}|{\"a\":1,\"b\":[true]}"
                                    + "|{\"nothing\":null,\"seven\":7}|{\"j\":null}");
            assertThat(session.runner.invocations)
                    .allMatch(invocation -> invocation.sourceRow() == -1);
        }
    }

    @Test
    void null_in_null_out_and_no_call() throws SQLException {
        try (QueryScope scope = session.open(4)) {
            assertThat(
                            session.call(
                                    scope,
                                    "SELECT rvbbit_run('x', NULL), rvbbit_run(NULL, '{}'),"
                                            + " rvbbit('say', NULL), rvbbit(NULL, 'a'),"
                                            + " rvbbit_run_batch('x', NULL, 't'),"
                                            + " rvbbit_run('x', NULL, 'f')"))
                    .containsExactly("null|null|null|null|null|null");
            assertThat(session.runner.invocations).isEmpty();
            assertThat(scope.totals().rowsIn()).isZero();
        }
    }

    @Test
    void a_field_is_a_property_of_the_last_cell_or_of_a_named_one() throws SQLException {
        ObjectNode output = JsonNodeFactory.instance.objectNode().put("name", "Nike");
        output.put("stars", 5).putNull("none").put("a.b", "dotted").putArray("tags").add("shoe");
        session.runner.runs((_, id) -> structured(id, "clean", output));
        try (QueryScope scope = session.open(4)) {
            assertThat(
                            session.call(
                                    scope,
                                    """
                                    SELECT rvbbit_run('x', '{}', f) FROM (VALUES ('name'), ('stars'),
                                        ('none'), ('tags'), ('absent'), ('earlier.tone'),
                                        ('last.name'), ('nowhere.x'), ('a.b'), (NULL)) AS t(f)
                                    """))
                    .containsExactly(
                            "Nike",
                            "5",
                            "null",
                            "[\"shoe\"]",
                            "null",
                            "warm",
                            "Nike",
                            "null",
                            "dotted",
                            "clean");
            assertThat(session.runner.invocations).hasSize(1);
            assertThat(scope.totals().cacheHits()).isEqualTo(9);
            assertThat(scope.totals().rowsIn()).isEqualTo(10);
        }
    }

    @Test
    void a_nested_call_is_paid_once() throws SQLException {
        session.runner.runs((invocation, id) -> value(id, "{\"from\": \"" + id + "\"}"));
        try (QueryScope scope = session.open(4)) {
            session.call(scope, "SELECT rvbbit_run('x', rvbbit_run('x', '{}'))");

            assertThat(session.runner.invocations).hasSize(2);
            assertThat(scope.totals().rowsIn()).isEqualTo(2);
        }
    }

    @Test
    void input_that_is_no_object_is_refused_by_name() throws SQLException {
        for (String input : List.of("'[1]'", "'abc'", "5", "'{\"a\": 1} x'", "'null'")) {
            try (QueryScope scope = session.open(4)) {
                SqlException failure = fails(scope, "SELECT rvbbit_run('x', " + input + ")");

                assertThat(failure.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
                assertThat(failure)
                        .hasMessageContaining(
                                input.replace("'", "").replace(" ", "").substring(0, 1));
            }
        }
        assertThat(session.runner.invocations).isEmpty();
    }

    @Test
    void a_missing_input_is_named_with_its_nearest() throws SQLException {
        session.cascades.put(
                "brand", FunctionSession.cascade("brand", Set.of("product_name"), null));
        try (QueryScope scope = session.open(4)) {
            SqlException failure =
                    fails(scope, "SELECT rvbbit_run('brand', {productname: 'a', x: 1})");

            assertThat(failure.state()).isEqualTo(SqlState.UNDEFINED_COLUMN);
            assertThat(failure).hasMessage("cascade \"brand\" needs input \"product_name\"");
            assertThat(failure.hint()).hasValue("the input has \"productname\"");
        }
    }

    @Test
    void an_unknown_cascade_keeps_its_own_state() throws SQLException {
        try (QueryScope scope = session.open(4)) {
            assertThat(fails(scope, "SELECT rvbbit_run('nope', '{}')").state())
                    .isEqualTo(SqlState.UNDEFINED_OBJECT);
        }
    }

    @Test
    void functions_fail_by_default_and_give_null_when_told_to() throws SQLException {
        session.runner.runs((_, id) -> failed(id, "timeout"));
        try (QueryScope scope = session.open(4)) {
            SqlException failure = fails(scope, "SELECT rvbbit_run('x', '{}')");

            assertThat(failure.state()).isEqualTo(SqlState.EXTERNAL_ROUTINE);
            assertThat(failure).hasMessage("cascade \"x\" failed: timeout: no luck with it");
        }
        try (QueryScope scope =
                session.open(
                        4, new FunctionSpec(OnError.NULL, Overrides.NONE, FunctionSession.ALONE))) {
            assertThat(session.call(scope, "SELECT rvbbit_run('x', {r: r}) FROM range(3) AS t(r)"))
                    .containsExactly("null", "null", "null");
            assertThat(scope.totals().failureSummary())
                    .isEqualTo("3 of 3 rows failed: timeout (3)");
        }
    }

    @Test
    void a_view_over_a_call_uses_the_token_of_each_reading_statement() throws SQLException {
        session.execute("CREATE VIEW v AS SELECT rvbbit_run('x', {a: 1}) AS answer");
        for (int i = 0; i < 2; i++) {
            try (QueryScope scope = session.open(4)) {
                assertThat(session.call(scope, "SELECT * FROM v")).containsExactly("<1>");
                assertThat(scope.totals().sessions()).isEqualTo(1);
            }
        }
        assertThatThrownBy(() -> session.rows("SELECT * FROM v"))
                .hasMessageContaining("[rvbbit 42501]");
    }

    /** DuckDB folds the variable when it prepares: an execution must prepare after setting it. */
    @Test
    void a_plan_prepared_for_an_earlier_statement_is_refused() throws SQLException {
        try (QueryScope earlier = session.open(4)) {
            session.execute("SET VARIABLE _rvbbit_caller = '" + earlier.token() + "'");
        }
        try (QueryScope scope = session.open(4)) {
            try (PreparedStatement plan =
                    session.duckdb.prepareStatement("SELECT rvbbit_run('x', {a: 1})")) {
                session.execute("SET VARIABLE _rvbbit_caller = '" + scope.token() + "'");

                assertThatThrownBy(plan::executeQuery).hasMessageContaining("[rvbbit 42501]");
            }
            assertThat(session.runner.invocations).isEmpty();
            assertThat(session.rows("SELECT rvbbit_run('x', {a: 1})")).containsExactly("<1>");
        }
    }

    @Test
    void calls_behind_case_and_where_run_for_the_rows_that_need_them() throws SQLException {
        try (QueryScope scope = session.open(4)) {
            assertThat(
                            session.call(
                                    scope,
                                    "SELECT CASE WHEN r < 2 THEN rvbbit_run('x', {a: r}) END"
                                            + " FROM range(100) AS t(r) WHERE r < 3"
                                            + " AND rvbbit_run('x', {b: r}) <> '<0>'"))
                    .containsExactly("<1>", "null");
            assertThat(session.runner.invocations).hasSize(4);
        }
    }

    @Test
    void prompt_gives_trimmed_text_and_hides_nothing_in_the_template() throws SQLException {
        session.runner.runs(
                (invocation, id) -> value(id, "\n " + invocation.input().get("value").asText()));
        try (QueryScope scope = session.open(4)) {
            assertThat(session.call(scope, "SELECT rvbbit('{{ evil }}', 5), rvbbit('a', 'b ')"))
                    .containsExactly("5|b");
            assertThat(session.runner.invocations)
                    .extracting(invocation -> invocation.cascade().contentHash())
                    .containsOnly("hash of inline");
            assertThat(session.runner.invocations.element().input().get("instructions").asText())
                    .isEqualTo("{{ evil }}");
        }
    }

    @Test
    void run_batch_stages_its_rows_and_drops_them() throws SQLException {
        session.runner.runs((invocation, id) -> value(id, invocation.input().toString()));
        try (QueryScope scope = session.open(2)) {
            assertThat(
                            session.call(
                                    scope,
                                    "SELECT rvbbit_run_batch('x', '[{\"a\": ' || r // 2 || '},{}]', 't')"
                                            + " FROM range(8) AS t(r)"))
                    .hasSize(8)
                    .containsOnly("{\"data_table\":\"t\",\"row_count\":2}");
            assertThat(session.tables.staged)
                    .containsExactly(
                            "t [{\"a\":0},{}]",
                            "t [{\"a\":1},{}]",
                            "t [{\"a\":2},{}]",
                            "t [{\"a\":3},{}]");
            assertThat(session.tables.open).hasValue(0);
            assertThat(session.tables.mostOpen.get()).isLessThanOrEqualTo(2);
            Invocation batch = session.runner.invocations.element();
            assertThat(batch.sessionPrefix()).isEqualTo("batch");
            assertThat(batch.rowsHash()).hasSize(64);
            assertThat(batch.sql()).isNotNull();
        }
    }

    @Test
    void run_batch_takes_lists_and_refuses_what_is_no_array_of_objects() throws SQLException {
        try (QueryScope scope = session.open(2)) {
            session.call(scope, "SELECT rvbbit_run_batch('x', [{a: 1}, {a: 2}], 't')");
            assertThat(session.tables.staged).containsExactly("t [{\"a\":1},{\"a\":2}]");
        }
        for (String rows : List.of("'{}'", "'[1]'", "'x'", "[1, 2]")) {
            try (QueryScope scope = session.open(2)) {
                SqlException failure =
                        fails(scope, "SELECT rvbbit_run_batch('x', " + rows + ", 't')");
                assertThat(failure.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
            }
        }
    }

    @Test
    void rows_of_a_failed_batch_are_dropped_with_the_scope() throws SQLException {
        session.runner.runs((_, id) -> failed(id, "timeout"));
        try (QueryScope scope = session.open(2)) {
            fails(scope, "SELECT rvbbit_run_batch('x', '[{}]', 't')");
        }
        assertThat(session.tables.mostOpen).hasValue(1);
        assertThat(session.tables.open).hasValue(0);
    }

    @Test
    void run_reads_the_rows_staged_for_its_clause() throws SQLException {
        CallSpec run =
                new CallSpec(
                        Verb.RUN,
                        FunctionSession.cascade("x", Set.of(), null),
                        OnError.FAIL,
                        Overrides.NONE,
                        10_000,
                        false,
                        CallSpec.NO_BOUND,
                        List.of(),
                        null,
                        FunctionSession.ALONE);
        session.runner.runs((invocation, id) -> value(id, invocation.input().toString()));
        try (QueryScope scope = session.open(2, run)) {
            scope.stage(0, session.tables.stage("mine", "[{\"a\":1},{\"a\":2},{\"a\":3}]"));
            String sql =
                    "SELECT json_extract_string(_rvbbit_batch('%s', 0, 'x'), '$.value')"
                            .formatted(scope.token());
            assertThat(session.rows(sql + " UNION ALL " + sql))
                    .containsOnly("{\"data_table\":\"mine\",\"row_count\":3}")
                    .hasSize(2);

            assertThat(session.runner.invocations).hasSize(1);
            assertThat(scope.totals().rowsIn()).isEqualTo(3);
            assertThat(session.tables.open).hasValue(1);
        }
        assertThat(session.tables.open).hasValue(0);
    }

    private SqlException fails(QueryScope scope, String sql) {
        assertThatThrownBy(() -> session.call(scope, sql)).isInstanceOf(SQLException.class);
        return scope.failure().orElseThrow();
    }
}
