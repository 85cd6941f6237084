package io.rvbbit.it.tools;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_OBJECT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools of an MCP server that is a program, run by the Java of the tests. */
@GatewayTest(
        environment = {
            "RVBBIT_MCP_SERVERS=[{name: warehouse, command: '${java.home}/bin/java', timeout: 20s, max-bytes: 100000,"
                    + " args: [-XX:TieredStopAtLevel=1, -cp, '${java.class.path}', io.rvbbit.it.tools.McpProgram, well],"
                    + " env: {STORE: hamburg, STORE_KEY: {env: SHOP_KEY}}}]",
            "SHOP_KEY=abracadabra",
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'priced*', input: 2, output: 10}]",
            "RVBBIT_MODEL=priced"
        })
class McpSkillIT {
    private static final String ASK =
            "RVBBIT MAP 'mcp_skill' AS answer USING (SELECT 'A-1' AS sku)";

    /** What the model is told of one call, before it ends. */
    private static String told(SqlSession sql, String tool, String arguments) {
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall("a", tool, arguments)
                                : StubAnswer.text("done"));
        assertThat(sql.query(ASK + " WITH (cache = false)").table().column("answer"))
                .containsExactly("done");
        assertThat(sql.model().calls()).isEqualTo(2);
        assertThat(sql.decimal("SELECT sum(cost) FROM unified_logs" + ofCaller(sql)))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
        return sql.model().requests().getLast().toolResults().getFirst();
    }

    private static JsonNode facts(SqlSession sql) throws JsonProcessingException {
        sql.model().reset();
        return McpScript.JSON.readTree(told(sql, "warehouse_facts", "{}"));
    }

    private static String ofCaller(SqlSession sql) {
        return " WHERE caller_id = '" + sql.lastCaller() + "'";
    }

    @Test
    void a_tool_of_a_server_is_called_and_booked(SqlSession sql) {
        assertThat(told(sql, "warehouse_find_stock", "{\"sku\":\"A-1\"}"))
                .isEqualTo("{\"sku\":\"A-1\",\"on_hand\":12}");

        sql.query(
                        "SELECT event_type, node_type, content_json->>'call_id' AS call,"
                                + " content_json->'output'->>'on_hand' AS on_hand, take_index"
                                + " FROM unified_logs"
                                + ofCaller(sql)
                                + " AND event_type LIKE 'tool%' ORDER BY event_type DESC")
                .returns(
                        """
                        event_type    | node_type            | call | on_hand | take_index
                        tool_start    | warehouse_find_stock | a    | NULL    | NULL
                        tool_complete | warehouse_find_stock | a    | 12      | NULL\
                        """);
    }

    @Test
    void the_model_is_told_the_servers_own_words(SqlSession sql) {
        var _ = told(sql, "warehouse_tell", "{\"text\":\"grüß dich\"}");

        assertThat(sql.model().requests().getFirst().body().path("tools").toString())
                .contains(
                        "\"name\":\"warehouse_find_stock\"",
                        "The warehouse in Hamburg.\\nHow many pieces of a product there are.",
                        "^[A-Z]-[0-9]+$");
        assertThat(sql.model().requests().getLast().toolResults()).containsExactly("grüß dich");
    }

    @Test
    void a_program_gets_its_own_variables_and_none_of_the_gateways(SqlSession sql)
            throws JsonProcessingException {
        assertThat(facts(sql).path("variables").asText())
                .contains("STORE", "STORE_KEY", "PATH")
                .doesNotContain("OPENAI", "RVBBIT", "SHOP_KEY");
    }

    @Test
    void a_secret_that_a_server_repeats_is_in_no_prompt_and_in_no_book(SqlSession sql) {
        assertThat(told(sql, "warehouse_tell", "{\"text\":\"the key is abracad\\u0061bra\"}"))
                .isEqualTo("the key is <SHOP_KEY>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "warehouse_find_stock | {}                | wrong arguments: ",
                "warehouse_find_stock | {\"sku\":\"a\"}   | wrong arguments: /sku",
                "warehouse_empty      | {}                | there is no tool"
            })
    void wrong_arguments_call_nothing(String tool, String arguments, String fault, SqlSession sql)
            throws JsonProcessingException {
        int before = facts(sql).path("calls").asInt();
        sql.model().reset();

        assertThat(told(sql, tool, arguments)).contains("error", fault);

        assertThat(facts(sql).path("calls").asInt()).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "error   | says: no such shelf",
                "refuse  | refused the call: not today",
                "die     | has ended with exit code 3",
                "rubbish | wrote what is no message of the protocol: Segmentation fault (core dumped)",
                "huge    | answered with more than 100000 bytes"
            })
    void what_goes_wrong_is_told_to_the_model_and_the_next_call_is_answered(
            String how, String fault, SqlSession sql) throws JsonProcessingException {
        // Only a server that has answered is connected to again at once.
        var _ = facts(sql);
        sql.model().reset();

        assertThat(told(sql, "warehouse_misbehave", "{\"how\":\"" + how + "\"}"))
                .contains("{\"error\":\"MCP server \\\"warehouse\\\" " + fault);

        assertThat(facts(sql).path("pid").asLong()).isPositive();
    }

    @Test
    void a_server_that_is_killed_between_calls_is_started_again(SqlSession sql)
            throws JsonProcessingException, InterruptedException, ExecutionException {
        ProcessHandle killed = ProcessHandle.of(facts(sql).path("pid").asLong()).orElseThrow();
        assertThat(killed.destroyForcibly()).isTrue();
        assertThat(killed.onExit().get().isAlive()).isFalse();

        assertThat(facts(sql).path("pid").asLong()).isNotEqualTo(killed.pid());
    }

    @Test
    void all_rows_share_one_program(SqlSession sql) {
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall("a", "warehouse_facts", "{}")
                                : StubAnswer.text(
                                        request.toolResults().getFirst().replaceAll(",.*", "")));

        assertThat(
                        sql.query(
                                        "RVBBIT MAP 'mcp_skill' AS answer USING"
                                                + " (SELECT 'A-' || range AS sku FROM range(20))")
                                .table()
                                .column("answer"))
                .hasSize(20)
                .containsOnly(
                        sql.model()
                                .requests()
                                .getLast()
                                .toolResults()
                                .getFirst()
                                .replaceAll(",.*", ""));
    }

    @Test
    void answers_are_never_stored(SqlSession sql) {
        sql.model().answering(_ -> StubAnswer.text("done"));
        var _ = sql.query(ASK).table();
        var _ = sql.query(ASK).table();

        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void explain_calls_nothing_and_knows_no_upper_bound(SqlSession sql) {
        assertThat(sql.query("EXPLAIN (FORMAT JSON) " + ASK).value())
                .containsPattern("\"min\" : 1,\\s*\"max\" : 9")
                .contains("what the tools of cell \\\"ask\\\" give is in its prompts");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_server_or_a_tool_that_is_not_there_ends_the_statement_before_any_call(SqlSession sql) {
        sql.query("RVBBIT MAP 'mcp_misspelt' AS answer USING (SELECT 'A-1' AS sku)")
                .fails(UNDEFINED_OBJECT)
                .says("mcp_misspelt.yaml:6: cell \"ask\": there is no MCP server \"warehose\"")
                .hint("did you mean warehouse?");
        sql.query("RVBBIT MAP 'mcp_misspelt_tool' AS answer USING (SELECT 'A-1' AS sku)")
                .fails(UNDEFINED_OBJECT)
                .says("MCP server \"warehouse\" has no tool \"find_stocks\"")
                .hint("did you mean find_stock?");
        sql.query("RVBBIT MAP 'mcp_same_name' AS answer USING (SELECT 'A-1' AS sku)")
                .fails(INVALID_PARAMETER_VALUE)
                .says("there are two tools named \"warehouse_tell\"")
                .hint("give a skill another \"name\"");

        assertThat(sql.model().calls()).isZero();
    }
}
