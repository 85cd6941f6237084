package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlAssert;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Endpoints that allow less than statements want. Each test asks a model of its own, for what a
 * gateway has learnt of a model it does not forget.
 */
@Timeout(120)
@GatewayTest(
        settings = "rvbbit.cache=false",
        environment =
                "RVBBIT_PROVIDERS=[{name: narrow, base-url: '{url}', models: [n, shared],"
                        + " limits: [{model: n, requests-per-minute: 1200}, {requests-per-minute: 3000}]}]")
class TrafficIT {
    private static String map(int parallel, int rows, String tag, String model) {
        return "RVBBIT MAP PARALLEL %d 'first_word' AS word USING (SELECT '%s' || i AS text FROM range(%d) r(i)) WITH (model = '%s', limit = none)"
                .formatted(parallel, tag, rows, model);
    }

    @Test
    void a_limit_on_requests_costs_no_row_and_every_attempt_is_booked(SqlSession sql) {
        sql.model().allows(40, 0);

        expectWords(sql.query(map(64, 160, "r", "requests")), "r", 160);

        expectBooked(sql);
    }

    @Test
    void a_limit_on_tokens_costs_no_row_and_every_attempt_is_booked(SqlSession sql) {
        sql.model().allows(0, 200);

        expectWords(sql.query(map(16, 160, "tokens", "tokens")), "tokens", 160);

        expectBooked(sql);
    }

    @Test
    void a_configured_limit_is_kept_from_the_first_request_on(SqlSession sql) {
        sql.model().allows(20, 0);

        expectWords(sql.query(map(64, 60, "c", "narrow/n")), "c", 60);

        assertThat(sql.model().refused()).isZero();
        assertThat(sql.model().calls()).isEqualTo(60);
    }

    @Test
    void three_rows_of_a_neighbour_do_not_wait_for_ten_thousand(TestGateway gateway)
            throws Exception {
        long before;
        gateway.model().allows(50, 0).latency(Duration.ofMillis(20));
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                SqlSession big = gateway.session();
                SqlSession small = gateway.session();
                Statement statement = big.connection().createStatement()) {
            Future<?> running =
                    clients.submit(
                            () -> statement.execute(map(500, 10_000, "big", "narrow/shared")));
            gateway.model().awaitCalls(60);
            before = gateway.model().calls();

            expectWords(small.query(map(16, 3, "small", "narrow/shared")), "small", 3);

            assertThat(running.isDone()).isFalse();
            statement.cancel();
        }
        // One after another they would stand behind five hundred.
        List<Long> places =
                gateway.model().requests().stream()
                        .filter(request -> request.lastUserMessage().startsWith("small"))
                        .map(StubRequest::number)
                        .toList();
        assertThat(places).hasSize(3).allMatch(place -> place - before < 250);
    }

    @Test
    void a_retry_after_is_kept_by_every_request_of_every_statement(TestGateway gateway)
            throws Exception {
        int crowd = 12;
        long wait = 4_000;
        String failures =
                "SELECT count(*) FROM unified_logs WHERE event_type = 'turn_error'"
                        + " AND model_requested = 'paused'";
        Map<Long, Long> arrivals = new ConcurrentHashMap<>();
        AtomicLong refused = new AtomicLong();
        CountDownLatch together = new CountDownLatch(crowd);
        CountDownLatch heard = new CountDownLatch(1);
        gateway.model()
                .failing(request -> {
                    arrivals.put(request.number(), System.nanoTime());
                    together.countDown();
                    await(together);
                    if (request.number() == 1) {
                        refused.set(System.nanoTime());
                        return Optional.of(StubFault.tooManyRequestsMillis(wait));
                    }
                    // These make room for others as soon as the gateway knows better.
                    await(heard);
                    return Optional.empty();
                });
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                SqlSession one = gateway.session();
                SqlSession other = gateway.session();
                SqlSession books = gateway.session()) {
            assertThat(books.number(failures)).isZero();
            var first = clients.submit(() -> one.query(map(6, 30, "one", "paused")));
            var second = clients.submit(() -> other.query(map(6, 30, "other", "paused")));
            while (books.number(failures) == 0) {
                Thread.onSpinWait();
            }
            heard.countDown();
            expectWords(first.get(), "one", 30);
            expectWords(second.get(), "other", 30);
        }

        assertThat(gateway.model().calls()).isEqualTo(61);
        assertThat(arrivals)
                .allSatisfy((number, at) ->
                        assertThat(number <= crowd || millisSince(refused.get(), at) >= wait)
                                .as("request %d", number)
                                .isTrue());
    }

    private static long millisSince(long from, long at) {
        return TimeUnit.NANOSECONDS.toMillis(at - from);
    }

    @Test
    void a_statement_that_waits_for_its_turn_ends_when_it_is_cancelled(TestGateway gateway)
            throws Exception {
        gateway.model().failing(_ -> Optional.of(StubFault.tooManyRequests(Duration.ofHours(1))));
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
                SqlSession sql = gateway.session();
                Statement statement = sql.connection().createStatement()) {
            Future<?> running = clients.submit(() -> statement.execute(map(8, 100, "x", "closed")));
            gateway.model().awaitCalls(1);
            statement.cancel();

            assertThat(running)
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo(QUERY_CANCELED.code()));
        }
        assertThat(gateway.model().calls()).isLessThanOrEqualTo(8);
    }

    private static void expectWords(SqlAssert answer, String tag, int rows) {
        assertThat(answer.table().column("word"))
                .containsExactlyElementsOf(
                        IntStream.range(0, rows).mapToObj(i -> tag + i).toList());
    }

    private static void expectBooked(SqlSession sql) {
        assertThat(
                        sql.number(
                                "SELECT count(DISTINCT request_id) FROM unified_logs WHERE"
                                        + " event_type IN ('turn_complete', 'turn_error') AND caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualTo(sql.model().calls());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
