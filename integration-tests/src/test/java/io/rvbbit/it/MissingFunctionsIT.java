package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.CONFIGURATION_LIMIT_EXCEEDED;
import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_COLUMN;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_FUNCTION;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import org.junit.jupiter.api.Test;

/** Functions that do not exist, answered by a model. Each test names functions of its own. */
@GatewayTest(environment = "RVBBIT_AI_FALLBACK_DENY=[forbidden_*, evil.*]")
class MissingFunctionsIT {
    private static final String REVIEWS =
            "(VALUES (1, 'great shoes'), (2, 'awful smell'), (3, NULL)) r(id, review)";

    private static long decisions(SqlSession sql) {
        return sql.model().requests().stream()
                .map(StubRequest::prompt)
                .filter(prompt -> prompt.contains("Decide from its name"))
                .count();
    }

    private static void on(SqlSession sql) {
        sql.execute("SET rvbbit.ai_fallback = on");
    }

    private static void decides(SqlSession sql, String function, String decision) {
        sql.model().answers("calls the function " + function, decision);
    }

    @Test
    void without_the_setting_nothing_is_asked(SqlSession sql) {
        sql.query("SELECT off_by_default(review) FROM " + REVIEWS).fails(UNDEFINED_FUNCTION);

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_text_is_answered_row_by_row_and_null_stays_null(SqlSession sql) {
        on(sql);
        decides(sql, "sentiment_of", "{\"decision\": \"text\", \"type\": \"VARCHAR\"}");
        sql.model().answers("great shoes", "positive").answers("awful smell", "negative");

        sql.query("SELECT id, sentiment_of(review) FROM " + REVIEWS + " ORDER BY id")
                .returns(
                        """
                        id | sentiment_of
                        1  | positive
                        2  | negative
                        3  | NULL\
                        """);

        assertThat(sql.model().calls()).as("one decision, two answers").isEqualTo(3);
        assertThat(sql.model().requests().getFirst().prompt())
                .contains("sentiment_of(review VARCHAR)");
        assertThat(sql.model().requests().getLast().prompt())
                .contains("sentiment_of(review VARCHAR)", "review");
    }

    @Test
    void the_decision_is_made_once_for_a_function_and_its_types(SqlSession sql) {
        on(sql);
        sql.execute("SELECT mood_of(review) FROM " + REVIEWS);
        sql.execute("SELECT mood_of(review || '!') FROM " + REVIEWS);
        assertThat(decisions(sql)).isEqualTo(1);

        sql.execute("SELECT mood_of(id) FROM " + REVIEWS);
        assertThat(decisions(sql)).as("other types, another decision").isEqualTo(2);
    }

    @Test
    void a_number_is_a_number(SqlSession sql) {
        on(sql);
        decides(sql, "score_of", "{\"decision\": \"text\", \"type\": \"DOUBLE\"}");
        sql.model()
                .answers("great shoes", "{\"value\": 0.75}")
                .answers("awful smell", "{\"value\": 0.25}");

        sql.query(
                        "SELECT sum(score_of(review)) AS total, max(score_of(review)) > 0.5 AS high FROM "
                                + REVIEWS)
                .returns(
                        """
                        total | high
                        1     | t\
                        """);

        assertThat(sql.model().calls()).as("identical calls once").isEqualTo(3);
    }

    @Test
    void an_object_is_json(SqlSession sql) {
        on(sql);
        decides(sql, "stripe.charge", "{\"decision\": \"object\"}");
        sql.model().answers("\"amount\":12", "{\"id\": \"ch_1\"}");

        sql.query("SELECT stripe.charge(amount := 12, currency := 'eur') ->> 'id' AS id")
                .returns(
                        """
                        id
                        ch_1\
                        """);
        sql.query("SELECT stripe.charge(amount := 12, currency := 'eur') AS whole")
                .returns(
                        """
                        whole
                        {"id":"ch_1"}\
                        """);

        assertThat(sql.model().requests().getLast().prompt())
                .contains("stripe.charge(amount INTEGER, currency VARCHAR)");
    }

    @Test
    void names_that_are_kept_from_models_stay_unknown(SqlSession sql) {
        on(sql);
        for (String call :
                new String[] {
                    "forbidden_thing(1)",
                    "evil.charge(1)",
                    "pg_no_such(1)",
                    "has_no_privilege(1)",
                    "current_thing()",
                    "pg_catalog.no_such(1)"
                }) {
            sql.query("SELECT " + call).fails(UNDEFINED_FUNCTION);
        }
        sql.query("SELECT no_such(relname) FROM pg_class").fails(UNDEFINED_FUNCTION);
        sql.query("SELECT no_such(table_name) FROM information_schema.tables")
                .fails(UNDEFINED_FUNCTION);
        sql.query("SELECT forbidden_thing(1)").fails(UNDEFINED_FUNCTION).hint("ai-fallback-deny");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_wrong_call_of_a_function_that_exists_is_its_own_error(SqlSession sql) {
        on(sql);
        sql.query("SELECT levenshtein('a')").fails(UNDEFINED_FUNCTION);
        sql.query("SELECT no_such_f(1) OVER ()").fails(UNDEFINED_FUNCTION);
        sql.query("SELECT no_such_f(DISTINCT 1)").fails(UNDEFINED_FUNCTION);
        sql.query("SELECT * FROM no_such_f(1)").fails(UNDEFINED_FUNCTION);

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void what_else_is_wrong_is_told_before_a_model_is_asked(SqlSession sql) {
        on(sql);
        sql.query("SELECT rating_of(review), no_column FROM " + REVIEWS).fails(UNDEFINED_COLUMN);

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void calls_may_stand_in_each_other_and_everywhere(SqlSession sql) {
        on(sql);
        decides(sql, "inner_f", "{\"decision\": \"text\", \"type\": \"BIGINT\"}");
        decides(sql, "outer_f", "{\"decision\": \"text\", \"type\": \"VARCHAR\"}");
        sql.model().answers("as the function inner_f", "{\"value\": 7}");
        sql.model().answers("as the function outer_f", "seven");

        sql.query(
                        "SELECT outer_f(inner_f(review)) AS o, count(*) AS n FROM "
                                + REVIEWS
                                + " WHERE inner_f(review) > 5 GROUP BY outer_f(inner_f(review))"
                                + " ORDER BY outer_f(inner_f(review))")
                .returns(
                        """
                        o     | n
                        seven | 2\
                        """);

        assertThat(sql.model().requests())
                .anyMatch(request -> request.prompt().contains("outer_f(arg1 BIGINT)"));
    }

    @Test
    void the_statement_has_one_caller_and_all_of_the_cost(SqlSession sql) {
        on(sql);
        sql.execute("SELECT costly_of(review) FROM " + REVIEWS);
        String caller = sql.lastCaller();

        assertThat(sql.decimal("SELECT rvbbit_last_cost()"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd())
                .isPositive();
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost) FROM unified_logs WHERE caller_id = '"
                                        + caller
                                        + "'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
        sql.query(
                        "SELECT query_type, status, llm_calls_count FROM sql_query_log WHERE"
                                + " caller_id = '"
                                + caller
                                + "'")
                .returns(
                        """
                        query_type  | status    | llm_calls_count
                        ai_fallback | completed | 3\
                        """);
        sql.query(
                        "SELECT service, method, decision, success, decision_tokens > 0 AS decided,"
                                + " generation_tokens > 0 AS generated FROM ai_fallback_events WHERE"
                                + " caller_id = '"
                                + caller
                                + "' ORDER BY decision_tokens NULLS LAST")
                .returns(
                        """
                        service | method    | decision | success | decided | generated
                        sql     | costly_of | text     | t       | t       | t
                        sql     | costly_of | text     | t       | NULL    | t\
                        """);
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost_usd) FROM ai_fallback_events WHERE caller_id = '"
                                        + caller
                                        + "'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @Test
    void a_notice_names_each_function(SqlSession sql) {
        on(sql);
        sql.query("SELECT noticed_a(1), noticed_b('x'), noticed_a(2)")
                .tells(
                        WARNING,
                        "function noticed_a(arg1 INTEGER) does not exist: a model answers it")
                .tells(
                        WARNING,
                        "function noticed_b(arg1 VARCHAR) does not exist: a model answers it");
    }

    @Test
    void explain_asks_nobody(SqlSession sql) {
        on(sql);
        sql.query("EXPLAIN SELECT explained_of(review) FROM " + REVIEWS)
                .tells(
                        WARNING,
                        "function explained_of(review VARCHAR) does not exist: a model would decide");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_bound_on_one_answer_s_cost_is_kept(SqlSession sql) {
        on(sql);
        sql.execute("SELECT rvbbit('warm up', 'one')");
        sql.execute("SET rvbbit.ai_fallback_max_cost = '0.000000000001'");
        long before = sql.model().calls();

        sql.query("SELECT dear_of('x')")
                .fails(CONFIGURATION_LIMIT_EXCEEDED)
                .hint("rvbbit.ai_fallback_max_cost");

        assertThat(sql.model().calls()).isEqualTo(before);
    }

    @Test
    void a_failed_model_fails_the_statement_and_is_booked(SqlSession sql) {
        on(sql);
        sql.execute("SELECT breaking_of('first')");
        sql.model().failsOn("second", StubFault.status(400));

        sql.query("SELECT breaking_of('second')").fails(EXTERNAL_ROUTINE);

        sql.query(
                        "SELECT success, error <> '' AS told FROM ai_fallback_events WHERE method ="
                                + " 'breaking_of' ORDER BY ulid")
                .returns(
                        """
                        success | told
                        t       | f
                        f       | t\
                        """);
    }

    @Test
    void tables_are_filled_and_named_by_the_function(SqlSession sql) {
        on(sql);
        decides(sql, "kind_of", "{\"decision\": \"text\"}");
        sql.model().answers("great shoes", "shoes").answers("awful smell", "smell");
        sql.execute("CREATE TEMP TABLE kinds AS SELECT id, kind_of(review) FROM " + REVIEWS);
        sql.execute(
                "INSERT INTO kinds SELECT 9, kind_of(review) FROM " + REVIEWS + " WHERE id = 1");

        sql.query("SELECT id, kind_of FROM kinds ORDER BY id")
                .returns(
                        """
                        id | kind_of
                        1  | shoes
                        2  | smell
                        3  | NULL
                        9  | shoes\
                        """);
    }
}
