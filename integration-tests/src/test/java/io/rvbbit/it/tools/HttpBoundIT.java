package io.rvbbit.it.tools;

import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server makes so many requests of cascades at a time as it is told to. */
@GatewayTest(
        settings = "rvbbit.cache=false",
        environment = {"RVBBIT_HTTP_TOOL_ALLOW=[127.0.0.1]", "RVBBIT_HTTP_TOOL_MAX_CALLS=1"})
class HttpBoundIT {
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final CountDownLatch open = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    HttpBoundIT() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    }

    @BeforeEach
    void start() {
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        open.countDown();
        server.stop(0);
        threads.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        int now = inFlight.incrementAndGet();
        int _ = most.accumulateAndGet(now, Math::max);
        try {
            boolean _ = open.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        int _ = served.incrementAndGet();
        int _ = inFlight.decrementAndGet();
        byte[] bytes = "here".getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String map(int rows, String with) {
        return "SELECT count(answer) AS n FROM (RVBBIT MAP 'http_plain' AS answer USING (SELECT"
                + " 'http://127.0.0.1:%d/' || i AS url FROM range(%d) r(i))%s) m"
                        .formatted(server.getAddress().getPort(), rows, with);
    }

    /** What is awaited has no event that a client could wait for. */
    private static void until(BooleanSupplier reached) {
        long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private static long begun(SqlSession watch) {
        return watch.number(
                "SELECT count(*) FROM unified_logs WHERE event_type = 'tool_start' AND node_type ="
                        + " 'http'");
    }

    @Test
    void no_more_requests_are_made_at_a_time(TestGateway gateway, SqlSession sql) throws Exception {
        long before = begun(sql);
        try (SqlSession running = gateway.session()) {
            Future<?> answer = threads.submit(() -> running.query(map(5, "")).returns("n\n5"));
            until(() -> begun(sql) == before + 5);

            assertThat(inFlight.get()).isLessThanOrEqualTo(1);
            open.countDown();
            answer.get(60, TimeUnit.SECONDS);
        }
        assertThat(most.get()).isEqualTo(1);
        assertThat(served.get()).isEqualTo(5);
    }

    @Test
    void who_waits_may_be_cancelled_and_is_out_of_time(TestGateway gateway, SqlSession sql)
            throws Exception {
        long before = begun(sql);
        try (SqlSession first = gateway.session();
                SqlSession second = gateway.session();
                Statement statement = second.connection().createStatement()) {
            Future<?> holds = threads.submit(() -> first.query(map(1, "")).returns("n\n1"));
            until(() -> inFlight.get() == 1);
            Future<SQLException> cancelled =
                    threads.submit(() ->
                            catchThrowableOfType(
                                    SQLException.class, () -> statement.execute(map(1, ""))));
            until(() -> begun(sql) == before + 2);

            statement.cancel();
            assertThat(cancelled.get(60, TimeUnit.SECONDS).getSQLState())
                    .isEqualTo(QUERY_CANCELED.code());
            String late =
                    sql.query(
                                    map(1, " WITH (timeout = '200ms', on_error = 'column')")
                                            .replace("count(answer)", "min(_error::VARCHAR)"))
                            .value();
            assertThat(late).contains("\"timeout\"", "the cascade took longer than 200 ms");

            open.countDown();
            holds.get(60, TimeUnit.SECONDS);
        }
        sql.query(map(2, "")).returns("n\n2");
        assertThat(served.get()).isEqualTo(3);
    }
}
