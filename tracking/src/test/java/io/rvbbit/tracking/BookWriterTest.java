package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookWriter.Pace;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BookWriterTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(1);

    /** A store in memory that can refuse, before or after it has stored, and can be held up. */
    private static final class Shelf implements EventStore {
        final List<Batch> batches = Collections.synchronizedList(new ArrayList<>());
        final CountDownLatch gate;
        int refusals;
        boolean storesBeforeRefusing;
        private long position;

        Shelf(int gates) {
            this.gate = new CountDownLatch(gates);
        }

        @Override
        public void open() {
            // Nothing has to be made ready.
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public void append(Batch batch) throws SQLException {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new SQLException(e);
            }
            if (refusals > 0 && !storesBeforeRefusing) {
                refusals--;
                throw new SQLException("no space left");
            }
            if (position < batch.position()) {
                batches.add(batch);
                position = batch.position();
            }
            if (refusals > 0) {
                refusals--;
                throw new SQLException("commit failed in an unclear way");
            }
        }

        @Override
        public Unfinished unfinished() {
            return new Unfinished(List.of(), List.of(), List.of(), List.of());
        }

        @Override
        public void close() {}

        List<Object> rowIndexes() {
            return batches.stream()
                    .flatMap(batch -> batch.logs().stream())
                    .map(row -> (Object) row.text(LogColumn.SESSION_ID))
                    .toList();
        }
    }

    private static BookWriter writer(EventQueue queue, EventStore store, int max, Duration delay) {
        var pace = new Pace(max, delay, SHORT, SHORT, Duration.ofSeconds(10));
        return new BookWriter(
                store::position, queue, new Bookkeeper(new SplittableRandom(3)), store, pace);
    }

    private static void tell(EventQueue queue, int sessions) {
        var story = new Story(queue::put, "sql-clever-fox-abc123");
        for (int i = 0; i < sessions; i++) {
            story.session("s" + i, i, "{}");
        }
    }

    private static List<Object> sessions(int count) {
        List<Object> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("s" + i);
        }
        return names;
    }

    @Test
    void a_store_that_fails_some_times_loses_and_doubles_nothing() throws Exception {
        var store = new Shelf(0);
        store.refusals = 5;
        var queue = new EventQueue(1_000, 1_000_000, 0);
        try (var writer = writer(queue, store, 10, LONG)) {
            writer.start();
            tell(queue, 100);

            assertThat(queue.awaitStored(LONG)).isTrue();
            assertThat(store.rowIndexes()).isEqualTo(sessions(100));
            assertThat(writer.failures()).isEqualTo(5);
        }
    }

    @Test
    void a_batch_that_was_stored_though_its_commit_failed_is_not_stored_again() throws Exception {
        var store = new Shelf(0);
        store.refusals = 3;
        store.storesBeforeRefusing = true;
        var queue = new EventQueue(1_000, 1_000_000, 0);
        try (var writer = writer(queue, store, 10, LONG)) {
            writer.start();
            tell(queue, 50);

            assertThat(queue.awaitStored(LONG)).isTrue();
            assertThat(store.rowIndexes()).isEqualTo(sessions(50));
        }
    }

    @Test
    void events_wait_for_each_other_until_the_batch_is_full() throws Exception {
        var store = new Shelf(0);
        var queue = new EventQueue(1_000, 1_000_000, 0);
        tell(queue, 250);
        try (var writer = writer(queue, store, 100, LONG)) {
            writer.start();
            assertThat(queue.awaitStored(LONG)).isTrue();
        }
        assertThat(store.batches)
                .extracting(batch -> batch.logs().size())
                .containsExactly(100, 100, 50);
    }

    @Test
    void nobody_waits_longer_than_the_delay() throws Exception {
        var store = new Shelf(0);
        var queue = new EventQueue(1_000, 1_000_000, 0);
        tell(queue, 3);
        long start = System.nanoTime();

        assertThat(queue.take(100, Duration.ofMillis(50)).events()).hasSize(3);

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
        assertThat(store.batches).isEmpty();
    }

    @Test
    void recording_into_a_full_queue_waits_and_loses_nothing() throws Exception {
        var store = new Shelf(1);
        var queue = new EventQueue(10, 1_000_000, 0);
        try (var writer = writer(queue, store, 5, SHORT)) {
            writer.start();
            var done = new CountDownLatch(1);
            Thread teller =
                    Thread.ofVirtual()
                            .start(() -> {
                                tell(queue, 100);
                                done.countDown();
                            });
            assertThat(done.await(100, TimeUnit.MILLISECONDS)).isFalse();
            assertThat(queue.depth()).isLessThanOrEqualTo(15);

            store.gate.countDown();

            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
            teller.join();
            assertThat(queue.awaitStored(LONG)).isTrue();
            assertThat(store.rowIndexes()).isEqualTo(sessions(100));
        }
    }

    @Test
    void an_interrupted_thread_still_records() throws Exception {
        var queue = new EventQueue(10, 1_000_000, 0);
        Thread.currentThread().interrupt();

        tell(queue, 1);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(queue.depth()).isEqualTo(1);
    }

    @Test
    void long_texts_fill_the_queue_too_but_one_always_fits() throws Exception {
        var queue = new EventQueue(10, 10, 0);
        var story = new Story(queue::put, "sql-clever-fox-abc123");
        story.session("s0", 0, "\"" + "x".repeat(100) + "\"");
        var second = new CountDownLatch(1);
        Thread.ofVirtual()
                .start(() -> {
                    story.session("s1", 1, "\"y\"");
                    second.countDown();
                });
        assertThat(second.await(50, TimeUnit.MILLISECONDS)).isFalse();

        assertThat(queue.take(10, Duration.ZERO).events()).hasSize(1);

        assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void a_reader_of_a_store_that_does_not_answer_is_told_so() throws Exception {
        var queue = new EventQueue(10, 1_000_000, 0);
        tell(queue, 1);

        assertThat(queue.awaitStored(Duration.ofMillis(20))).isFalse();
    }

    @Test
    void closing_stores_what_is_queued() {
        var store = new Shelf(0);
        var queue = new EventQueue(1_000, 1_000_000, 0);
        tell(queue, 30);
        var writer = writer(queue, store, 100, LONG);
        writer.start();

        writer.close();

        assertThat(store.rowIndexes()).isEqualTo(sessions(30));
    }

    @Test
    void a_store_that_opens_late_gets_everything_from_its_own_position_on() throws Exception {
        var store = new Shelf(0);
        store.position = 1_000;
        var queue = new EventQueue(1_000, 1_000_000, 0);
        var tries = new AtomicInteger();
        BookWriter.Opening opening =
                () -> {
                    if (tries.incrementAndGet() < 4) {
                        throw new SQLException("connection refused");
                    }
                    return store.position();
                };
        var pace = new Pace(10, SHORT, SHORT, SHORT, Duration.ofSeconds(10));
        tell(queue, 30);
        try (var writer =
                new BookWriter(
                        opening, queue, new Bookkeeper(new SplittableRandom(3)), store, pace)) {
            writer.start();

            assertThat(queue.awaitStored(LONG)).isTrue();
            assertThat(store.rowIndexes()).isEqualTo(sessions(30));
            assertThat(store.position()).isEqualTo(1_030);
            assertThat(writer.stored()).isEqualTo(1_030);
            assertThat(writer.failures()).isEqualTo(3);
        }
    }

    @Test
    void closing_gives_up_on_a_store_that_never_answers() {
        var store = new Shelf(0);
        store.refusals = Integer.MAX_VALUE;
        var queue = new EventQueue(1_000, 1_000_000, 0);
        tell(queue, 3);
        var pace = new Pace(10, SHORT, SHORT, SHORT, Duration.ofMillis(50));
        var writer =
                new BookWriter(
                        store::position,
                        queue,
                        new Bookkeeper(new SplittableRandom(3)),
                        store,
                        pace);
        writer.start();

        writer.close();

        assertThat(queue.depth()).isEqualTo(3);
    }
}
