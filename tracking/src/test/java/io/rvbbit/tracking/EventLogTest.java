package io.rvbbit.tracking;

import static io.rvbbit.tracking.LogFixture.NEVER;
import static io.rvbbit.tracking.LogFixture.SEGMENT;
import static io.rvbbit.tracking.LogFixture.append;
import static io.rvbbit.tracking.LogFixture.event;
import static io.rvbbit.tracking.LogFixture.named;
import static io.rvbbit.tracking.LogFixture.open;
import static io.rvbbit.tracking.LogFixture.read;
import static io.rvbbit.tracking.LogFixture.reread;
import static io.rvbbit.tracking.LogFixture.segments;
import static io.rvbbit.tracking.LogFixture.sessions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventLogTest {
    @TempDir Path directory;

    @Test
    void what_was_appended_is_read_again_from_any_position_with_the_same_ids() throws Exception {
        List<LoggedEvent> first;
        try (EventLog log = open(directory);
                LogReader reader = log.start(0)) {
            append(log, 0, 100, 50);
            first = read(reader, 100);
        }

        assertThat(sessions(first)).isEqualTo(named(0, 100));
        assertThat(first).extracting(LoggedEvent::messageId).doesNotHaveDuplicates().isSorted();
        assertThat(reread(directory, 0)).isEqualTo(first);
        assertThat(reread(directory, 37)).isEqualTo(first.subList(37, 100));
        assertThat(reread(directory, 100)).isEmpty();
    }

    @Test
    void a_log_goes_on_where_it_ended_with_greater_ids() throws Exception {
        for (int run = 0; run < 5; run++) {
            try (EventLog log = open(directory);
                    LogReader _ = log.start(0)) {
                append(log, run * 10, run * 10 + 10, 50);
            }
        }

        List<LoggedEvent> all = reread(directory, 0);

        assertThat(sessions(all)).isEqualTo(named(0, 50));
        assertThat(all).extracting(LoggedEvent::messageId).doesNotHaveDuplicates().isSorted();
        assertThat(all).extracting(LoggedEvent::position).startsWith(1L, 2L).endsWith(49L, 50L);
    }

    @Test
    void events_go_on_in_the_next_segment_and_stored_ones_are_deleted() throws Exception {
        try (EventLog log = open(directory);
                LogReader reader = log.start(0)) {
            append(log, 0, 500, 1_000);
            assertThat(segments(directory)).hasSizeGreaterThan(7);
            assertThat(sessions(read(reader, 500))).isEqualTo(named(0, 500));

            log.taken(500);
            log.advance(500, reader.bytes());
            while (segments(directory).size() > 2) {
                Thread.onSpinWait();
            }

            assertThat(log.state().bytes()).isZero();
            append(log, 500, 510, 1_000);
            assertThat(sessions(read(reader, 510))).isEqualTo(named(500, 510));
        }
        assertThat(sessions(reread(directory, 500))).isEqualTo(named(500, 510));
    }

    @Test
    void an_event_longer_than_a_segment_gets_one_of_its_own() throws Exception {
        try (EventLog log = open(directory);
                LogReader reader = log.start(0)) {
            append(log, 0, 3, 100);
            append(log, 3, 4, 10 * SEGMENT);
            append(log, 4, 6, 100);

            assertThat(sessions(read(reader, 6))).isEqualTo(named(0, 6));
        }
        assertThat(sessions(reread(directory, 0))).isEqualTo(named(0, 6));
    }

    @Test
    void every_segment_knows_the_definitions_of_its_own_events() throws Exception {
        String definition = "cascade_id: x\n".repeat(200);
        List<Event> told = new ArrayList<>();
        try (EventLog log = open(directory);
                LogReader _ = log.start(0)) {
            var story =
                    new Story(
                            event -> {
                                told.add(event);
                                log.append(event);
                            },
                            "sql-clever-fox-abc123");
            story.statement("q \u0000 😀");
            for (int i = 0; i < 300; i++) {
                story.row("udf-merry-owl-" + (100_000 + i), i, Story.usage(1, 2, "0.25"));
                Event session =
                        new Event.SessionStarted(
                                "s",
                                new CallerId("sql-clever-fox-abc123"),
                                i % 2 == 0 ? "" : "outer",
                                i % 2 == 0 ? "" : "cell",
                                i % 2,
                                "x",
                                "",
                                definition,
                                i % 3 == 0 ? "" : "c0ffee" + i,
                                "{}",
                                "",
                                -1,
                                "",
                                Story.START);
                log.append(session);
                told.add(session);
            }
            story.statementEnds(300, Usage.unpriced(3, 4));
            assertThat(segments(directory)).hasSizeGreaterThan(3);
        }

        List<LoggedEvent> all = reread(directory, 0);

        assertThat(all).extracting(LoggedEvent::event).isEqualTo(told);
        assertThat(reread(directory, 1_000)).isEqualTo(all.subList(1_000, all.size()));
        assertThat(
                        all.stream()
                                .map(LoggedEvent::event)
                                .filter(event ->
                                        event instanceof Event.SessionStarted started
                                                && started.sessionId().equals("s")))
                .hasSize(300)
                .allSatisfy(event ->
                        assertThat(((Event.SessionStarted) event).cascadeDefinition())
                                .isEqualTo(definition));
    }

    @Test
    void a_marked_batch_has_the_same_bounds_for_the_next_process() throws Exception {
        try (EventLog log = open(directory);
                LogReader _ = log.start(0)) {
            append(log, 0, 30, 50);
            log.mark(1, 7);
            log.taken(7);
            log.advance(7, 0);
            log.mark(8, 19);
            append(log, 30, 300, 1_000);
        }
        for (int time = 0; time < 3; time++) {
            try (EventLog log = open(directory);
                    LogReader _ = log.start(7)) {
                assertThat(log.awaitEvents(5, Duration.ofSeconds(60)))
                        .isEqualTo(new ReadyEvents(8, 19, true));
            }
        }
        try (EventLog log = open(directory);
                LogReader _ = log.start(19)) {
            assertThat(log.awaitEvents(5, Duration.ofSeconds(60)))
                    .isEqualTo(new ReadyEvents(20, 300, false));
        }
    }

    @Test
    void a_full_log_takes_every_end_and_nothing_new_until_the_store_comes_nearer()
            throws Exception {
        try (EventLog log = open(directory);
                LogReader reader = log.start(0)) {
            append(log, 0, 900, 1_000);
            assertThat(log.awaitRoom(NEVER)).isTrue();
            append(log, 900, 1_200, 1_000);

            assertThatThrownBy(() -> log.awaitRoom(NEVER))
                    .isInstanceOf(BooksFull.class)
                    .hasMessageMatching(
                            "the event log is full: \\d+ events wait for the store since \\S+Z, 1\\.\\d MB of 1\\.0 MB");
            assertThat(log.awaitRoom(CompletableFuture.completedFuture("stopped"))).isFalse();
            append(log, 1_200, 1_500, 1_000);

            assertThat(read(reader, 1_500)).hasSize(1_500);
            log.taken(1_500);
            log.advance(1_500, reader.bytes());
            assertThat(log.awaitRoom(NEVER)).isTrue();
        }
    }

    @Test
    void what_waits_at_the_gate_goes_on_when_there_is_room_again() throws Exception {
        var patient = new EventLog.Bounds(1 << 20, SEGMENT, Duration.ofSeconds(60));
        try (EventLog log = EventLog.open(directory, patient);
                LogReader reader = log.start(0)) {
            append(log, 0, 1_200, 1_000);
            var through = new CountDownLatch(1);
            Thread waiting =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    assertThat(log.awaitRoom(NEVER)).isTrue();
                                    through.countDown();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            });
            // Whoever waits there does not let the writer wait for more events.
            assertThat(log.awaitEvents(1_000_000, Duration.ofSeconds(60)).through())
                    .isEqualTo(1_200);
            assertThat(through.getCount()).isEqualTo(1);

            assertThat(read(reader, 1_200)).hasSize(1_200);
            log.taken(1_200);
            log.advance(1_200, reader.bytes());

            waiting.join();
            assertThat(through.getCount()).isZero();
        }
    }

    @Test
    void interrupted_threads_append_and_leave_the_log_open() throws Exception {
        try (EventLog log = open(directory);
                LogReader reader = log.start(0)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int number = i;
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    Thread.currentThread().interrupt();
                                    append(log, number * 100, number * 100 + 100, 1_000);
                                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(sessions(read(reader, 800)))
                    .containsExactlyInAnyOrderElementsOf(named(0, 800));
        }
        assertThat(reread(directory, 0)).hasSize(800);
    }

    @Test
    void a_store_that_is_ahead_of_a_log_that_was_taken_away_is_not_written_over() throws Exception {
        try (EventLog log = open(directory);
                LogReader reader = log.start(1_000)) {
            append(log, 0, 2, 10);

            assertThat(read(reader, 1_002))
                    .extracting(LoggedEvent::position)
                    .containsExactly(1_001L, 1_002L);
        }
    }

    @Test
    void what_stands_on_the_disk_is_what_the_document_says() throws Exception {
        try (EventLog log = open(directory);
                LogReader _ = log.start(41)) {
            log.append(event("s", 1));
        }

        byte[] bytes = Files.readAllBytes(segments(directory).getFirst());

        assertThat(bytes).hasSize(64 + 24 + 32);
        assertThat(new String(bytes, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("RVBBITEL");
        var numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(numbers.getInt(8)).isEqualTo(1);
        assertThat(numbers.getLong(32)).isEqualTo(42);
        assertThat(numbers.getLong(64 + 8)).isEqualTo(42);
        assertThat(numbers.getLong(64 + 16) >>> 12).isEqualTo(Story.START.toEpochMilli());
        assertThat(bytes[64 + 24]).isEqualTo((byte) 24);
    }
}
