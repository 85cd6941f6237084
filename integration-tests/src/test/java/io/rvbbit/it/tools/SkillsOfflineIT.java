package io.rvbbit.it.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** Without a model, examples answer for cells that could call tools: nothing is called. */
@GatewayTest(offline = true, environment = "RVBBIT_HTTP_TOOL_ALLOW=[127.0.0.1]")
class SkillsOfflineIT {
    @Test
    void an_example_answers_without_any_call(SqlSession sql) {
        sql.query("RVBBIT MAP 'skill_brand' AS answer USING (SELECT 'who' AS question)")
                .returns("question | answer\nwho | nobody knows");

        sql.query(
                        "SELECT cascade_id FROM cascade_sessions WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("cascade_id\nskill_brand");
    }

    @Test
    void a_cell_s_requests_are_made(SqlSession sql) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
            assertThat(
                            sql.query(
                                            "SELECT answer FROM (RVBBIT MAP 'http_plain' AS answer USING (SELECT '"
                                                    + url
                                                    + "' AS url)) m")
                                    .value())
                    .contains("\"status\":204");
        } finally {
            server.stop(0);
        }
    }
}
