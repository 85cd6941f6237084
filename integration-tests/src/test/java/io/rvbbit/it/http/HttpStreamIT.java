package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.HttpCaller.Reply;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that leave while their statement runs, and clients that do not wait for them. */
@GatewayTest(environment = {"RVBBIT_HTTP_MAX_RESULT=1MB", "RVBBIT_HTTP_TIMEOUT=20s"})
class HttpStreamIT {
    private static final String RUNNING =
            "SELECT count(*) FROM rvbbit.statements WHERE status = 'running'";
    private static final int ROWS = 20_000;

    /** A client that says what it likes and reads when it likes. */
    private static Socket connected(TestGateway gateway) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.httpPort()));
        return socket;
    }

    private static void post(Socket socket, String query, String format) throws IOException {
        String body =
                HttpCaller.JSON
                        .createObjectNode()
                        .put("query", query)
                        .put("format", format)
                        .toString();
        String request =
                "POST /api/sql/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        + "Content-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    }

    private static String readUntil(InputStream in, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after: " + read);
            }
            read.append((char) next);
        }
        return read.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ndjson", "csv"})
    void the_first_row_leaves_while_later_ones_run(
            String format, TestGateway gateway, SqlSession sql) throws IOException {
        CountDownLatch latch = new CountDownLatch(1);
        sql.model()
                .answering(request ->
                        request.lastUserMessage().strip().equals("w0")
                                ? StubAnswer.byDefault(request)
                                : StubAnswer.onceOpen(latch, request));
        try (Socket socket = connected(gateway)) {
            post(
                    socket,
                    "RVBBIT MAP PARALLEL 4 'first_word' AS w USING (SELECT 'w' || i AS text FROM"
                            + " range(4) r(i))",
                    format);
            String head = readUntil(socket.getInputStream(), "w0");
            assertThat(head).contains("200 OK", "X-Rvbbit-Caller-Id: http-");
            latch.countDown();
            readUntil(socket.getInputStream(), "w3");
        } finally {
            latch.countDown();
        }
    }

    @Test
    void a_client_that_does_not_read_stops_the_statement_and_nothing_else(
            TestGateway gateway, SqlSession sql) throws IOException, InterruptedException {
        long before;
        try (Socket socket = connected(gateway)) {
            post(
                    socket,
                    ("RVBBIT MAP PARALLEL 8 'first_word' AS w USING (SELECT 'w' || i || ' ' ||"
                                    + " repeat('x', 8000) AS text FROM range(%d) r(i) LIMIT %d)")
                            .formatted(ROWS, ROWS),
                    "ndjson");
            readUntil(socket.getInputStream(), "\"w\":\"w0\"");
            long calls = -1;
            while (calls != sql.model().calls()) {
                calls = sql.model().calls();
                sql.execute("SELECT count(*) FROM range(10000000)");
                sql.model().awaitInFlight(0);
            }
            before = calls;
            assertThat(before).isLessThan(ROWS / 2);
            assertThat(gateway.http().execute("SELECT 1 AS one").status()).isEqualTo(200);
        }
        Waiting.until(sql, RUNNING, "0");
        sql.query("SELECT status FROM sql_query_log ORDER BY started_at DESC LIMIT 1")
                .returns("status\ncancelled");
        assertThat(sql.model().calls()).isLessThan(ROWS / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"records", "csv"})
    void a_client_that_goes_cancels_its_statement(
            String format, TestGateway gateway, SqlSession sql)
            throws IOException, InterruptedException {
        sql.model().failing(_ -> Optional.of(new StubFault.Hang()));
        try (Socket socket = connected(gateway)) {
            post(
                    socket,
                    "RVBBIT MAP PARALLEL 4 'first_word' USING (SELECT 'w' || i AS text FROM"
                            + " range(40) r(i))",
                    format);
            sql.model().awaitCalls(4);
        }
        sql.model().awaitGivenUp(4);
        Waiting.until(sql, RUNNING, "0");
        assertThat(sql.model().calls()).isEqualTo(4);
        sql.query(
                        "SELECT status, error_message FROM sql_query_log ORDER BY started_at DESC"
                                + " LIMIT 1")
                .returns(
                        "status | error_message\n"
                                + "cancelled | canceling statement because the client is gone");
    }

    @Test
    void a_client_that_goes_stops_plain_sql_too(TestGateway gateway, SqlSession sql)
            throws IOException {
        String active =
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%endless%'"
                        + " AND pid <> pg_backend_pid()";
        try (Socket socket = connected(gateway)) {
            post(
                    socket,
                    "SELECT sum(a.i * b.i) AS endless FROM range(10000000) a(i), range(10000000) b(i)",
                    "json");
            Waiting.until(sql, active, "1");
        }
        Waiting.until(sql, active, "0");
    }

    /** All that is answered where the fourth row fails, but not before the first one is read. */
    private static String answerWithFailure(TestGateway gateway, SqlSession sql, String format)
            throws IOException {
        CountDownLatch read = new CountDownLatch(1);
        sql.model()
                .failing(request -> {
                    if (!request.lastUserMessage().contains("w3")) {
                        return Optional.empty();
                    }
                    try {
                        read.await();
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                    return Optional.of(StubFault.status(400));
                });
        try (Socket socket = connected(gateway)) {
            post(
                    socket,
                    "RVBBIT MAP PARALLEL 1 'first_word' AS w USING (SELECT 'w' || i AS text FROM"
                            + " range(6) r(i)) WITH (on_error = 'fail')",
                    format);
            StringBuilder all = new StringBuilder();
            byte[] part = new byte[8_192];
            int length;
            while ((length = socket.getInputStream().read(part)) > 0) {
                all.append(new String(part, 0, length, StandardCharsets.UTF_8));
                if (all.indexOf("w0,w0") > 0 || all.indexOf("\"w0\"") > 0) {
                    read.countDown();
                }
                if (all.indexOf("\r\n0\r\n\r\n") > 0) {
                    break;
                }
            }
            return all.toString();
        } finally {
            read.countDown();
        }
    }

    @Test
    void a_failure_in_the_middle_is_the_last_line_of_ndjson(TestGateway gateway, SqlSession sql)
            throws IOException {
        String all = answerWithFailure(gateway, sql, "ndjson");

        assertThat(all).startsWith("HTTP/1.1 200 ").contains("\"w\":\"w0\"");
        assertThat(all.substring(all.indexOf("{\"error\":{")))
                .startsWith("{\"error\":{\"success\":false,")
                .contains("\"sqlstate\":\"38000\"", "\"caller_id\":\"http-")
                .endsWith("\r\n0\r\n\r\n");
    }

    @Test
    void a_failure_in_the_middle_cuts_csv_off(TestGateway gateway, SqlSession sql)
            throws IOException {
        assertThat(answerWithFailure(gateway, sql, "csv"))
                .contains("w0,w0")
                .doesNotContain("\r\n0\r\n\r\n");
    }

    @Test
    void what_fails_before_the_first_row_has_a_status_of_its_own(TestGateway gateway) {
        for (String format : List.of("csv", "ndjson")) {
            Reply reply = gateway.http().execute("SELECT * FROM nowhere", "format", format);
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.json().path("sqlstate").textValue()).isEqualTo("42P01");
        }
    }

    @Test
    void a_long_result_is_streamed_or_refused(TestGateway gateway) {
        String query = "SELECT i, repeat('x', 100) AS x FROM range(50000) r(i)";
        HttpCaller http = gateway.http();

        Reply refused = http.execute(query);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("sqlstate").textValue()).isEqualTo("54000");
        assertThat(refused.json().path("hint").textValue()).contains("ndjson");
        assertThat(http.execute(query, "format", "ndjson").body().lines().count())
                .isEqualTo(50_001);
        assertThat(http.execute(query, "format", "csv").body().lines().count()).isEqualTo(50_001);
    }

    @Test
    void a_session_keeps_its_tables_settings_and_transaction(TestGateway gateway) {
        HttpCaller http = gateway.http();
        http.execute(
                "CREATE TEMP TABLE mine (n INTEGER NOT NULL, word TEXT)", "session_id", "keep");
        http.execute("BEGIN; INSERT INTO mine VALUES (1, 'a')", "session_id", "keep");
        http.execute("SET TimeZone = 'Asia/Tokyo'", "session_id", "keep");

        JsonNode inside =
                http.execute("SELECT count(*) AS n FROM mine", "session_id", "keep").json();
        assertThat(inside.at("/data/0/n").intValue()).isEqualTo(1);
        assertThat(inside.path("session_id").textValue()).isEqualTo("keep");
        assertThat(http.execute("ROLLBACK", "session_id", "keep").status()).isEqualTo(200);
        assertThat(
                        http.execute("SELECT count(*) AS n FROM mine", "session_id", "keep")
                                .json()
                                .at("/data/0/n")
                                .intValue())
                .isZero();
        assertThat(
                        http.execute("SELECT 1 FROM mine", "session_id", "other")
                                .json()
                                .path("sqlstate")
                                .textValue())
                .isEqualTo("42P01");
        assertThat(http.get("/api/sql/tables/keep").json().path("tables").toString())
                .contains("\"name\":\"mine\"");
        assertThat(http.get("/api/sql/schema/keep/mine").json().path("columns"))
                .hasToString(
                        "[{\"name\":\"n\",\"type\":\"integer\",\"nullable\":false},"
                                + "{\"name\":\"word\",\"type\":\"text\",\"nullable\":true}]");
        assertThat(http.get("/api/sql/sessions").json().path("sessions").toString())
                .contains("\"session_id\":\"keep\"", "\"session_id\":\"other\"");
    }

    @Test
    void a_reply_s_session_can_be_used_on(TestGateway gateway) {
        HttpCaller http = gateway.http();
        String session =
                http.execute("CREATE TEMP TABLE t AS SELECT 7 AS n")
                        .json()
                        .path("session_id")
                        .textValue();

        assertThat(
                        http.execute("SELECT n FROM t", "session_id", session)
                                .json()
                                .at("/data/0/n")
                                .intValue())
                .isEqualTo(7);
    }

    @Test
    void a_session_takes_one_request_at_a_time(TestGateway gateway, SqlSession sql)
            throws IOException, InterruptedException {
        CountDownLatch latch = new CountDownLatch(1);
        sql.model().answering(request -> StubAnswer.onceOpen(latch, request));
        try (Socket socket = connected(gateway)) {
            String body =
                    "{\"query\": \"RVBBIT MAP 'first_word' USING (SELECT 'busy' AS text)\","
                            + " \"session_id\": \"one\"}";
            socket.getOutputStream()
                    .write(
                            ("POST /api/sql/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
                                            + " application/json\r\nContent-Length: "
                                            + body.length()
                                            + "\r\n\r\n"
                                            + body)
                                    .getBytes(StandardCharsets.UTF_8));
            sql.model().awaitCalls(1);
            Reply reply = gateway.http().execute("SELECT 1", "session_id", "one");
            assertThat(reply.status()).isEqualTo(409);
            assertThat(reply.json().path("sqlstate").textValue()).isEqualTo("55006");
        } finally {
            latch.countDown();
        }
    }

    @Test
    void unknown_sessions_and_tables_are_not_found(TestGateway gateway) {
        HttpCaller http = gateway.http();
        assertThat(http.get("/api/sql/tables/nobody").status()).isEqualTo(404);
        http.execute("SELECT 1", "session_id", "somebody");
        assertThat(http.get("/api/sql/schema/somebody/nothing").status()).isEqualTo(404);
    }
}
