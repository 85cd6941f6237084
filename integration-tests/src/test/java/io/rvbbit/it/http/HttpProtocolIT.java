package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.RawHttp;
import io.rvbbit.it.testkit.RawHttp.Answer;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How requests may come: in pieces, several at once, slowly, too long, or as none. */
@GatewayTest(environment = "RVBBIT_HTTP_MAX_REQUEST=2KB")
class HttpProtocolIT {
    private static final String ONE = "{\"query\": \"SELECT 1 AS one\"}";
    private static final String CHUNKED =
            RawHttp.head(
                    "POST /api/sql/execute HTTP/1.1",
                    "Host: localhost",
                    "Content-Type: application/json",
                    "Transfer-Encoding: chunked");

    private static JsonNode json(Answer answer) throws IOException {
        return HttpCaller.JSON.readTree(answer.body());
    }

    @Test
    void a_body_may_come_in_chunks(TestGateway gateway) throws IOException {
        try (RawHttp client = RawHttp.to(gateway)) {
            client.send(CHUNKED + "10\r\n" + ONE.substring(0, 16) + "\r\n");
            client.send(
                    Integer.toHexString(ONE.length() - 16)
                            + "\r\n"
                            + ONE.substring(16)
                            + "\r\n0\r\n\r\n");
            assertThat(json(client.read()).at("/data/0/one").intValue()).isEqualTo(1);
            // The connection is still good.
            assertThat(client.send(RawHttp.post(ONE)).read().status()).isEqualTo(200);
        }
    }

    @Test
    void chunks_that_become_too_long_are_refused(TestGateway gateway) throws IOException {
        try (RawHttp client = RawHttp.to(gateway)) {
            client.send(CHUNKED + "a00\r\n" + "x".repeat(0xa00) + "\r\n");
            Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(json(answer).path("sqlstate").textValue()).isEqualTo("54000");
            assertThat(client.ends()).isTrue();
        }
    }

    @Test
    void who_sends_a_long_body_all_the_same_reads_why_it_was_refused(TestGateway gateway)
            throws IOException {
        try (RawHttp client = RawHttp.to(gateway)) {
            client.send(RawHttp.post("{\"query\": \"" + "x".repeat(1_000_000) + "\"}"));
            assertThat(client.read().status()).isEqualTo(413);
        }
    }

    @Test
    void who_asks_before_the_body_is_told_to_go_on(TestGateway gateway) throws IOException {
        String request = RawHttp.post(ONE, "Expect: 100-continue");
        String head = request.substring(0, request.length() - ONE.length());
        try (RawHttp client = RawHttp.to(gateway)) {
            assertThat(client.send(head).read().status()).isEqualTo(100);
            assertThat(client.send(ONE).read().status()).isEqualTo(200);
        }
        try (RawHttp client = RawHttp.to(gateway)) {
            client.send(head.replaceFirst("Content-Length: \\d+", "Content-Length: 5000"));
            Answer refused = client.read();
            assertThat(refused.status()).isEqualTo(413);
            assertThat(json(refused).path("hint").textValue()).contains("http-max-request");
        }
        try (RawHttp client = RawHttp.to(gateway)) {
            assertThat(client.send(head.replace("100-continue", "miracles")).read().status())
                    .isEqualTo(417);
        }
    }

    @Test
    void requests_that_are_sent_ahead_are_answered_in_their_order(TestGateway gateway)
            throws IOException {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            all.append(RawHttp.post("{\"query\": \"SELECT " + i + " AS n\"}"));
        }
        try (RawHttp client = RawHttp.to(gateway)) {
            client.send(all.toString());
            for (int i = 0; i < 100; i++) {
                assertThat(json(client.read()).at("/data/0/n").intValue()).isEqualTo(i);
            }
        }
    }

    @Test
    void nonsense_behind_a_request_does_not_cost_its_answer(TestGateway gateway)
            throws IOException {
        try (RawHttp client = RawHttp.to(gateway)) {
            client.send(
                    RawHttp.post("{\"query\": \"SELECT count(*) AS n FROM range(1000000)\"}")
                            + "nonsense\r\n\r\n");
            assertThat(json(client.read()).at("/data/0/n").intValue()).isEqualTo(1_000_000);
            assertThat(client.read().status()).isEqualTo(400);
            assertThat(client.ends()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"records", "ndjson", "csv"})
    void a_client_of_http_1_0_gets_no_chunks(String format, TestGateway gateway)
            throws IOException {
        try (RawHttp client = RawHttp.to(gateway)) {
            client.send(
                    RawHttp.post("{\"query\": \"SELECT 7 AS n\", \"format\": \"" + format + "\"}")
                            .replace("HTTP/1.1", "HTTP/1.0"));
            Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("Connection")).isEqualTo("close");
            assertThat(answer.header("Transfer-Encoding")).isEmpty();
            assertThat(answer.body()).contains("7");
            assertThat(client.ends()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/sql/health", "/openapi.json", "/metrics", "/"})
    void head_is_get_without_the_body(String path, TestGateway gateway) throws IOException {
        try (RawHttp client = RawHttp.to(gateway)) {
            client.send("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Answer head = client.readHead();
            assertThat(head.status()).isEqualTo(200);
            assertThat(Integer.parseInt(head.header("Content-Length"))).isPositive();
            assertThat(head.header("Date")).endsWith("GMT");
            // What comes next is the next answer: there was no body.
            assertThat(client.send(RawHttp.post(ONE)).read().status()).isEqualTo(200);
        }
    }

    @Test
    void the_whole_address_is_as_good_as_its_path(TestGateway gateway) throws IOException {
        try (RawHttp client = RawHttp.to(gateway)) {
            client.send(
                    "GET http://localhost/api/sql/health?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(client.read().body()).contains("\"status\":\"ok\"");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /api/sql/execute | POST",
                "POST /api/sql/sessions | GET, HEAD",
                "PUT / | GET, HEAD",
                "OPTIONS /api/sql/execute | POST"
            })
    void a_wrong_method_is_told_the_right_ones(String line, String allowed, TestGateway gateway)
            throws IOException {
        try (RawHttp client = RawHttp.to(gateway)) {
            client.send(line + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("Allow")).isEqualTo(allowed);
        }
    }

    @Test
    void malformed_json_is_told_its_place(TestGateway gateway) throws IOException {
        try (RawHttp client = RawHttp.to(gateway)) {
            Answer answer = client.send(RawHttp.post("{\n  \"query\": SELECT 1\n}")).read();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(json(answer).path("hint").textValue()).startsWith("line 2, column ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/sql/health HTTP/1.1\r\nHost: loc",
                "POST /api/sql/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 1000\r\n\r\n{\"query\": \""
            })
    void a_request_that_never_ends_is_not_waited_for(String beginning) throws IOException {
        try (TestGateway gateway =
                        TestGateway.withStub(Map.of("RVBBIT_HTTP_CLIENT_TIMEOUT", "200ms"));
                RawHttp client = RawHttp.to(gateway)) {
            Answer answer = client.send(beginning).read();
            assertThat(answer.status()).isEqualTo(408);
            assertThat(json(answer).path("hint").textValue()).contains("http-client-timeout");
            assertThat(client.ends()).isTrue();
        }
    }

    @Test
    void who_takes_nothing_of_a_whole_answer_is_not_waited_for() throws IOException {
        try (TestGateway gateway =
                        TestGateway.withStub(Map.of("RVBBIT_HTTP_CLIENT_TIMEOUT", "300ms"));
                RawHttp client = RawHttp.to(gateway)) {
            client.send(
                    RawHttp.post(
                            "{\"query\": \"SELECT repeat('x', 1000) AS x FROM range(30000)\"}"));
            assertThat(client.readHead().status()).isEqualTo(200);
            // What is sent to a connection that the server has closed is refused.
            assertThat(client.isRefusedWithin(Duration.ofSeconds(60))).isTrue();
            assertThat(gateway.http().execute("SELECT 1").status()).isEqualTo(200);
        }
    }

    @Test
    void pages_of_configured_sites_may_use_the_port() throws IOException {
        try (TestGateway gateway =
                TestGateway.withStub(
                        Map.of("RVBBIT_HTTP_CORS_ORIGINS", "[https://app.example.org]"))) {
            String ask =
                    RawHttp.head(
                            "OPTIONS /api/sql/execute HTTP/1.1",
                            "Host: localhost",
                            "Origin: %s",
                            "Access-Control-Request-Method: POST",
                            "Access-Control-Request-Headers: content-type");
            try (RawHttp client = RawHttp.to(gateway)) {
                Answer leave = client.send(ask.formatted("https://app.example.org")).read();
                assertThat(leave.status()).isEqualTo(204);
                assertThat(leave.header("Access-Control-Allow-Origin"))
                        .isEqualTo("https://app.example.org");
                assertThat(leave.header("Access-Control-Allow-Methods")).contains("POST");
                assertThat(leave.header("Access-Control-Allow-Headers")).contains("Content-Type");
                assertThat(leave.header("Vary")).isEqualTo("Origin");

                Answer answer =
                        client.send(RawHttp.post(ONE, "Origin: https://app.example.org")).read();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.header("Access-Control-Allow-Origin"))
                        .isEqualTo("https://app.example.org");
                assertThat(answer.header("Access-Control-Expose-Headers"))
                        .contains("X-Rvbbit-Caller-Id");

                Answer foreign = client.send(ask.formatted("https://evil.example.org")).read();
                assertThat(foreign.status()).isEqualTo(405);
                assertThat(foreign.header("Access-Control-Allow-Origin")).isEmpty();
                assertThat(
                                client.send(RawHttp.post(ONE, "Origin: https://evil.example.org"))
                                        .read()
                                        .status())
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void bytes_of_another_protocol_get_400(TestGateway gateway) throws IOException {
        try (RawHttp client = RawHttp.to(gateway)) {
            Answer answer = client.send("SSH-2.0-OpenSSH_9.6\r\n\r\n").read();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(client.ends()).isTrue();
        }
    }
}
