package io.rvbbit.tracking.retention;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How long the books are kept. Threading: immutable.
 *
 * @param scheduled whether it is done without being asked for
 * @param days of each table; 0 for ever
 * @param export the directory into which rows are written before they are removed
 * @param interval between two runs; the first is soon after the start
 */
public record RetentionPolicy(
        boolean scheduled,
        Map<RetainedTable, Integer> days,
        Optional<Path> export,
        Duration interval) {
    public static final RetentionPolicy DEFAULT =
            new RetentionPolicy(
                    true,
                    Arrays.stream(RetainedTable.values())
                            .collect(Collectors.toMap(t -> t, RetainedTable::defaultDays)),
                    Optional.empty(),
                    Duration.ofDays(1));

    public RetentionPolicy {
        days = Map.copyOf(days);
    }

    /** 0 for ever. */
    public int days(RetainedTable table) {
        return days.getOrDefault(table, table.defaultDays());
    }
}
