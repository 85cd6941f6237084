package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.tracking.LogReader.Taken;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventLogTest {
    private static final int SEGMENT = 64 << 10;
    private static final EventLog.Bounds BOUNDS =
            new EventLog.Bounds(1 << 20, SEGMENT, Duration.ofMillis(50));

    @TempDir Path directory;

    private static Event event(String session, int length) {
        return new Event.ToolStarted(session, "c", "sql_data", "x".repeat(length), Story.START);
    }

    private EventLog open() throws IOException {
        return EventLog.open(directory, BOUNDS);
    }

    private static void append(EventLog log, int from, int to, int length) {
        for (int i = from; i < to; i++) {
            log.append(event("s" + i, length));
        }
    }

    private static List<LoggedEvent> read(LogReader reader, long through) throws IOException {
        List<LoggedEvent> events = new ArrayList<>();
        Taken taken = reader.read(through, Integer.MAX_VALUE, Long.MAX_VALUE);
        while (!taken.events().isEmpty()) {
            events.addAll(taken.events());
            taken = reader.read(through, Integer.MAX_VALUE, Long.MAX_VALUE);
        }
        return events;
    }

    /** What a log that was left as it is says after {@code position}. */
    private List<LoggedEvent> reread(long position) throws IOException {
        try (EventLog log = open();
                LogReader reader = log.start(position)) {
            return read(reader, log.state().recorded());
        }
    }

    private static List<String> sessions(List<LoggedEvent> events) {
        return events.stream()
                .map(logged -> ((Event.ToolStarted) logged.event()).sessionId())
                .toList();
    }

    private static List<String> named(int from, int to) {
        List<String> names = new ArrayList<>();
        for (int i = from; i < to; i++) {
            names.add("s" + i);
        }
        return names;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".seg")).sorted().toList();
        }
    }

    @Test
    void what_was_appended_is_read_again_from_any_position_with_the_same_ids() throws Exception {
        List<LoggedEvent> first;
        try (EventLog log = open();
                LogReader reader = log.start(0)) {
            append(log, 0, 100, 50);
            first = read(reader, 100);
        }

        assertThat(sessions(first)).isEqualTo(named(0, 100));
        assertThat(first).extracting(LoggedEvent::messageId).doesNotHaveDuplicates().isSorted();
        assertThat(reread(0)).isEqualTo(first);
        assertThat(reread(37)).isEqualTo(first.subList(37, 100));
        assertThat(reread(100)).isEmpty();
    }

    @Test
    void a_log_goes_on_where_it_ended_with_greater_ids() throws Exception {
        for (int run = 0; run < 5; run++) {
            try (EventLog log = open();
                    LogReader _ = log.start(0)) {
                append(log, run * 10, run * 10 + 10, 50);
            }
        }

        List<LoggedEvent> all = reread(0);

        assertThat(sessions(all)).isEqualTo(named(0, 50));
        assertThat(all).extracting(LoggedEvent::messageId).doesNotHaveDuplicates().isSorted();
        assertThat(all).extracting(LoggedEvent::position).startsWith(1L, 2L).endsWith(49L, 50L);
    }

    @Test
    void events_go_on_in_the_next_segment_and_stored_ones_are_deleted() throws Exception {
        try (EventLog log = open();
                LogReader reader = log.start(0)) {
            append(log, 0, 500, 1_000);
            assertThat(segments()).hasSizeGreaterThan(7);
            assertThat(sessions(read(reader, 500))).isEqualTo(named(0, 500));

            log.taken(500);
            log.advance(500, reader.bytes());
            while (segments().size() > 2) {
                Thread.onSpinWait();
            }

            assertThat(log.state().bytes()).isZero();
            append(log, 500, 510, 1_000);
            assertThat(sessions(read(reader, 510))).isEqualTo(named(500, 510));
        }
        assertThat(sessions(reread(500))).isEqualTo(named(500, 510));
    }

    @Test
    void an_event_longer_than_a_segment_gets_one_of_its_own() throws Exception {
        try (EventLog log = open();
                LogReader reader = log.start(0)) {
            append(log, 0, 3, 100);
            append(log, 3, 4, 10 * SEGMENT);
            append(log, 4, 6, 100);

            assertThat(sessions(read(reader, 6))).isEqualTo(named(0, 6));
        }
        assertThat(sessions(reread(0))).isEqualTo(named(0, 6));
    }

    @Test
    void every_segment_knows_the_definitions_of_its_own_events() throws Exception {
        String definition = "cascade_id: x\n".repeat(200);
        List<Event> told = new ArrayList<>();
        try (EventLog log = open();
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
                                "",
                                0,
                                "x",
                                "",
                                definition,
                                "{}",
                                "",
                                -1,
                                "",
                                Story.START);
                log.append(session);
                told.add(session);
            }
            story.statementEnds(300, Usage.unpriced(3, 4));
            assertThat(segments()).hasSizeGreaterThan(3);
        }

        List<LoggedEvent> all = reread(0);

        assertThat(all).extracting(LoggedEvent::event).isEqualTo(told);
        assertThat(reread(1_000)).isEqualTo(all.subList(1_000, all.size()));
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
    void a_torn_end_is_cut_off_and_the_log_goes_on_before_it() throws Exception {
        try (EventLog log = open();
                LogReader _ = log.start(0)) {
            append(log, 0, 10, 100);
        }
        Path segment = segments().getLast();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.setLength(file.length() - 60);
            file.setLength(file.length() + 4_000);
        }

        try (EventLog log = open();
                LogReader reader = log.start(0)) {
            assertThat(log.state().recorded()).isEqualTo(9);
            append(log, 100, 105, 100);
            assertThat(sessions(read(reader, 14)))
                    .startsWith("s0")
                    .endsWith("s8", "s100", "s101", "s102", "s103", "s104");
            assertThat(reader.lost()).isZero();
        }
        assertThat(reread(0)).extracting(LoggedEvent::position).hasSize(14).isSorted();
    }

    @Test
    void a_flipped_bit_loses_one_event_says_so_and_keeps_the_others() throws Exception {
        try (EventLog log = open();
                LogReader _ = log.start(0)) {
            append(log, 0, 200, 1_000);
        }
        Path first = segments().getFirst();
        try (RandomAccessFile file = new RandomAccessFile(first.toFile(), "rw")) {
            file.seek(20_000);
            int old = file.read();
            file.seek(20_000);
            file.write(old ^ 1);
        }

        try (EventLog log = open();
                LogReader reader = log.start(0)) {
            List<LoggedEvent> events = read(reader, 200);

            assertThat(events).hasSize(199);
            assertThat(events).extracting(LoggedEvent::position).endsWith(199L, 200L);
            assertThat(reader.lost()).isEqualTo(1);
        }
    }

    @Test
    void a_marked_batch_has_the_same_bounds_for_the_next_process() throws Exception {
        try (EventLog log = open();
                LogReader _ = log.start(0)) {
            append(log, 0, 30, 50);
            log.mark(1, 7);
            log.taken(7);
            log.advance(7, 0);
            log.mark(8, 19);
            append(log, 30, 300, 1_000);
        }
        for (int time = 0; time < 3; time++) {
            try (EventLog log = open();
                    LogReader _ = log.start(7)) {
                assertThat(log.awaitEvents(5, Duration.ofSeconds(60)))
                        .isEqualTo(new EventLog.Ready(8, 19, true));
            }
        }
        try (EventLog log = open();
                LogReader _ = log.start(19)) {
            assertThat(log.awaitEvents(5, Duration.ofSeconds(60)))
                    .isEqualTo(new EventLog.Ready(20, 300, false));
        }
    }

    @Test
    void a_full_log_takes_every_end_and_nothing_new_until_the_store_comes_nearer()
            throws Exception {
        try (EventLog log = open();
                LogReader reader = log.start(0)) {
            append(log, 0, 900, 1_000);
            log.awaitRoom();
            append(log, 900, 1_200, 1_000);

            assertThatThrownBy(log::awaitRoom)
                    .isInstanceOf(BooksFull.class)
                    .hasMessageMatching(
                            "the event log is full: \\d+ events wait for the store, \\d+ bytes");
            append(log, 1_200, 1_500, 1_000);

            assertThat(read(reader, 1_500)).hasSize(1_500);
            log.taken(1_500);
            log.advance(1_500, reader.bytes());
            log.awaitRoom();
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
                                    log.awaitRoom();
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

    /** Waits for room as often as need be; every wait is bounded. */
    private static void awaitRoom(EventLog log) throws InterruptedException {
        while (true) {
            try {
                log.awaitRoom();
                return;
            } catch (BooksFull e) {
                assertThat(e).hasMessageStartingWith("no room for the event log");
            }
        }
    }

    private static void awaitRefusal(EventLog log) {
        while (log.state().refusing().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(log::awaitRoom)
                .isInstanceOf(BooksFull.class)
                .hasMessageStartingWith("no room for the event log");
    }

    @Test
    void without_a_further_segment_nothing_new_begins_and_ends_are_taken() throws Exception {
        Path files = directory.resolve("log");
        Path away = directory.resolve("away");
        try (EventLog log = EventLog.open(files, BOUNDS);
                LogReader reader = log.start(0)) {
            append(log, 0, 1, 10);
            while (Objects.requireNonNull(files.toFile().list()).length < 2) {
                Thread.onSpinWait();
            }
            Files.move(files, away);
            append(log, 1, 80, 1_000);
            awaitRefusal(log);
            append(log, 80, 100, 100);

            Files.move(away, files);

            awaitRoom(log);
            append(log, 100, 400, 1_000);
            assertThat(sessions(read(reader, 400))).isEqualTo(named(0, 400));
        }
    }

    @Test
    void a_full_disk_holds_up_what_is_new_and_loses_nothing() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString()),
                "mounting a small file system is not allowed here");
        try (EventLog log =
                        EventLog.open(
                                small.resolve("log"),
                                new EventLog.Bounds(1 << 30, SEGMENT, Duration.ofMillis(50)));
                LogReader reader = log.start(0)) {
            int recorded = 0;
            while (log.state().refusing().isEmpty()) {
                append(log, recorded, recorded + 1, 1_000);
                recorded++;
            }
            awaitRefusal(log);
            append(log, recorded, recorded + 20, 1_000);
            recorded += 20;

            assertThat(sessions(read(reader, recorded))).isEqualTo(named(0, recorded));
            log.taken(recorded);
            log.advance(recorded, reader.bytes());
            awaitRoom(log);

            append(log, recorded, recorded + 200, 1_000);
            assertThat(sessions(read(reader, recorded + 200)))
                    .isEqualTo(named(recorded, recorded + 200));
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void interrupted_threads_append_and_leave_the_log_open() throws Exception {
        try (EventLog log = open();
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
        assertThat(reread(0)).hasSize(800);
    }

    @Test
    void a_log_of_a_newer_program_is_refused() throws Exception {
        open().close();
        try (EventLog log = open();
                LogReader _ = log.start(0)) {
            append(log, 0, 1, 10);
        }
        Path segment = segments().getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        SegmentHeader header = SegmentHeader.of(Files.readAllBytes(segment)).orElseThrow();
        byte[] newer = header.bytes(2);
        System.arraycopy(newer, 0, bytes, 0, newer.length);
        Files.write(segment, bytes);

        assertThatThrownBy(this::open)
                .isInstanceOf(BooksUnavailable.class)
                .hasMessageContaining("version 2");
    }

    @Test
    void a_store_that_is_ahead_of_a_log_that_was_taken_away_is_not_written_over() throws Exception {
        try (EventLog log = open();
                LogReader reader = log.start(1_000)) {
            append(log, 0, 2, 10);

            assertThat(read(reader, 1_002))
                    .extracting(LoggedEvent::position)
                    .containsExactly(1_001L, 1_002L);
        }
    }

    /** Whatever a crash leaves of the newest segment, all before it is there, and nothing else. */
    @Test
    void any_end_that_a_crash_leaves_is_a_beginning_of_what_was_written() throws Exception {
        long seed = System.nanoTime();
        var random = new SplittableRandom(seed);
        int recorded = 0;
        List<String> kept = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            int more = random.nextInt(1, 120);
            try (EventLog log = open();
                    LogReader _ = log.start(0)) {
                append(log, recorded, recorded + more, random.nextInt(1, 1_500));
            }
            kept.addAll(named(recorded, recorded + more));
            recorded += more;
            Path newest = segments().getLast();
            try (RandomAccessFile file = new RandomAccessFile(newest.toFile(), "rw")) {
                long end = file.length();
                int cut = random.nextInt((int) Math.min(5_000, end - SegmentHeader.SIZE) + 1);
                file.setLength(end - cut);
                if (random.nextBoolean()) {
                    // Pages that were allocated and never written.
                    file.setLength(end - cut + random.nextInt(9_000));
                }
            }

            List<String> found = sessions(reread(0));

            assertThat(found).as("seed %s", seed).isEqualTo(kept.subList(0, found.size()));
            assertThat(kept.size() - found.size()).as("seed %s", seed).isLessThanOrEqualTo(more);
            kept = new ArrayList<>(found);
        }
    }

    @Test
    void what_stands_on_the_disk_is_what_the_document_says() throws Exception {
        try (EventLog log = open();
                LogReader _ = log.start(41)) {
            log.append(event("s", 1));
        }

        byte[] bytes = Files.readAllBytes(segments().getFirst());

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
