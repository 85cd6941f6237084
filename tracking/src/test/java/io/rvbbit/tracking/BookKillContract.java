package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.Scan;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process that records as fast as it can is killed, again and again on the same books: what it
 * said to have recorded is there once, and what it did not end is orphaned. Now and then a torn
 * record stands at the end of the log, as a machine that fails leaves it.
 */
@Timeout(300)
abstract class BookKillContract {
    private static final int KILLS = Integer.getInteger("soak.kills", 2);
    private static final int TORN = 100;
    private static final String COST = "0.000000000007";

    /** What {@link KilledTeller} is started with, but for the round, which is the second. */
    abstract List<String> place();

    abstract Books open();

    /** Where the segments of the log are. */
    abstract Path log();

    @Test
    void nothing_that_was_recorded_is_lost_or_doubled_when_the_process_is_killed()
            throws Exception {
        long seed = Long.getLong("soak.seed", System.nanoTime());
        var random = new SplittableRandom(seed);
        Set<String> told = new HashSet<>();
        for (int round = 0; round < KILLS; round++) {
            told.addAll(killed(round, random.nextInt(1, 800)));
            if (random.nextBoolean()) {
                tear(random);
            }
        }

        try (Books books = open()) {
            Map<String, List<String>> types = new HashMap<>();
            Set<Object> messages = new HashSet<>();
            BigDecimal cost = BigDecimal.ZERO;
            BigDecimal attempts = BigDecimal.ZERO;
            for (List<Object> row :
                    rows(
                            books,
                            "session_id",
                            "event_type",
                            "message_id",
                            "cost",
                            "attempt_cost",
                            "caller_id")) {
                types.computeIfAbsent((String) row.get(0), _ -> new ArrayList<>())
                        .add((String) row.get(1));
                assertThat(messages.add(row.get(2))).as("seed %d: twice", seed).isTrue();
                cost = row.get(3) instanceof BigDecimal paid ? cost.add(paid) : cost;
                attempts = row.get(4) instanceof BigDecimal paid ? attempts.add(paid) : attempts;
                assertThat((String) row.get(5)).as("seed %d", seed).startsWith("sql-calm-bee-");
            }
            assertThat(types.keySet()).as("seed %d", seed).containsAll(told);
            assertThat(types.entrySet())
                    .as("seed %d", seed)
                    .allSatisfy(session -> {
                        if (told.contains(session.getKey())) {
                            assertThat(session.getValue())
                                    .containsExactlyInAnyOrder(
                                            "cascade_start",
                                            "phase_start",
                                            "turn_start",
                                            "turn_complete",
                                            "phase_complete",
                                            "cascade_complete");
                        } else {
                            assertThat(session.getValue())
                                    .doesNotHaveDuplicates()
                                    .containsAnyOf("cascade_error", "cascade_complete");
                        }
                    });
            assertThat(cost).as("seed %d", seed).isEqualTo(attempts);
            assertThat(cost)
                    .isGreaterThanOrEqualTo(
                            new BigDecimal(COST).multiply(BigDecimal.valueOf(told.size())));
            assertThat(books.metrics().lost()).isZero();
        }
    }

    /** The sessions that the process said to have recorded before it was killed. */
    private List<String> killed(int round, int after) throws Exception {
        List<String> arguments = new ArrayList<>(place());
        arguments.add(1, Integer.toString(round));
        return KilledProcess.killed(after, KilledTeller.class, arguments.toArray(String[]::new));
    }

    /** The system had begun to write one more record, and not come to its end. */
    private void tear(SplittableRandom random) throws IOException {
        Path newest;
        try (Stream<Path> files = Files.list(log())) {
            newest =
                    files.filter(file -> file.toString().endsWith(".seg"))
                            .filter(BookKillContract::isBegun)
                            .max(Comparator.naturalOrder())
                            .orElseThrow();
        }
        int end;
        try (SegmentReader reader = SegmentReader.open(newest).orElseThrow()) {
            while (reader.next(reader.size())) {
                // To where the next record would begin.
            }
            end = reader.at();
        }
        ByteBuffer torn = ByteBuffer.allocate(TORN).order(ByteOrder.LITTLE_ENDIAN);
        torn.putInt(2 * TORN).putInt(random.nextInt()).putLong(random.nextLong());
        try (RandomAccessFile file = new RandomAccessFile(newest.toFile(), "rw")) {
            file.seek(end);
            file.write(torn.array());
        }
    }

    private static boolean isBegun(Path segment) {
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "r")) {
            return file.length() > SegmentHeader.SIZE && file.read() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<List<Object>> rows(Books books, String... columns) {
        try (Scan scan = books.scan("all_data", List.of(columns))) {
            List<List<Object>> rows = new ArrayList<>();
            for (var row = scan.next(); row != null; row = scan.next()) {
                rows.add(Arrays.asList(row));
            }
            return rows;
        }
    }
}
