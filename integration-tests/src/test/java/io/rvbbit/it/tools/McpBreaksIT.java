package io.rvbbit.it.tools;

import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.SqlTable;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MCP servers that do not start, do not answer, or are not waited for. */
@GatewayTest(
        environment = {
            "RVBBIT_MCP_SERVERS=[{name: breaking, timeout: 8s, command: '${java.home}/bin/java',"
                    + " args: [-XX:TieredStopAtLevel=1, -cp, '${java.class.path}', io.rvbbit.it.tools.McpProgram, well]},"
                    + " {name: silent, timeout: 3s, command: '${java.home}/bin/java',"
                    + " args: [-XX:TieredStopAtLevel=1, -cp, '${java.class.path}', io.rvbbit.it.tools.McpProgram, silent]},"
                    + " {name: dying, timeout: 20s, command: '${java.home}/bin/java',"
                    + " args: [-XX:TieredStopAtLevel=1, -cp, '${java.class.path}', io.rvbbit.it.tools.McpProgram, dying]},"
                    + " {name: chatty, timeout: 20s, command: '${java.home}/bin/java',"
                    + " args: [-XX:TieredStopAtLevel=1, -cp, '${java.class.path}', io.rvbbit.it.tools.McpProgram, chatty]},"
                    + " {name: absent, command: /nowhere/at/all}]"
        })
class McpBreaksIT {
    private static final String HANG = "{\"how\":\"hang\"}";

    private static String map(String cascade) {
        return "SELECT answer, _error::VARCHAR AS error FROM (RVBBIT MAP '%s' AS answer USING (SELECT 'A-1' AS sku) WITH (on_error = 'column')) m"
                .formatted(cascade);
    }

    /** The model calls this tool once, and is done then. */
    private static void calls(SqlSession sql, String tool, String arguments) {
        sql.model().reset();
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall("a", tool, arguments)
                                : StubAnswer.text("done"));
    }

    private static JsonNode facts(SqlSession sql) throws JsonProcessingException {
        calls(sql, "breaking_facts", "{}");
        assertThat(sql.query(map("mcp_of")).table().column("answer")).containsExactly("done");
        return McpScript.JSON.readTree(sql.model().requests().getLast().toolResults().getFirst());
    }

    private static String ended(String caller) {
        return "SELECT event_type, node_type, error_json->>'class' AS class FROM unified_logs WHERE caller_id = '"
                + caller
                + "' AND event_type IN ('tool_error', 'phase_error') ORDER BY event_type DESC";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "silent | did not get ready within 3000 ms",
                "dying  | has ended with exit code 3",
                "chatty | wrote what is no message of the protocol: Welcome to the warehouse!",
                "absent | cannot be started: no program \\\"/nowhere/at/all\\\" can be run"
            })
    void a_server_that_does_not_start_fails_the_row_before_a_model_is_asked(
            String server, String fault, SqlSession sql) {
        SqlTable rows = sql.query(map("mcp_" + server)).table();

        assertThat(rows.column("error").getFirst())
                .contains("MCP server \\\"" + server + "\\\" " + fault);
        assertThat(sql.query(map("mcp_" + server)).table().column("error").getFirst())
                .contains("MCP server \\\"" + server + "\\\" " + fault, "it is tried again in 1 s");
        assertThat(sql.model().calls()).isZero();
        sql.query(ended(sql.lastCaller()).replace("error_json->>'class'", "cost"))
                .returns("event_type | node_type | class\nphase_error | llm | 0.000000000000");
    }

    @Test
    void a_call_that_is_not_answered_in_time_is_told_and_a_silent_server_is_killed(SqlSession sql)
            throws JsonProcessingException {
        long before = facts(sql).path("pid").asLong();
        calls(sql, "breaking_misbehave", HANG);

        assertThat(sql.query(map("mcp_of")).table().column("answer")).containsExactly("done");

        assertThat(sql.model().requests().getLast().toolResults().getFirst())
                .contains("MCP server \\\"breaking\\\" gave no answer within 8000 ms");
        assertThat(ProcessHandle.of(before).map(ProcessHandle::isAlive).orElse(false)).isFalse();
        assertThat(facts(sql).path("pid").asLong()).isNotEqualTo(before);
    }

    @Test
    void a_time_limit_of_the_cell_ends_the_call_and_the_server_lives_on(SqlSession sql)
            throws JsonProcessingException {
        JsonNode before = facts(sql);
        calls(sql, "breaking_misbehave", HANG);

        assertThat(sql.query(map("mcp_timed")).table().column("error").getFirst())
                .contains("\"timeout\"", "cell \\\"ask\\\" took longer than 2000 ms");

        sql.query(ended(sql.lastCaller()))
                .returns(
                        """
                        event_type  | node_type          | class
                        tool_error  | breaking_misbehave | timeout
                        phase_error | llm                | timeout\
                        """);
        JsonNode after = facts(sql);
        assertThat(after.path("pid")).isEqualTo(before.path("pid"));
        assertThat(after.path("cancelled").asInt()).isEqualTo(before.path("cancelled").asInt() + 1);
    }

    @Test
    void a_cancel_ends_the_call_and_the_server_is_told(TestGateway gateway, SqlSession sql)
            throws Exception {
        JsonNode before = facts(sql);
        calls(sql, "breaking_misbehave", HANG);
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession running = gateway.session();
                Statement statement = running.connection().createStatement()) {
            Future<SQLException> failure =
                    threads.submit(() ->
                            catchThrowableOfType(
                                    SQLException.class, () -> statement.execute(map("mcp_of"))));
            Waiting.until(
                    sql,
                    "SELECT count(*) FROM unified_logs WHERE event_type = 'tool_start' AND node_type = 'breaking_misbehave'"
                            + " AND caller_id IN (SELECT caller_id FROM rvbbit.statements WHERE status = 'running')",
                    "1");
            String caller =
                    sql.text(
                            "SELECT caller_id FROM rvbbit.statements WHERE status = 'running'"
                                    + " AND caller_id IN (SELECT caller_id FROM unified_logs)");

            statement.cancel();

            assertThat(failure.get().getSQLState()).isEqualTo(QUERY_CANCELED.code());
            sql.query(ended(caller))
                    .returns(
                            """
                            event_type  | node_type          | class
                            tool_error  | breaking_misbehave | cancelled
                            phase_error | llm                | cancelled\
                            """);
        }
        JsonNode after = facts(sql);
        assertThat(after.path("pid")).isEqualTo(before.path("pid"));
        assertThat(after.path("cancelled").asInt()).isEqualTo(before.path("cancelled").asInt() + 1);
    }

    @Test
    void a_gateway_that_stops_leaves_no_program_and_no_thread() throws Exception {
        // Those that there are now are of the gateway of the other tests.
        long others = threads().size();
        List<ProcessHandle> programs;
        try (TestGateway gateway =
                TestGateway.withStub(
                        Map.of(
                                "RVBBIT_MCP_SERVERS",
                                "[{name: breaking, command: '%s/bin/java', timeout: 20s, args: [-XX:TieredStopAtLevel=1, -cp, '%s', io.rvbbit.it.tools.McpProgram, parent]}]"
                                        .formatted(
                                                System.getProperty("java.home"),
                                                System.getProperty("java.class.path"))))) {
            try (SqlSession sql = gateway.session()) {
                JsonNode facts = facts(sql);
                programs =
                        List.of(
                                ProcessHandle.of(facts.path("pid").asLong()).orElseThrow(),
                                ProcessHandle.of(facts.path("child").asLong()).orElseThrow());
            }
            assertThat(programs).allMatch(ProcessHandle::isAlive);
            assertThat(threads()).hasSize((int) others + 3);
        }

        for (ProcessHandle program : programs) {
            Waiting.until("the end of " + program.pid(), () -> !program.isAlive());
        }
        assertThat(threads()).hasSize((int) others);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("mcp-"))
                .toList();
    }
}
