package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookWriter.Pace;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
        public Optional<Row<SessionColumn>> endedSession(String sessionId) {
            return Optional.empty();
        }

        @Override
        public Optional<Row<StatementColumn>> endedStatement(CallerId caller) {
            return Optional.empty();
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

    @TempDir Path directory;
    private EventLog log;
    private LogReader reader;

    @BeforeEach
    void open() throws Exception {
        log = EventLog.open(directory, new EventLog.Bounds(1 << 20, 1 << 18, SHORT));
        reader = log.start(0);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private BookWriter writer(EventStore store, int max, Duration delay) {
        var pace = new Pace(max, Long.MAX_VALUE, delay, SHORT, SHORT, Duration.ofSeconds(10));
        return new BookWriter(log, reader, store, Clock.systemUTC(), pace);
    }

    private void tell(int sessions) {
        var story = new Story(log::append, "sql-clever-fox-abc123");
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
        try (var writer = writer(store, 10, LONG)) {
            writer.start();
            tell(100);

            assertThat(log.awaitStored(LONG)).isTrue();
            assertThat(store.rowIndexes()).isEqualTo(sessions(100));
            assertThat(writer.refusals().count()).isEqualTo(5);
        }
    }

    @Test
    void a_batch_that_was_stored_though_its_commit_failed_is_not_stored_again() throws Exception {
        var store = new Shelf(0);
        store.refusals = 3;
        store.storesBeforeRefusing = true;
        try (var writer = writer(store, 10, LONG)) {
            writer.start();
            tell(50);

            assertThat(log.awaitStored(LONG)).isTrue();
            assertThat(store.rowIndexes()).isEqualTo(sessions(50));
        }
    }

    @Test
    void events_wait_for_each_other_until_the_batch_is_full() throws Exception {
        var store = new Shelf(0);
        tell(250);
        try (var writer = writer(store, 100, LONG)) {
            writer.start();
            assertThat(log.awaitStored(LONG)).isTrue();
        }
        assertThat(store.batches)
                .extracting(batch -> batch.logs().size())
                .containsExactly(100, 100, 50);
    }

    @Test
    void nobody_waits_longer_than_the_delay() throws Exception {
        tell(3);
        long start = System.nanoTime();

        assertThat(log.awaitEvents(100, Duration.ofMillis(50)))
                .isEqualTo(new ReadyEvents(1, 3, false));

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
    }

    @Test
    void a_store_that_does_not_answer_holds_up_nobody_who_records() throws Exception {
        var store = new Shelf(1);
        try (var writer = writer(store, 5, SHORT)) {
            writer.start();
            tell(1_000);
            assertThat(log.state().pending()).isEqualTo(1_000);

            store.gate.countDown();

            assertThat(log.awaitStored(LONG)).isTrue();
            assertThat(store.rowIndexes()).isEqualTo(sessions(1_000));
        }
    }

    @Test
    void an_interrupted_thread_still_records() {
        Thread.currentThread().interrupt();

        tell(1);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(log.state().pending()).isEqualTo(1);
    }

    @Test
    void a_reader_of_a_store_that_does_not_answer_is_told_so() throws Exception {
        tell(1);

        assertThat(log.awaitStored(Duration.ofMillis(20))).isFalse();
    }

    @Test
    void closing_stores_what_is_queued() {
        var store = new Shelf(0);
        tell(30);
        var writer = writer(store, 100, LONG);
        writer.start();

        writer.close();

        assertThat(store.rowIndexes()).isEqualTo(sessions(30));
    }

    @Test
    void closing_gives_up_on_a_store_that_never_answers() {
        var store = new Shelf(0);
        store.refusals = Integer.MAX_VALUE;
        tell(3);
        var pace = new Pace(10, 1_000, SHORT, SHORT, SHORT, Duration.ofMillis(50));
        var writer = new BookWriter(log, reader, store, Clock.systemUTC(), pace);
        writer.start();

        writer.close();

        assertThat(log.state().pending()).isEqualTo(3);
    }
}
