package io.rvbbit.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.SqlException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dates in the four styles and three orders; expected texts are PostgreSQL 15's. */
final class DateStyleTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ISO, MDY      | 2026-02-28 | 2026-02-28 01:02:03.25         | 2026-02-28 02:02:03.5+01
                    SQL, MDY      | 02/28/2026 | 02/28/2026 01:02:03.25         | 02/28/2026 02:02:03.5 CET
                    SQL, DMY      | 28/02/2026 | 28/02/2026 01:02:03.25         | 28/02/2026 02:02:03.5 CET
                    Postgres, MDY | 02-28-2026 | Sat Feb 28 01:02:03.25 2026    | Sat Feb 28 02:02:03.5 2026 CET
                    Postgres, DMY | 28-02-2026 | Sat 28 Feb 01:02:03.25 2026    | Sat 28 Feb 02:02:03.5 2026 CET
                    German, DMY   | 28.02.2026 | 28.02.2026 01:02:03.25         | 28.02.2026 02:02:03.5 CET
                    """)
    void a_date_is_written_in_the_session_s_style(
            String style, String date, String timestamp, String zoned) {
        DateStyle dates = DateStyle.of(style);
        LocalDateTime local = LocalDateTime.parse("2026-02-28T01:02:03.25");
        OffsetDateTime moment = OffsetDateTime.parse("2026-02-28T01:02:03.5Z");

        assertThat(text(out -> TextFormat.date(out, (int) local.toLocalDate().toEpochDay(), dates)))
                .isEqualTo(date);
        assertThat(text(out -> TextFormat.timestamp(out, micros(local), dates)))
                .isEqualTo(timestamp);
        assertThat(
                        text(out ->
                                TextFormat.timestamptz(
                                        out,
                                        micros(moment.toLocalDateTime()),
                                        ZoneId.of("Europe/Berlin"),
                                        dates)))
                .isEqualTo(zoned);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Asia/Kathmandu    | 28.02.2026 06:47:03 +0545
                    America/Sao_Paulo | 27.02.2026 22:02:03 -03
                    UTC               | 28.02.2026 01:02:03 UTC
                    """)
    void a_zone_without_an_abbreviation_goes_by_its_distance(String zone, String expected) {
        long micros = micros(LocalDateTime.parse("2026-02-28T01:02:03"));

        assertThat(
                        text(out ->
                                TextFormat.timestamptz(
                                        out, micros, ZoneId.of(zone), DateStyle.of("German, DMY"))))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    MDY | 01/02/2003         | 2003-01-02
                    DMY | 01/02/2003         | 2003-02-01
                    YMD | 03/04/05           | 2003-04-05
                    MDY | 03-04-05           | 2005-03-04
                    DMY | 31.12.69           | 2069-12-31
                    DMY | 31.12.70           | 1970-12-31
                    DMY | 2003/01/02         | 2003-01-02
                    DMY | 2003-01-02         | 2003-01-02
                    MDY | Jan 8, 1999        | 1999-01-08
                    MDY | 8-January-1999     | 1999-01-08
                    MDY | Thursday 8 Sep 99  | 1999-09-08
                    MDY | 1999-Jan-08        | 1999-01-08
                    MDY | Mar 15, 0044 BC    | -0043-03-15
                    MDY | 0044-03-15 BC +02  | -0043-03-15
                    """)
    void a_date_is_read_in_the_session_s_order(DateStyle.Order order, String text, LocalDate date) {
        assertThat(read(PgType.DATE, text, order)).isEqualTo(date);
    }

    @ParameterizedTest
    @CsvSource({"Sat Feb 28 01:02:03.25 2026", "28/02/2026 01:02:03.25", "28.02.2026 01:02:03.25"})
    void what_a_style_writes_is_read_back(String text) {
        assertThat(read(PgType.TIMESTAMP, text, DateStyle.Order.DMY))
                .isEqualTo(LocalDateTime.parse("2026-02-28T01:02:03.25"));
    }

    @ParameterizedTest
    @CsvSource({"MDY, 13/01/2020", "DMY, 01/13/2020", "MDY, 31.01.2026"})
    void a_month_above_twelve_is_refused(DateStyle.Order order, String text) {
        assertThatThrownBy(() -> read(PgType.DATE, text, order))
                .isInstanceOf(SqlException.class)
                .hasMessage("date/time field value out of range: \"" + text + "\"");
    }

    private static Object read(PgType type, String text, DateStyle.Order order) {
        return ParameterDecoder.decode(
                type.oid(),
                Format.TEXT,
                text.getBytes(StandardCharsets.UTF_8),
                ZoneOffset.UTC,
                order);
    }

    private static long micros(LocalDateTime local) {
        return ChronoUnit.MICROS.between(LocalDate.EPOCH.atStartOfDay(), local);
    }

    private static String text(Consumer<RowBuffer> writing) {
        RowBuffer out = new RowBuffer();
        writing.accept(out);
        return out.textFrom(0);
    }
}
