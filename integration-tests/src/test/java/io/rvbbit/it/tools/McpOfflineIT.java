package io.rvbbit.it.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import org.junit.jupiter.api.Test;

/** Without a model, no MCP server is started: this one could not be. */
@GatewayTest(
        offline = true,
        environment = "RVBBIT_MCP_SERVERS=[{name: breaking, command: /nowhere/at/all}]")
class McpOfflineIT {
    @Test
    void an_example_answers_and_no_server_is_started(SqlSession sql) {
        sql.query("RVBBIT MAP 'mcp_of' AS answer USING (SELECT 'A-1' AS sku)")
                .returns("sku | answer\nA-1 | twelve");
    }

    @Test
    void explain_starts_none_and_says_that_the_prompts_are_not_known(SqlSession sql) {
        assertThat(
                        sql.query(
                                        "EXPLAIN (FORMAT JSON) RVBBIT MAP 'mcp_of' AS answer USING (SELECT 'A-1' AS sku)")
                                .value())
                .containsPattern("\"prompt_tokens_exact\" : false")
                .containsPattern("\"min\" : 1");
    }
}
