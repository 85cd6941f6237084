package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the recorded answers can't show: other settings, other bounds, broken binary. */
class FormatEdgesTest {
    @ParameterizedTest
    @CsvSource({
        "0,   0.30000000000000004, 0.3",
        "0,   1e15,                1e+15",
        "0,   123456789.123456789, 123456789.123457",
        "0,   1e23,                1e+23",
        "0,   100000,              100000",
        "0,   -0.0001,             -0.0001",
        "0,   1e-5,                1e-05",
        "-14, 123456789,           1e+08",
        "-14, 25,                  2e+01",
        "-15, 0.16,                0.2",
        "3,   0.30000000000000004, 0.30000000000000004"
    })
    void extra_float_digits_of_zero_and_below_rounds(int extra, double value, String expected) {
        assertThat(text(out -> TextFormat.float8(out, value, extra))).isEqualTo(expected);
    }

    @Test
    void extra_float_digits_counts_from_six_for_real() {
        assertThat(text(out -> TextFormat.float4(out, 1_234_567f, 0))).isEqualTo("1.23457e+06");
        assertThat(text(out -> TextFormat.float4(out, 1_234_567f, 1))).isEqualTo("1.234567e+06");
    }

    @Test
    void the_smallest_numbers_have_no_positive_counterpart() {
        assertThat(text(out -> TextFormat.integer(out, Long.MIN_VALUE)))
                .isEqualTo("-9223372036854775808");
        assertThat(text(out -> TextFormat.numeric(out, Long.MIN_VALUE, 2)))
                .isEqualTo("-92233720368547758.08");
        assertThat(text(out -> TextFormat.interval(out, 0, 0, Long.MIN_VALUE)))
                .isEqualTo("-2562047788:00:54.775808");
        assertThat(text(out -> TextFormat.numeric(out, new BigDecimal("1e3")))).isEqualTo("1000");
    }

    @Test
    void points_in_time_that_binary_cannot_count_to_are_refused() {
        assertState(
                () -> WireValue.payload(out -> BinaryFormat.timestamp(out, Long.MIN_VALUE + 5)),
                SqlState.DATETIME_FIELD_OVERFLOW);
        assertState(
                () -> WireValue.payload(out -> BinaryFormat.date(out, Integer.MIN_VALUE + 5)),
                SqlState.DATETIME_FIELD_OVERFLOW);
    }

    @Test
    void bounds_before_an_array_are_read_and_left_out() {
        assertThat(decodeText(PgType.INT4_ARRAY, "[0:1]={1,2}")).isEqualTo(List.of(1, 2));
        assertState(
                () -> decodeText(PgType.INT4_ARRAY, "[1]".repeat(100_000) + "={1}"),
                SqlState.INVALID_TEXT_REPRESENTATION);
    }

    @Test
    void text_of_an_unknown_type_stays_text() {
        byte[] bytes = "42".getBytes(UTF_8);

        for (int oid : new int[] {0, 705, 123_456}) {
            assertThat(ParameterDecoder.decode(oid, Format.TEXT, bytes, ZoneOffset.UTC))
                    .isEqualTo("42");
        }
        assertThat(ParameterDecoder.decode(123_456, Format.BINARY, bytes, ZoneOffset.UTC))
                .as("of an enum")
                .isEqualTo("42");
        assertState(
                () -> ParameterDecoder.decode(12_345, Format.BINARY, bytes, ZoneOffset.UTC),
                SqlState.UNDEFINED_FUNCTION);
    }

    @Test
    void text_holds_no_zero_byte_and_no_broken_utf8() {
        assertState(() -> decodeText(PgType.TEXT, "a\0b"), SqlState.CHARACTER_NOT_IN_REPERTOIRE);
        assertState(() -> decodeBinary(PgType.TEXT, "c328"), SqlState.CHARACTER_NOT_IN_REPERTOIRE);
    }

    @ParameterizedTest
    @CsvSource({
        "INT4,    000001,                   PROTOCOL_VIOLATION",
        "INT4,    0000000101,               INVALID_BINARY_REPRESENTATION",
        "BOOL,    '',                       PROTOCOL_VIOLATION",
        "UUID,    00,                       PROTOCOL_VIOLATION",
        "NUMERIC, 0001000000000000,         PROTOCOL_VIOLATION",
        "NUMERIC, 00010000100000000001,     INVALID_BINARY_REPRESENTATION",
        "NUMERIC, 00010000000000002710,     INVALID_BINARY_REPRESENTATION",
        "NUMERIC, 00000000c0000000,         FEATURE_NOT_SUPPORTED",
        "JSONB,   027b7d,                   INVALID_BINARY_REPRESENTATION",
        "VARBIT,  0000000901,               INVALID_BINARY_REPRESENTATION",
        "TIME,    000000141dd76001,         DATETIME_FIELD_OVERFLOW",
        "INT4_ARRAY, 00000007,              PROGRAM_LIMIT_EXCEEDED",
        "INT4_ARRAY, 000000000000000200000017, INVALID_BINARY_REPRESENTATION",
        "INT4_ARRAY, 000000000000000000000019, DATATYPE_MISMATCH",
        "INT4_ARRAY, 0000000100000000000000177fffffff00000001, PROTOCOL_VIOLATION",
        "INT4_ARRAY, 000000010000000000000017ffffffff00000001, PROGRAM_LIMIT_EXCEEDED",
        "INTERVAL_ARRAY, 0000000100000000010101010000000100000000, PROTOCOL_VIOLATION"
    })
    void broken_binary_has_the_state_of_postgresql(PgType type, String hex, SqlState state) {
        assertState(() -> decodeBinary(type, hex), state);
    }

    @Test
    void a_written_value_is_cut_off_where_its_element_is_null() {
        byte[] bytes =
                WireValue.payload(out ->
                        BinaryFormat.array(
                                out,
                                PgType.INT4,
                                new int[] {2},
                                (to, index) -> {
                                    to.putInt(index);
                                    return index == 0;
                                }));

        assertThat(HexFormat.of().formatHex(bytes))
                .isEqualTo(
                        "000000010000000100000017"
                                + "0000000200000001"
                                + "0000000400000000"
                                + "ffffffff");
    }

    private static String text(Consumer<RowBuffer> value) {
        return new String(WireValue.payload(value), UTF_8);
    }

    private static Object decodeText(PgType type, String text) {
        return ParameterDecoder.decode(
                type.oid(), Format.TEXT, text.getBytes(UTF_8), ZoneOffset.UTC);
    }

    private static Object decodeBinary(PgType type, String hex) {
        return ParameterDecoder.decode(
                type.oid(), Format.BINARY, HexFormat.of().parseHex(hex), ZoneOffset.UTC);
    }

    private static void assertState(ThrowingCallable attempt, SqlState state) {
        SqlException failure = catchThrowableOfType(SqlException.class, attempt);
        assertThat(failure).isNotNull();
        assertThat(failure.state()).isEqualTo(state);
    }
}
