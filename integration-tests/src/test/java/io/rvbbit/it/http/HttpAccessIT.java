package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.HttpCaller.Reply;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which requests are refused, and as whom the others are answered. */
@GatewayTest(
        environment = {
            "RVBBIT_HTTP_MAX_REQUEST=2KB",
            "RVBBIT_HTTP_TIMEOUT=300ms",
            "RVBBIT_HTTP_HOSTS=[gateway.example.org]"
        })
class HttpAccessIT {
    private static final String EXECUTE = "/api/sql/execute";
    private static final String QUERY = "{\"query\": \"SELECT 1\"}";

    // Of the passwords "sesame" and "pencil".
    private static final String SESAME =
            "SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$hn4FUIkYt7Fy4b6A2QilBRpntUViQLMX9F3hmowbDlg=:VN7TGXR2mKZKoVdTp1SdRWBKnlXaYulCWS/O1xCfZeI=";
    private static final String PENCIL =
            "SCRAM-SHA-256$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=";
    private static final String USERS =
            "[{name: boss, admin: true, verifier: '%s'}, {name: ann, verifier: '%s'}]"
                    .formatted(SESAME, PENCIL);

    private static String raw(TestGateway gateway, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.httpPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String post(String headers) {
        return "POST /api/sql/execute HTTP/1.1\r\nConnection: close\r\nContent-Length: "
                + QUERY.length()
                + "\r\n"
                + headers
                + "\r\n"
                + QUERY;
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, 200",
        "localhost:15480, 200",
        "127.0.0.1, 200",
        "[::1]:80, 200",
        "gateway.example.org, 200",
        "GATEWAY.example.org:443, 200",
        "evil.example.org, 421",
        "localhost.evil.example.org, 421",
        "127.0.0.1.evil.example.org, 421",
        "10.0.0.1, 421"
    })
    void the_host_has_to_be_ours(String host, int status, TestGateway gateway) throws IOException {
        assertThat(raw(gateway, post("Content-Type: application/json\r\nHost: " + host + "\r\n")))
                .startsWith("HTTP/1.1 " + status);
    }

    @Test
    void a_request_without_a_host_or_with_two_is_refused(TestGateway gateway) throws IOException {
        assertThat(raw(gateway, post("Content-Type: application/json\r\n")))
                .startsWith("HTTP/1.1 421");
        assertThat(
                        raw(
                                gateway,
                                post(
                                        "Content-Type: application/json\r\nHost: localhost\r\nHost:"
                                                + " localhost\r\n")))
                .startsWith("HTTP/1.1 4");
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, 415",
        "application/x-www-form-urlencoded, 415",
        "multipart/form-data, 415",
        "application/json, 200",
        "application/json; charset=utf-8, 200",
        "application/json; charset=latin1, 415"
    })
    void the_body_has_to_be_json(String type, int status, TestGateway gateway) {
        assertThat(gateway.http().with("Content-Type", type).send("POST", EXECUTE, QUERY).status())
                .isEqualTo(status);
    }

    @Test
    void pages_of_other_sites_are_refused_and_get_no_cors(TestGateway gateway) {
        HttpCaller json = gateway.http().with("Content-Type", "application/json");
        Reply foreign =
                json.with("Origin", "https://evil.example.org").send("POST", EXECUTE, QUERY);
        assertThat(foreign.status()).isEqualTo(403);
        assertThat(foreign.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(json.with("Origin", "null").send("POST", EXECUTE, QUERY).status())
                .isEqualTo(403);
        assertThat(
                        json.with("Origin", "http://localhost:15480")
                                .send("POST", EXECUTE, QUERY)
                                .status())
                .isEqualTo(200);
        assertThat(json.send("OPTIONS", EXECUTE, "").status()).isEqualTo(405);
    }

    @Test
    void what_is_not_there_and_what_is_not_done(TestGateway gateway) {
        HttpCaller http = gateway.http();
        assertThat(http.get("/api/sql/nothing").status()).isEqualTo(404);
        assertThat(http.get("/../etc/passwd").status()).isEqualTo(404);
        Reply get = http.get(EXECUTE + "?query=SELECT+1");
        assertThat(get.status()).isEqualTo(405);
        assertThat(get.header("Allow")).isEqualTo("POST");
        assertThat(http.send("DELETE", "/api/sql/sessions", "").status()).isEqualTo(405);
    }

    @Test
    void a_long_request_is_refused_before_it_is_read(TestGateway gateway) throws IOException {
        Reply reply = gateway.http().execute("SELECT '" + "x".repeat(4_000) + "'");
        assertThat(reply.status()).isEqualTo(413);
        assertThat(reply.json().path("hint").textValue()).contains("http-max-request");
        assertThat(
                        raw(
                                gateway,
                                "POST /api/sql/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
                                        + " application/json\r\nContent-Length: 1000000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413");
        assertThat(
                        raw(
                                gateway,
                                "GET / HTTP/1.1\r\nHost: localhost\r\nX: "
                                        + "y".repeat(20_000)
                                        + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1] | not a JSON object",
                "{'query': 1} | not a string",
                "{} | missing",
                "{'query': 'SELECT 1', 'fromat': 'csv'} | did you mean",
                "{'query': 'SELECT 1', 'format': 'xml'} | unknown format",
                "{'query': 'SELECT 1', 'session_id': '../x'} | cannot be the name",
                "{'query': 'SELECT 1' | not JSON",
                "{'query': 'SELECT 1', 'query': 'SELECT 2'} | not JSON"
            })
    void a_wrong_body_is_told_what_is_wrong(String body, String told, TestGateway gateway) {
        Reply reply =
                gateway.http()
                        .with("Content-Type", "application/json")
                        .send("POST", EXECUTE, body.replace('\'', '"'));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains(told).contains("\"sqlstate\":\"22023\"");
    }

    @Test
    void a_request_that_takes_too_long_is_cancelled(TestGateway gateway, SqlSession sql) {
        Reply reply =
                gateway.http()
                        .execute(
                                "SELECT sum(a.i * b.i) FROM range(10000000) a(i), range(10000000) b(i)");
        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.json().path("sqlstate").textValue()).isEqualTo("57014");
        sql.query(
                        "SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND"
                                + " pid <> pg_backend_pid()")
                .returns("n\n0");
    }

    @Test
    void with_users_everybody_logs_in_as_on_the_wire() {
        try (TestGateway gateway = TestGateway.withStub(Map.of("RVBBIT_USERS", USERS))) {
            HttpCaller http = gateway.http();
            Reply nobody = http.execute("SELECT 1");
            assertThat(nobody.status()).isEqualTo(401);
            assertThat(nobody.header("WWW-Authenticate")).contains("Bearer", "Basic");
            assertThat(nobody.json().path("sqlstate").textValue()).isEqualTo("28000");
            assertThat(http.get("/api/sql/sessions").status()).isEqualTo(401);
            assertThat(http.get("/api/sql/health").status()).isEqualTo(200);

            Reply wrong = login(http, "ann", "sesame");
            assertThat(wrong.status()).isEqualTo(401);
            assertThat(wrong.json().path("sqlstate").textValue()).isEqualTo("28P01");
            assertThat(login(http, "nobody", "pencil").json().path("error").textValue())
                    .isEqualTo(wrong.json().path("error").textValue().replace("ann", "nobody"));

            HttpCaller ann = bearer(http, login(http, "ann", "pencil"));
            HttpCaller boss = bearer(http, login(http, "boss", "sesame"));
            assertThat(ann.execute("SELECT current_user AS me").json().at("/data/0/me").textValue())
                    .isEqualTo("ann");
            assertThat(basic(http, "ann:pencil").execute("SELECT 1").status()).isEqualTo(200);
            assertThat(basic(http, "ann:wrong").execute("SELECT 1").status()).isEqualTo(401);
            assertThat(http.with("Authorization", "Bearer forged").execute("SELECT 1").status())
                    .isEqualTo(401);

            Reply forbidden = ann.execute("CREATE ROLE eve");
            assertThat(forbidden.status()).isEqualTo(403);
            assertThat(forbidden.json().path("sqlstate").textValue()).isEqualTo("42501");

            JsonNode map =
                    ann.execute("RVBBIT MAP 'first_word' USING (SELECT 'a b' AS text)").json();
            String count =
                    "SELECT count(*) AS n, max(user_name) AS who FROM sql_query_log WHERE caller_id = '"
                            + map.path("caller_id").textValue()
                            + "'";
            assertThat(boss.execute(count, "format", "json").json().path("data"))
                    .hasToString("[[1,\"ann\"]]");

            boss.execute("CREATE TEMP TABLE secret AS SELECT 1 AS n", "session_id", "shared");
            assertThat(
                            ann.execute("SELECT * FROM secret", "session_id", "shared")
                                    .json()
                                    .path("sqlstate")
                                    .textValue())
                    .isEqualTo("42P01");
            assertThat(ann.get("/api/sql/sessions").body()).doesNotContain("boss");
        }
    }

    @Test
    void a_new_password_ends_the_tokens() {
        try (TestGateway gateway = TestGateway.withStub(Map.of("RVBBIT_USERS", USERS))) {
            HttpCaller http = gateway.http();
            HttpCaller boss = bearer(http, login(http, "boss", "sesame"));
            assertThat(boss.execute("CREATE ROLE eve LOGIN PASSWORD 'one'").status())
                    .isEqualTo(200);
            HttpCaller eve = bearer(http, login(http, "eve", "one"));
            assertThat(eve.execute("SELECT 1").status()).isEqualTo(200);

            assertThat(boss.execute("ALTER ROLE eve PASSWORD 'two'").status()).isEqualTo(200);
            assertThat(eve.execute("SELECT 1").status()).isEqualTo(401);
            HttpCaller again = bearer(http, login(http, "eve", "two"));
            assertThat(boss.execute("DROP ROLE eve").status()).isEqualTo(200);
            assertThat(again.execute("SELECT 1").status()).isEqualTo(401);
        }
    }

    private static Reply login(HttpCaller http, String user, String password) {
        return http.with("Content-Type", "application/json")
                .send(
                        "POST",
                        "/api/sql/login",
                        "{\"user\": \"%s\", \"password\": \"%s\"}".formatted(user, password));
    }

    private static HttpCaller bearer(HttpCaller http, Reply login) {
        return http.with("Authorization", "Bearer " + login.json().path("token").textValue());
    }

    private static HttpCaller basic(HttpCaller http, String pair) {
        return http.with(
                "Authorization",
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
}
