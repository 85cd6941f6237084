package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Functions that do not exist, where no model is there to answer them. */
class MissingFunctionFailuresIT {
    private static void isBookedAsFailure(SqlSession sql, String method, String errorClass) {
        sql.query(
                        """
                        SELECT success, error <> '' AS told, metadata ->> 'error_class' AS class,
                            cost_usd IS NULL OR cost_usd = 0 AS free, result
                        FROM ai_fallback_events WHERE method = '%s' ORDER BY ulid\
                        """
                                .formatted(method))
                .returns(
                        """
                        success | told | class | free | result
                        f | t | %s | t |\
                        """
                                .formatted(errorClass));
        sql.query(
                        "SELECT group_key, error_class, failures FROM ai_fallback_failures() WHERE"
                                + " group_key = '"
                                + method
                                + "'")
                .returns(
                        "group_key | error_class | failures\n%s | %s | 1"
                                .formatted(method, errorClass));
        sql.query(
                        "SELECT status, total_cost = 0 AS free FROM sql_query_log WHERE caller_id ="
                                + " (SELECT caller_id FROM ai_fallback_events WHERE method = '"
                                + method
                                + "')")
                .returns("status | free\nerror | t");
    }

    /** The server has no model endpoint. */
    @Nested
    @GatewayTest(offline = true, environment = "RVBBIT_AI_FALLBACK=on")
    class Offline {
        @Test
        void the_offline_model_knows_no_functions(SqlSession sql) {
            sql.query("SELECT offline_f('x')")
                    .fails(EXTERNAL_ROUTINE)
                    .says("function \"offline_f\"")
                    .hint("OPENAI_BASE_URL");

            isBookedAsFailure(sql, "offline_f", "offline");
        }
    }

    @Test
    void a_refused_connection_is_a_failure_with_its_class() throws Exception {
        Map<String, String> environment =
                Map.of(
                        "RVBBIT_AI_FALLBACK",
                        "on",
                        "RVBBIT_CALL_ATTEMPTS",
                        "1",
                        "OPENAI_BASE_URL",
                        "http://127.0.0.1:" + unusedPort() + "/v1");
        try (TestGateway gateway = TestGateway.withStub(environment);
                SqlSession sql = gateway.session()) {
            sql.query("SELECT refused_f('x')")
                    .fails(EXTERNAL_ROUTINE)
                    .says("could not be reached (Connect to http://127.0.0.1:");

            isBookedAsFailure(sql, "refused_f", "unavailable");
        }
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
