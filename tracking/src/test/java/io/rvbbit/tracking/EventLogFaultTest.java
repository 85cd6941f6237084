package io.rvbbit.tracking;

import static io.rvbbit.tracking.LogFixture.BOUNDS;
import static io.rvbbit.tracking.LogFixture.NEVER;
import static io.rvbbit.tracking.LogFixture.SEGMENT;
import static io.rvbbit.tracking.LogFixture.append;
import static io.rvbbit.tracking.LogFixture.named;
import static io.rvbbit.tracking.LogFixture.open;
import static io.rvbbit.tracking.LogFixture.read;
import static io.rvbbit.tracking.LogFixture.reread;
import static io.rvbbit.tracking.LogFixture.segments;
import static io.rvbbit.tracking.LogFixture.sessions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What breaks under a log: its files, its disk. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventLogFaultTest {
    @TempDir Path directory;

    @Test
    void a_torn_end_is_cut_off_and_the_log_goes_on_before_it() throws Exception {
        try (EventLog log = open(directory);
                LogReader _ = log.start(0)) {
            append(log, 0, 10, 100);
        }
        Path segment = segments(directory).getLast();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.setLength(file.length() - 60);
            file.setLength(file.length() + 4_000);
        }

        try (EventLog log = open(directory);
                LogReader reader = log.start(0)) {
            assertThat(log.state().recorded()).isEqualTo(9);
            append(log, 100, 105, 100);
            assertThat(sessions(read(reader, 14)))
                    .startsWith("s0")
                    .endsWith("s8", "s100", "s101", "s102", "s103", "s104");
            assertThat(reader.lost()).isZero();
        }
        assertThat(reread(directory, 0)).extracting(LoggedEvent::position).hasSize(14).isSorted();
    }

    @Test
    void a_flipped_bit_loses_one_event_says_so_and_keeps_the_others() throws Exception {
        try (EventLog log = open(directory);
                LogReader _ = log.start(0)) {
            append(log, 0, 200, 1_000);
        }
        Path first = segments(directory).getFirst();
        try (RandomAccessFile file = new RandomAccessFile(first.toFile(), "rw")) {
            file.seek(20_000);
            int old = file.read();
            file.seek(20_000);
            file.write(old ^ 1);
        }

        try (EventLog log = open(directory);
                LogReader reader = log.start(0)) {
            List<LoggedEvent> events = read(reader, 200);

            assertThat(events).hasSize(199);
            assertThat(events).extracting(LoggedEvent::position).endsWith(199L, 200L);
            assertThat(reader.lost()).isEqualTo(1);
        }
    }

    /** Waits for room as often as need be; every wait is bounded. */
    private static void awaitRoom(EventLog log) throws InterruptedException {
        while (true) {
            try {
                assertThat(log.awaitRoom(NEVER)).isTrue();
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
        assertThatThrownBy(() -> log.awaitRoom(NEVER))
                .isInstanceOf(BooksFull.class)
                .hasMessageStartingWith("no room for the event log");
    }

    @Test
    void without_a_further_segment_nothing_new_begins_and_ends_are_taken() throws Exception {
        Path files = directory.resolve("log");
        Path away = directory.resolve("away");
        try (EventLog log = EventLog.open(files, BOUNDS);
                LogReader reader = log.start(0)) {
            append(log, 0, 70, 1_000);
            Files.move(files, away);
            Thread ends = Thread.ofVirtual().start(() -> append(log, 70, 400, 1_000));
            awaitRefusal(log);

            Files.move(away, files);

            ends.join();
            awaitRoom(log);
            assertThat(sessions(read(reader, 400))).isEqualTo(named(0, 400));
        }
    }

    /** The store must be able to empty a log that has filled its own disk. */
    @Test
    void batches_are_marked_and_stored_where_no_event_finds_room_any_more() throws Exception {
        Path files = directory.resolve("log");
        Path away = directory.resolve("away");
        try (EventLog log = EventLog.open(files, BOUNDS);
                LogReader reader = log.start(0)) {
            append(log, 0, 70, 1_000);
            Files.move(files, away);
            Thread ends = Thread.ofPlatform().start(() -> append(log, 70, 400, 1_000));
            awaitRefusal(log);
            while (ends.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            long recorded = log.state().recorded();
            assertThat(recorded).isLessThan(400);

            for (long through = 1; through <= recorded; through++) {
                log.mark(through, through);
                log.taken(through);
            }

            assertThat(log.state().recorded()).as("no event took the room").isEqualTo(recorded);
            Files.move(away, files);
            ends.join();
            assertThat(sessions(read(reader, 400))).isEqualTo(named(0, 400));
        }
        assertThat(sessions(reread(files, 0))).isEqualTo(named(0, 400));
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
            Thread ends = Thread.ofVirtual().start(() -> append(log, 0, 3_000, 1_000));
            awaitRefusal(log);

            List<LoggedEvent> stored = new ArrayList<>();
            while (stored.size() < 3_000) {
                long recorded = log.state().recorded();
                stored.addAll(read(reader, recorded));
                log.taken(recorded);
                log.advance(recorded, reader.bytes());
            }
            ends.join();
            awaitRoom(log);
            assertThat(sessions(stored)).isEqualTo(named(0, 3_000));
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
    void a_log_of_a_newer_program_is_refused() throws Exception {
        open(directory).close();
        try (EventLog log = open(directory);
                LogReader _ = log.start(0)) {
            append(log, 0, 1, 10);
        }
        Path segment = segments(directory).getFirst();
        byte[] bytes = Files.readAllBytes(segment);
        SegmentHeader header = SegmentHeader.of(Files.readAllBytes(segment)).orElseThrow();
        byte[] newer = header.bytes(2);
        System.arraycopy(newer, 0, bytes, 0, newer.length);
        Files.write(segment, bytes);

        assertThatThrownBy(() -> open(directory))
                .isInstanceOf(BooksUnavailable.class)
                .hasMessageContaining("version 2");
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
            try (EventLog log = open(directory);
                    LogReader _ = log.start(0)) {
                append(log, recorded, recorded + more, random.nextInt(1, 1_500));
            }
            kept.addAll(named(recorded, recorded + more));
            recorded += more;
            Path newest = segments(directory).getLast();
            try (RandomAccessFile file = new RandomAccessFile(newest.toFile(), "rw")) {
                long end = file.length();
                int cut = random.nextInt((int) Math.min(5_000, end - SegmentHeader.SIZE) + 1);
                file.setLength(end - cut);
                if (random.nextBoolean()) {
                    // Pages that were allocated and never written.
                    file.setLength(end - cut + random.nextInt(9_000));
                }
            }

            List<String> found = sessions(reread(directory, 0));

            assertThat(found).as("seed %s", seed).isEqualTo(kept.subList(0, found.size()));
            assertThat(kept.size() - found.size()).as("seed %s", seed).isLessThanOrEqualTo(more);
            kept = new ArrayList<>(found);
        }
    }
}
