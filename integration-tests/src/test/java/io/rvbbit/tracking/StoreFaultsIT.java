package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.it.clickhouse.FaultyLink;
import io.rvbbit.tracking.BookReader.Scan;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What may go wrong between the books and ClickHouse (26.7 engine behind a test front) while
 * clients record: in the end every event is there once, and the sums are exact.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreFaultsIT {
    /** How long the store is away: a minute in the long run. */
    private static final Duration OUTAGE = Duration.ofSeconds(Long.getLong("soak.outage", 1));

    /** More would be more events than a test can count. */
    private static final int KILLS = Math.min(20, Integer.getInteger("soak.kills", 2));

    private static final int CLIENTS = 4;
    private static final int ROWS = 5;
    private static final int EVENTS_OF_A_ROW = 6;
    private static final BigDecimal COST = new BigDecimal("0.000000000007");
    private static final long BREATH = 2_000_000;

    private ClickHouseServer server;
    private ClickHouseBooks database;
    private FaultyLink link;
    private Books books;

    @BeforeAll
    void start() {
        server = ClickHouseServer.start();
    }

    @AfterAll
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void open(@TempDir Path data) {
        database = new ClickHouseBooks(server, data);
        link = new FaultyLink(server.url(database.database()));
        books = opened(data);
    }

    private Books opened(Path data) {
        return Books.open(
                ClickHouseAddress.of(
                        link.url(database.database()), server.user(), server.password()),
                data,
                Clock.systemUTC(),
                BookOptions.DEFAULT);
    }

    @AfterEach
    void close() throws SQLException {
        books.close();
        link.close();
        database.close();
    }

    /** Clients that record statements until they are told to end. */
    private final class Load implements AutoCloseable {
        private final AtomicInteger statements = new AtomicInteger();
        private final List<Thread> clients = new ArrayList<>();
        private volatile boolean over;

        Load() {
            for (int client = 0; client < CLIENTS; client++) {
                String name = "" + (char) ('a' + client);
                clients.add(Thread.ofPlatform().start(() -> tell(name)));
            }
        }

        private void tell(String client) {
            for (int i = 0; !over; i++) {
                Story story = new Story(books, "sql-calm-bee-%s%06d".formatted(client, i));
                story.statement("q");
                for (int row = 0; row < ROWS; row++) {
                    story.row(
                            "udf-calm-bee-%s%06d%d".formatted(client, i, row),
                            row,
                            Story.usage(3, 1, COST.toPlainString()));
                }
                story.statementEnds(
                        ROWS,
                        Story.usage(
                                3L * ROWS,
                                ROWS,
                                COST.multiply(BigDecimal.valueOf(ROWS)).toPlainString()));
                int _ = statements.incrementAndGet();
                LockSupport.parkNanos(BREATH);
            }
        }

        void await(int more) {
            int until = statements.get() + more;
            while (statements.get() < until) {
                LockSupport.parkNanos(BREATH);
            }
        }

        int end() throws InterruptedException {
            over = true;
            for (Thread client : clients) {
                client.join();
            }
            return statements.get();
        }

        @Override
        public void close() {
            over = true;
        }
    }

    private List<List<@Nullable Object>> rows(String table, String... columns) {
        try (Scan scan = books.scan(table, List.of(columns))) {
            List<List<@Nullable Object>> rows = new ArrayList<>();
            for (var row = scan.next(); row != null; row = scan.next()) {
                rows.add(Arrays.asList(row));
            }
            return rows;
        }
    }

    private BigDecimal sum(List<List<@Nullable Object>> rows, int column) {
        return rows.stream()
                .map(row -> row.get(column) instanceof BigDecimal paid ? paid : BigDecimal.ZERO)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private void expectExact(int statements) {
        int sessions = statements * ROWS;
        BigDecimal cost = COST.multiply(BigDecimal.valueOf(sessions));
        var events = rows("all_data", "message_id", "session_id", "cost", "attempt_cost");
        Set<@Nullable Object> ids = new HashSet<>();
        Set<@Nullable Object> names = new HashSet<>();
        events.forEach(event -> {
            ids.add(event.get(0));
            names.add(event.get(1));
        });
        assertThat(events).as("events").hasSize(sessions * EVENTS_OF_A_ROW);
        assertThat(ids).as("ids of events").hasSize(events.size());
        assertThat(names).as("sessions").hasSize(sessions);
        assertThat(sum(events, 2)).isEqualByComparingTo(cost);
        assertThat(sum(events, 3)).isEqualByComparingTo(cost);
        var booked = rows("sql_query_log", "status", "total_cost");
        assertThat(booked).hasSize(statements).allMatch(row -> "completed".equals(row.get(0)));
        assertThat(sum(booked, 1)).isEqualByComparingTo(cost);
        var calls = rows("calls_complete", "id", "cost");
        assertThat(calls).hasSize(sessions);
        assertThat(sum(calls, 1)).isEqualByComparingTo(cost);
        assertThat(sum(rows("spend_by_hour", "cost"), 0)).isEqualByComparingTo(cost);
        assertThat(books.metrics().lost()).isZero();
        assertThat(books.metrics().depth()).isZero();
    }

    @Test
    void a_store_that_is_down_for_a_while_under_load() throws Exception {
        try (Load load = new Load()) {
            load.await(50);
            link.down();
            long end = System.nanoTime() + OUTAGE.toNanos();
            load.await(200);
            while (System.nanoTime() < end) {
                load.await(CLIENTS);
            }
            Books.Metrics down = books.metrics();
            assertThat(down.away()).isNotNull();
            assertThat(down.depth()).isPositive();
            assertThat(down.since()).isNotNull();
            link.up();
            load.await(50);

            expectExact(load.end());
            assertThat(books.metrics().away()).isNull();
            assertThat(books.metrics().failures()).isPositive();
        }
    }

    @Test
    void a_store_that_is_killed_at_random_moments_under_load() throws Exception {
        assumeThat(server.canBeKilled()).as("a real server is not ours to kill").isTrue();
        long seed = Long.getLong("soak.seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        try (Load load = new Load()) {
            load.await(50);
            for (int kill = 0; kill < KILLS; kill++) {
                load.await(random.nextInt(1, 100));
                server.kill();
                load.await(random.nextInt(1, 100));
                server.revive();
            }
            load.await(50);

            expectExact(load.end());
            assertThat(books.metrics().failures()).as("seed %s", seed).isPositive();
        }
    }

    @Test
    void a_store_that_is_slow() throws Exception {
        link.slow(Duration.ofMillis(100));
        try (Load load = new Load()) {
            load.await(400);
            int told = load.end();
            link.slow(Duration.ZERO);

            expectExact(told);
            assertThat(books.metrics().failures()).isZero();
        }
    }

    /** What is not answered is delivered again, though it is stored. */
    @Test
    void a_store_that_does_what_it_is_asked_and_does_not_answer() throws Exception {
        link.cutAnswers(3);
        try (Load load = new Load()) {
            load.await(200);
            while (link.cuts() < 5) {
                load.await(CLIENTS);
            }
            int told = load.end();
            link.cutAnswers(0);

            expectExact(told);
            assertThat(books.metrics().failures()).isPositive();
        }
    }

    @Test
    void a_clock_that_steps_forth_and_back() {
        long[] steps = {0, -3_600, 86_400 * 40, -86_400 * 365, 1, 0};
        for (int i = 0; i < steps.length; i++) {
            Instant at = Story.START.plusSeconds(steps[i]);
            Story story = new Story(books, "sql-clever-fox-" + i + "bc123", at);
            story.statement("q");
            for (int row = 0; row < ROWS; row++) {
                story.row(
                        "udf-merry-owl-" + i + "bc" + row,
                        row,
                        Story.usage(1, 2, COST.toPlainString()));
            }
            story.statementEnds(
                    ROWS,
                    Story.usage(1, 2, COST.multiply(BigDecimal.valueOf(ROWS)).toPlainString()));
        }

        expectExact(steps.length);
        assertThat(
                        rows("all_data", "message_id", "caller_id").stream()
                                .sorted((one, other) ->
                                        one.getFirst()
                                                .toString()
                                                .compareTo(other.getFirst().toString()))
                                .map(row -> String.valueOf(row.get(1)))
                                .distinct())
                .as("ids tell the order, whatever the clock said")
                .containsExactly(
                        "sql-clever-fox-0bc123",
                        "sql-clever-fox-1bc123",
                        "sql-clever-fox-2bc123",
                        "sql-clever-fox-3bc123",
                        "sql-clever-fox-4bc123",
                        "sql-clever-fox-5bc123");
    }
}
