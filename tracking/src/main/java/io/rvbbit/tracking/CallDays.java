package io.rvbbit.tracking;

import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;

/** Which days' calls a store has whole, and how they are read. Threading: one thread at a time. */
interface CallDays {
    /** The first day that a store can tell of, and one after all that it can. */
    LocalDate FIRST = LocalDate.of(1971, 1, 1);

    LocalDate LAST = LocalDate.of(2200, 1, 1);

    /** What is complete of the days since {@code cutover}. */
    Complete since(LocalDate cutover) throws SQLException;

    /** A query for the calls of these days, without the last, that are complete. */
    String whole(LocalDate first, LocalDate before);

    /** A query for the calls of these days, without the last, whole ones and others. */
    String merged(LocalDate first, LocalDate before);

    /**
     * @param from the first day since which the workers have seen all parts
     * @param before the first day then of which one has not seen all
     * @param days that the backfill has completed, before these
     */
    record Complete(LocalDate from, LocalDate before, List<LocalDate> days) {
        public Complete {
            days = List.copyOf(days);
        }
    }
}
