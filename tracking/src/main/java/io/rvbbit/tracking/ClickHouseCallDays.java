package io.rvbbit.tracking;

import static io.rvbbit.tracking.ClickHouseStatements.moment;

import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The days of calls in ClickHouse, of all logs together.
 *
 * <p>Another gateway's worker may be behind, or off: the days since the oldest part that it has not
 * looked at are merged. Threading: one thread at a time.
 */
record ClickHouseCallDays(ClickHouseStatements sql) implements CallDays {
    private static final long MARGIN = ClickHouseCompletion.LATEST.toSeconds();

    @Override
    public Complete since(LocalDate cutover) throws SQLException {
        long[] state =
                sql.numbers(
                        """
                        SELECT (SELECT toUnixTimestamp64Micro(max(began_at)) FROM completion_began),
                            (SELECT count() FROM call_depth),
                            (SELECT toUnixTimestamp64Micro(min(oldest)) FROM call_depth)\
                        """);
        LocalDate seen = state[0] == 0 ? FIRST : day(state[0]).plusDays(1);
        LocalDate from = seen.isAfter(cutover) ? seen : cutover;
        LocalDate before = state[1] == 0 ? LAST : day(state[2] - TimeUnit.SECONDS.toMicros(MARGIN));
        return new Complete(from, before, backfilled(cutover, from, state[0]));
    }

    /** What came after a day was gone through is missing, unless a worker has been told of it. */
    private List<LocalDate> backfilled(LocalDate first, LocalDate before, long began)
            throws SQLException {
        String days =
                sql.text(
                        """
                        SELECT arrayStringConcat(groupArray(toString(batch_date)), ' ')
                        FROM backfill_day FINAL
                        WHERE status = 'completed' AND batch_date >= '%s' AND batch_date < '%s'
                            AND updated_at >=
                                least(toDateTime64(batch_date + 1, 6, 'UTC'), %s)\
                        """
                                .formatted(first, before, moment(began)));
        return Stream.of(days.split(" "))
                .filter(day -> !day.isEmpty())
                .map(LocalDate::parse)
                .toList();
    }

    @Override
    public String whole(LocalDate first, LocalDate before) {
        return Stream.of("call_settled", "call_flagged", "call_open")
                .map(calls -> between(calls, first, before))
                .reduce((one, other) -> one + " UNION ALL " + other)
                .orElseThrow();
    }

    @Override
    public String merged(LocalDate first, LocalDate before) {
        return between("call_settled", first, before)
                + " UNION ALL SELECT * FROM calls_of_parts(since = %d, before = %d, margin = %d)"
                        .formatted(micros(first), micros(before), MARGIN);
    }

    private static String between(String calls, LocalDate first, LocalDate before) {
        return "SELECT * FROM "
                + calls
                + " WHERE started_at >= "
                + moment(micros(first))
                + " AND started_at < "
                + moment(micros(before));
    }

    private static LocalDate day(long micros) {
        return LocalDate.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
    }

    private static long micros(LocalDate day) {
        return TimeUnit.SECONDS.toMicros(day.atStartOfDay(ZoneOffset.UTC).toEpochSecond());
    }

    /** A source of calls with their project beside them. */
    static String withProject(String source) {
        return "(SELECT c.*, s.project_id AS project_id FROM "
                + source
                + " AS c LEFT ANY JOIN call_project AS s ON s.caller_id = c.caller_id)";
    }
}
