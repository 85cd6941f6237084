package io.rvbbit.it.tools;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.it.Proof;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cascades that a model calls. */
@GatewayTest(
        settings = "rvbbit.cache=false",
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'priced*', input: 2, output: 10}]",
            "RVBBIT_MODEL=priced"
        })
class SkillCascadeIT {
    private static final String ASK =
            "RVBBIT MAP 'skill_brand' AS answer USING (SELECT 'who' AS question)";

    private static StubAnswer call(String id, String arguments) {
        return StubAnswer.toolCall(id, "brand_of", arguments);
    }

    /** The inner cascade's model says the brand, and the outer one goes by what it was told. */
    private static void answer(SqlSession sql, Function<List<String>, StubAnswer> outer) {
        sql.model()
                .answering(request ->
                        isInner(request)
                                ? StubAnswer.text(
                                        request.prompt().contains("Air") ? "Nike" : "Levi's")
                                : outer.apply(request.toolResults()));
    }

    private static boolean isInner(StubRequest request) {
        return request.prompt().contains("Inner ");
    }

    private static String ofCaller(SqlSession sql) {
        return " WHERE c.caller_id = '" + sql.lastCaller() + "'";
    }

    private static JsonNode explained(SqlSession sql, String statement) throws IOException {
        return new ObjectMapper()
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readTree(sql.text("EXPLAIN (FORMAT JSON) " + statement));
    }

    /** A token has a byte at least. */
    private static BigDecimal priceOfBytes(StubRequest request) {
        int bytes = request.body().toString().getBytes(StandardCharsets.UTF_8).length;
        return BigDecimal.valueOf(2L * bytes + 10 * 50, 6);
    }

    private static void costsWhatTheModelCharged(SqlSession sql) {
        assertThat(sql.decimal("SELECT sum(cost) FROM unified_logs c" + ofCaller(sql)))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
        assertThat(sql.decimal("SELECT total_cost FROM sql_query_log c" + ofCaller(sql)))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @Test
    void two_calls_of_one_turn_are_two_sessions_below_and_cost_the_statement(SqlSession sql) {
        answer(
                sql,
                told ->
                        told.isEmpty()
                                ? call("a", "{\"title\":\"Air Max\"}")
                                        .andCall("b", "brand_of", "{\"title\":\"501\"}")
                                : StubAnswer.text("Nike and Levi's"));

        sql.query(ASK).returns("question | answer\nwho | Nike and Levi's");

        assertThat(sql.model().calls()).isEqualTo(4);
        assertThat(sql.model().requests().getLast().toolResults())
                .containsExactly("Nike", "Levi's");
        costsWhatTheModelCharged(sql);
        sql.query(
                        "SELECT c.cascade_id, c.depth, p.cascade_id AS parent, s.status,"
                                + " c.input_data->>'title' AS title"
                                + " FROM cascade_sessions c JOIN session_state s USING (session_id)"
                                + " LEFT JOIN cascade_sessions p ON p.session_id = c.parent_session_id"
                                + ofCaller(sql)
                                + " ORDER BY c.depth, title")
                .returns(
                        """
                        cascade_id  | depth | parent      | status    | title
                        skill_brand | 0     | NULL        | completed | NULL
                        skill_inner | 1     | skill_brand | completed | 501
                        skill_inner | 1     | skill_brand | completed | Air Max\
                        """);
        sql.query(
                        "SELECT node_type, content_json->>'output' AS output FROM unified_logs c"
                                + ofCaller(sql)
                                + " AND event_type = 'tool_complete' ORDER BY output")
                .returns("node_type | output\nbrand_of | Levi's\nbrand_of | Nike");
        sql.query("SELECT llm_calls_count FROM sql_query_log c" + ofCaller(sql))
                .returns("llm_calls_count\n4");
    }

    @Test
    void its_inputs_are_the_parameters(SqlSession sql) {
        answer(sql, _ -> StubAnswer.text("none"));

        sql.query(ASK).succeeds();

        var function = sql.model().requests().getFirst().body().at("/tools/0/function");
        assertThat(function.path("name").asText()).isEqualTo("brand_of");
        assertThat(function.path("description").asText()).isEqualTo("Finds a brand.");
        assertThat(function.path("parameters").toString())
                .isEqualTo(
                        "{\"type\":\"object\",\"properties\":{\"title\":{\"description\":\"What a"
                                + " product is called.\"},\"country\":{\"description\":\"Where it"
                                + " is sold.\"}},\"required\":[\"title\"],"
                                + "\"additionalProperties\":false}");
    }

    @Test
    void wrong_arguments_are_told_to_the_model_and_run_nothing(SqlSession sql) {
        answer(
                sql,
                told ->
                        switch (told.size()) {
                            case 0 -> call("a", "{\"titel\":\"Air Max\"}");
                            case 1 -> call("b", "{\"title\":\"Air Max\"}");
                            default -> StubAnswer.text("it is Nike");
                        });

        sql.query(ASK).returns("question | answer\nwho | it is Nike");

        assertThat(sql.model().calls()).isEqualTo(4);
        assertThat(sql.model().requests().getLast().toolResults().getFirst())
                .contains("wrong arguments", "title");
        sql.query("SELECT count(*) AS n FROM cascade_sessions c" + ofCaller(sql)).returns("n\n2");
        costsWhatTheModelCharged(sql);
    }

    @Test
    void a_failure_within_is_told_to_the_model_and_is_on_the_books(SqlSession sql) {
        answer(
                sql,
                told ->
                        told.isEmpty()
                                ? call("a", "{\"title\":\"Air Max\"}")
                                : StubAnswer.text("unknown"));
        sql.model()
                .failing(request ->
                        isInner(request) ? Optional.of(StubFault.status(400)) : Optional.empty());

        sql.query(ASK).returns("question | answer\nwho | unknown");

        assertThat(sql.model().requests().getLast().toolResults().getFirst())
                .startsWith("{\"error\":\"cell \\\"ask\\\": cascade \\\"skill_inner\\\": ");
        sql.query(
                        "SELECT c.cascade_id, s.status FROM cascade_sessions c JOIN session_state s"
                                + " USING (session_id)"
                                + ofCaller(sql)
                                + " ORDER BY c.depth")
                .returns("cascade_id | status\nskill_brand | completed\nskill_inner | error");
        sql.query(
                        "SELECT node_type FROM unified_logs c"
                                + ofCaller(sql)
                                + " AND event_type = 'tool_error'")
                .returns("node_type\nbrand_of");
        costsWhatTheModelCharged(sql);
    }

    @Test
    void explain_counts_the_most_calls_and_bounds_what_they_cost(SqlSession sql) throws Exception {
        JsonNode plan = explained(sql, ASK);

        // Three turns of three attempts; two of them may call 16 times, which is tried thrice.
        assertThat(plan.path("calls").path("min").asLong()).isEqualTo(1);
        assertThat(plan.path("calls").path("max").asLong()).isEqualTo(105);
        assertThat(sql.query("EXPLAIN " + ASK).table().column("QUERY PLAN").toString())
                .contains("ask.brand_of.extract");
        assertThat(sql.model().calls()).isZero();
        BigDecimal most = plan.at("/cost_usd/max").decimalValue();

        sql.model().charging(SkillCascadeIT::priceOfBytes);
        answer(
                sql,
                told ->
                        told.size() < 32
                                ? IntStream.range(1, 16)
                                        .boxed()
                                        .reduce(
                                                call("a", "{\"title\":\"Air Max\"}"),
                                                (all, i) ->
                                                        all.andCall(
                                                                "a" + i,
                                                                "brand_of",
                                                                "{\"title\":\"Air Max\"}"),
                                                (a, _) -> a)
                                : StubAnswer.text("it is Nike"));
        sql.query(ASK).returnsRows(1);

        assertThat(sql.model().calls()).isEqualTo(35);
        assertThat(sql.model().bill().sum().costUsd()).isPositive().isLessThan(most);
    }

    @Test
    void explain_knows_no_bound_where_an_answer_within_has_none(SqlSession sql) throws Exception {
        Path inner = TestGateway.cascades().resolve("skill_endless.yaml");
        Path outer = TestGateway.cascades().resolve("skill_of_endless.yaml");
        try {
            Files.writeString(
                    inner,
                    "cascade_id: endless\ncells: [{name: w, instructions: '{{ input.a }}'}]");
            Files.writeString(
                    outer,
                    "cascade_id: of_endless\ncells: [{name: i, instructions: go, max_tokens: 50,"
                            + " skills: [{cascade: skill_endless}]}]");
            JsonNode plan = explained(sql, "RVBBIT MAP 'skill_of_endless' USING (SELECT 1 AS a)");

            assertThat(plan.at("/cost_usd/max").isNull()).isTrue();
            assertThat(plan.at("/cost_usd/max_reason").asText())
                    .contains("what the tools of cell \"i\" give is in its prompts");
        } finally {
            Files.deleteIfExists(inner);
            Files.deleteIfExists(outer);
        }
    }

    @Test
    void a_changed_cascade_makes_stored_answers_of_its_callers_old(SqlSession sql)
            throws IOException {
        Path inner = TestGateway.cascades().resolve("skill_changing.yaml");
        Path outer = TestGateway.cascades().resolve("skill_of_changing.yaml");
        String text = "cascade_id: changing\ncells: [{name: w, instructions: '%s'}]";
        String ask = "RVBBIT MAP 'skill_of_changing' AS answer USING (SELECT 'who' AS question)";
        sql.execute("SET rvbbit.cache = true");
        try {
            Files.writeString(inner, text.formatted("first"));
            Files.writeString(
                    outer,
                    "cascade_id: of_changing\npure: true\ncells: [{name: i, instructions: go,"
                            + " skills: [{cascade: skill_changing}]}]");
            sql.query(ask).returnsRows(1);
            sql.query(ask).returnsRows(1);
            assertThat(sql.model().calls()).isEqualTo(1);
            assertThat(sql.model().requests().getFirst().tools()).contains("skill_changing");

            Files.writeString(inner, text.formatted("second"));

            sql.query(ask).returnsRows(1);
            assertThat(sql.model().calls()).isEqualTo(2);
        } finally {
            Files.deleteIfExists(inner);
            Files.deleteIfExists(outer);
        }
    }

    @Test
    void answers_are_not_stored_without_a_promise(SqlSession sql) {
        sql.execute("SET rvbbit.cache = true");
        answer(sql, _ -> StubAnswer.text("none"));

        sql.query(ASK).returnsRows(1);
        sql.query(ASK).returnsRows(1);

        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void a_cascade_that_is_not_there_or_leads_back_is_named_with_its_place(SqlSession sql)
            throws IOException {
        Map<String, String> skills =
                Map.of("skill_typo", "skill_iner", "skill_circle", "skill_circle");
        for (var each : skills.entrySet()) {
            Files.writeString(
                    TestGateway.cascades().resolve(each.getKey() + ".yaml"),
                    "cascade_id: x\ncells:\n  - name: a\n    instructions: go\n    skills:\n"
                            + "      - cascade: "
                            + each.getValue()
                            + "\n");
        }
        try {
            sql.query("RVBBIT MAP 'skill_typo' USING (SELECT 1 AS a)")
                    .fails(UNDEFINED_OBJECT)
                    .says("skill_typo.yaml:6:18: there is no cascade \"skill_iner\"")
                    .hint("skill_inner");
            sql.query("RVBBIT MAP 'skill_circle' USING (SELECT 1 AS a)")
                    .fails(INVALID_PARAMETER_VALUE)
                    .says("skill_circle.yaml:6:18: the cascade \"skill_circle\" leads back to");
        } finally {
            for (String each : skills.keySet()) {
                Files.deleteIfExists(TestGateway.cascades().resolve(each + ".yaml"));
            }
        }
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void each_take_s_calls_carry_its_number(SqlSession sql) {
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall("a", "stock_level", "{\"sku\":\"A-1\"}")
                                : StubAnswer.text("twelve"));

        sql.query("RVBBIT MAP 'stock_takes' AS answer USING (SELECT 'A-1' AS sku)")
                .returns("sku | answer\nA-1 | twelve");

        sql.query(
                        "SELECT event_type, take_index FROM unified_logs c"
                                + ofCaller(sql)
                                + " AND node_type = 'stock_level' ORDER BY timestamp, event_type DESC")
                .returns(
                        """
                        event_type    | take_index
                        tool_start    | 0
                        tool_complete | 0
                        tool_start    | 1
                        tool_complete | 1\
                        """);
        costsWhatTheModelCharged(sql);
    }
}
