package io.rvbbit.gateway.dialect;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBLogicalType;
import org.duckdb.DuckDBReadableVector;

/** {@code to_char} in one form per type, and {@code age}. Threading: stateless. */
final class MomentFunctions {
    private static final ZoneId UTC = ZoneOffset.UTC;

    private MomentFunctions() {}

    @FunctionalInterface
    private interface Picture {
        String apply(DuckDBReadableVector value, long row, String format, String zone);
    }

    static void register(Connection connection) throws SQLException {
        toChar(
                connection,
                DuckDBColumnType.TIMESTAMP,
                (value, row, format, _) ->
                        MomentPicture.of(value.getLocalDateTime(row).atZone(UTC), format));
        toChar(
                connection,
                DuckDBColumnType.DATE,
                (value, row, format, zone) ->
                        MomentPicture.of(value.getLocalDate(row).atStartOfDay(zone(zone)), format));
        toChar(
                connection,
                DuckDBColumnType.TIMESTAMP_WITH_TIME_ZONE,
                (value, row, format, zone) -> {
                    ZonedDateTime moment =
                            value.getOffsetDateTime(row).atZoneSameInstant(zone(zone));
                    return MomentPicture.of(moment, format);
                });
        toChar(
                connection,
                DuckDBColumnType.BIGINT,
                (value, row, format, _) ->
                        NumberPicture.of(BigDecimal.valueOf(value.getLong(row)), format));
        toChar(
                connection,
                DuckDBColumnType.HUGEINT,
                (value, row, format, _) ->
                        NumberPicture.of(new BigDecimal(value.getHugeInt(row)), format));
        toChar(
                connection,
                DuckDBColumnType.DOUBLE,
                (value, row, format, _) ->
                        NumberPicture.of(BigDecimal.valueOf(value.getDouble(row)), format));
        try (DuckDBLogicalType numeric =
                DuckDBLogicalType.decimal(38, NumericFunctions.QUOTIENT_SCALE)) {
            toChar(
                    connection,
                    numeric,
                    (value, row, format, _) -> NumberPicture.of(value.getBigDecimal(row), format));
        }
        age(connection);
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name, ZoneId.SHORT_IDS);
        } catch (DateTimeException _) {
            // DuckDB knows names that Java does not; they are as rare as they are old.
            return UTC;
        }
    }

    private static void toChar(Connection connection, DuckDBColumnType type, Picture picture)
            throws SQLException {
        try (DuckDBLogicalType logical = DuckDBLogicalType.of(type)) {
            toChar(connection, logical, picture);
        }
    }

    private static void toChar(Connection connection, DuckDBLogicalType type, Picture picture)
            throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName(DialectFunctions.PREFIX + "to_char")
                    .withParameter(type)
                    .withParameter(DuckDBColumnType.VARCHAR)
                    .withParameter(DuckDBColumnType.VARCHAR)
                    .withReturnType(DuckDBColumnType.VARCHAR)
                    .withVectorizedFunction(
                            DialectFunctions.guarded((in, out) -> {
                                DuckDBReadableVector value = in.vector(0);
                                DuckDBReadableVector format = in.vector(1);
                                DuckDBReadableVector zone = in.vector(2);
                                long rows = in.rowCount();
                                for (long row = 0; row < rows; row++) {
                                    if (value.isNull(row) || format.isNull(row)) {
                                        out.setNull(row);
                                    } else {
                                        out.setString(
                                                row,
                                                picture.apply(
                                                        value,
                                                        row,
                                                        format.getString(row),
                                                        zone.getString(row)));
                                    }
                                }
                            }))
                    .register(connection);
        }
    }

    private static void age(Connection connection) throws SQLException {
        try (var function = DuckDBFunctions.scalarFunction()) {
            function.withName(DialectFunctions.PREFIX + "age")
                    .withParameter(DuckDBColumnType.TIMESTAMP)
                    .withParameter(DuckDBColumnType.TIMESTAMP)
                    .withReturnType(DuckDBColumnType.VARCHAR)
                    .withVectorizedFunction(
                            DialectFunctions.guarded((in, out) -> {
                                DuckDBReadableVector a = in.vector(0);
                                DuckDBReadableVector b = in.vector(1);
                                long rows = in.rowCount();
                                for (long row = 0; row < rows; row++) {
                                    if (a.isNull(row) || b.isNull(row)) {
                                        out.setNull(row);
                                    } else {
                                        out.setString(
                                                row,
                                                age(
                                                        a.getLocalDateTime(row),
                                                        b.getLocalDateTime(row)));
                                    }
                                }
                            }))
                    .register(connection);
        }
    }

    /** As PostgreSQL counts: months are borrowed with the length of the earlier month. */
    static String age(LocalDateTime later, LocalDateTime earlier) {
        boolean negative = later.isBefore(earlier);
        LocalDateTime high = negative ? earlier : later;
        LocalDateTime low = negative ? later : earlier;
        long micros = ChronoUnit.MICROS.between(low.toLocalTime(), high.toLocalTime());
        LocalDate end = high.toLocalDate();
        LocalDate start = low.toLocalDate();
        int borrowed = 0;
        if (micros < 0) {
            micros += ChronoUnit.DAYS.getDuration().toMillis() * 1000;
            borrowed = 1;
        }
        int months = (end.getYear() - start.getYear()) * 12;
        months += end.getMonthValue() - start.getMonthValue();
        int days = end.getDayOfMonth() - start.getDayOfMonth() - borrowed;
        if (days < 0) {
            months--;
            days += YearMonth.from(start).lengthOfMonth();
        }
        int sign = negative ? -1 : 1;
        Period whole = Period.of(0, months * sign, days * sign);
        return "%d months %d days %d microseconds"
                .formatted(whole.getMonths(), whole.getDays(), micros * sign);
    }
}
