package io.rvbbit.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Databases;
import io.rvbbit.gateway.engine.EngineConfig;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.gateway.engine.EngineExtensions;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.gateway.wire.BackendMessage.Field;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Books;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of the real engine, as clients read them. */
final class EncodingTest {
    @TempDir static Path directory;

    private static Books books;
    private static Databases databases;
    private static EngineConnection connection;

    @BeforeAll
    static void open() {
        books = Books.open(directory.resolve("books.duckdb"), Clock.systemUTC());
        databases = Databases.open(EngineConfig.in(directory), books, EngineExtensions.none());
        connection = databases.connect(Databases.DEFAULT);
    }

    @AfterAll
    static void close() {
        connection.close();
        databases.close();
        books.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    true                                        | bool        | t
                    (-128)::TINYINT                             | int2        | -128
                    255::UTINYINT                               | int2        | 255
                    65535::USMALLINT                            | int4        | 65535
                    4294967295::UINTEGER                        | int8        | 4294967295
                    18446744073709551615::UBIGINT               | numeric     | 18446744073709551615
                    (-170141183460469231731687303715884105728)::HUGEINT | numeric | -170141183460469231731687303715884105728
                    1.5::FLOAT                                  | float4      | 1.5
                    0.1::DOUBLE                                 | float8      | 0.1
                    'infinity'::DOUBLE                          | float8      | Infinity
                    'nan'::DOUBLE                               | float8      | NaN
                    (-0.05)::DECIMAL(4,2)                       | numeric     | -0.05
                    0.000000000001::DECIMAL(18,12)              | numeric     | 0.000000000001
                    12345678901234567890.5::DECIMAL(38,1)       | numeric     | 12345678901234567890.5
                    'grüße 🦊'                                  | text        | grüße 🦊
                    '\\x00\\xFF'::BLOB                          | bytea       | \\x00ff
                    '0110'::BIT                                 | varbit      | 0110
                    DATE '2026-02-28'                           | date        | 2026-02-28
                    DATE '0044-03-15 (BC)'                      | date        | 0044-03-15 BC
                    TIME '23:59:59.5'                           | time        | 23:59:59.5
                    TIMESTAMP '2026-01-01 12:00:00'             | timestamp   | 2026-01-01 12:00:00
                    TIMESTAMPTZ '2026-01-01 00:00:00+00'        | timestamptz | 2026-01-01 01:00:00+01
                    INTERVAL '1 year 2 days 03:04:05'           | interval    | 1 year 2 days 03:04:05
                    '00112233-4455-6677-8899-aabbccddeeff'::UUID | uuid       | 00112233-4455-6677-8899-aabbccddeeff
                    '{"a": [1, 2]}'::JSON                       | json        | {"a": [1, 2]}
                    [1, NULL, 3]                                | _int4       | {1,NULL,3}
                    [[1, 2], [3, 4]]                            | _int4       | {{1,2},{3,4}}
                    ['a b', 'c"d', '', 'NULL']                  | _text       | {"a b","c\\"d","","NULL"}
                    []::INTEGER[]                               | _int4       | {}
                    array_value(1.5::DOUBLE, 2)                 | _float8     | {1.5,2}
                    {'a': 1, 'b': 'x', 'c': NULL}               | json        | {"a":1,"b":"x","c":null}
                    {'m': 0.000000000001::DECIMAL(18,12)}       | json        | {"m":0.000000000001}
                    {'d': DATE '2026-02-28', 'n': 'nan'::DOUBLE} | json       | {"d":"2026-02-28","n":"NaN"}
                    {'t': TIMESTAMPTZ '2026-01-01 00:00:00+00'} | json        | {"t":"2026-01-01 01:00:00+01"}
                    {'j': '[1]'::JSON, 'l': [true, NULL]}       | json        | {"j":[1],"l":[true,null]}
                    MAP {'k': 1, 'l"': 2}                       | json        | {"k":1,"l\\"":2}
                    MAP {1: {'a': 'b'}}                         | json        | {"1":{"a":"b"}}
                    [{'a': 1}, {'a': 2}]                        | _json       | {"{\\"a\\":1}","{\\"a\\":2}"}
                    """)
    void a_value_has_postgresql_s_type_and_text(String expression, String type, String text) {
        try (Row row = row(expression)) {
            assertThat(row.type()).isEqualTo(pgType(type));
            assertThat(row.text()).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    true                                 | 01
                    (-2)::TINYINT                        | fffe
                    1::USMALLINT                         | 00000001
                    1::UINTEGER                          | 0000000000000001
                    1.5::FLOAT                           | 3fc00000
                    1.5::DOUBLE                          | 3ff8000000000000
                    'ü'                                  | c3bc
                    '0110'::BIT                          | 0000000460
                    '000000001'::BIT                     | 000000090080
                    DATE '2000-01-02'                    | 00000001
                    TIMESTAMP '2000-01-01 00:00:01'      | 00000000000f4240
                    INTERVAL '1 month 2 days'            | 00000000000000000000000200000001
                    12.5::DECIMAL(4,1)                   | 0002000000000001000c1388
                    1::UBIGINT                           | 00010000000000000001
                    [7]                                  | 00000001000000000000001700000001000000010000000400000007
                    """)
    void a_value_has_postgresql_s_bytes(String expression, String hex) {
        try (Row row = row(expression)) {
            assertThat(HexFormat.of().formatHex(row.binary())).isEqualTo(hex);
        }
    }

    @Test
    void lists_of_different_lengths_are_no_array() {
        for (String ragged : List.of("[[1], [2, 3]]", "[[1], NULL]", "[NULL, [1]]")) {
            try (Row row = row(ragged)) {
                SqlException fault = catchThrowableOfType(SqlException.class, row::text);

                assertThat(fault.state()).as(ragged).isEqualTo(SqlState.DATA_EXCEPTION);
                assertThat(fault.hint()).hasValue("cast the column to JSON or VARCHAR");
            }
        }
    }

    @Test
    void decimals_tell_their_width_and_scale() {
        try (Row row = row("1::DECIMAL(18,12)")) {
            assertThat(row.field().typeModifier()).isEqualTo((18 << 16 | 12) + 4);
        }
    }

    @Test
    void long_names_are_cut_at_63_bytes_and_never_inside_a_character() {
        try (Row row = row("1 AS \"" + "ü".repeat(40) + "\"")) {
            assertThat(row.field().name()).isEqualTo("ü".repeat(31));
        }
    }

    @Test
    void a_parameter_s_type_goes_both_ways() {
        for (PgType type :
                List.of(
                        PgType.BOOL,
                        PgType.INT2,
                        PgType.INT4,
                        PgType.INT8,
                        PgType.FLOAT4,
                        PgType.FLOAT8,
                        PgType.NUMERIC,
                        PgType.TEXT,
                        PgType.BYTEA,
                        PgType.DATE,
                        PgType.TIME,
                        PgType.TIMETZ,
                        PgType.TIMESTAMP,
                        PgType.TIMESTAMPTZ,
                        PgType.INTERVAL,
                        PgType.UUID,
                        PgType.JSON,
                        PgType.VARBIT)) {
            String engine = TypeMapping.engineName(type.oid());
            assertThat(TypeMapping.parameterType(engine)).as(engine).isEqualTo(type);
            type.array()
                    .ifPresent(array ->
                            assertThat(
                                            TypeMapping.parameterType(
                                                    TypeMapping.engineName(array.oid())))
                                    .isEqualTo(array));
        }
    }

    @Test
    void a_type_that_is_unknown_is_left_open() {
        assertThat(TypeMapping.engineName(0)).isEmpty();
        assertThat(TypeMapping.engineName(PgType.UNKNOWN.oid())).isEmpty();
        assertThat(TypeMapping.engineName(999_999)).isEmpty();
    }

    private static PgType pgType(String name) {
        PgType element = PgType.valueOf(name.replace("_", "").toUpperCase(Locale.ROOT));
        return name.startsWith("_") ? element.array().orElseThrow() : element;
    }

    private static Row row(String expression) {
        var prepared = connection.prepare("SELECT " + expression, List.of());
        var cursor = prepared.execute(List.of());
        return new Row(prepared, cursor, Objects.requireNonNull(cursor.next()));
    }

    private record Row(EnginePrepared prepared, ResultCursor cursor, Chunk chunk)
            implements AutoCloseable {
        Field field() {
            return TypeMapping.fields(cursor.columns(), List.of()).getFirst();
        }

        PgType type() {
            return TypeMapping.pgType(chunk.column(0).type());
        }

        String text() {
            return new String(encoded(Format.TEXT), StandardCharsets.UTF_8);
        }

        byte[] binary() {
            return encoded(Format.BINARY);
        }

        private byte[] encoded(Format format) {
            RowBuffer out = new RowBuffer();
            out.beginRow(1);
            int start = out.beginValue();
            ValueEncoder.of(
                            chunk.column(0).type(),
                            format,
                            TextStyle.plain(ZoneId.of("Europe/Berlin"), 1))
                    .encode(chunk.column(0), 0, out);
            out.endValue(start);
            out.endRow();
            var rows = out.take();
            return Arrays.copyOfRange(rows.bytes(), start, rows.length());
        }

        @Override
        public void close() {
            cursor.close();
            prepared.close();
        }
    }
}
