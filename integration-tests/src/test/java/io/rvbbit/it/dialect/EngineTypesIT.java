package io.rvbbit.it.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * The types that the engine has and PostgreSQL has not, as docs/compatibility.md says that clients
 * get them.
 */
@GatewayTest
class EngineTypesIT {
    private static final int INT4 = 23;
    private static final byte[] ONE = {'1'};

    /** The bytes are those that PostgreSQL sends for the same text as a value of that OID. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    TINYINT       | (-128)                                   | 21   | -128 | ff80
                    UTINYINT      | 255                                      | 21   | 255 | 00ff
                    USMALLINT     | 65535                                    | 23   | 65535 | 0000ffff
                    UINTEGER      | 4294967295                               | 20   | 4294967295 | 00000000ffffffff
                    UBIGINT       | 18446744073709551615                     | 1700 | 18446744073709551615 | 000500040000000007341a5802e103bb064f
                    HUGEINT       | '-170141183460469231731687303715884105728' | 1700 | -170141183460469231731687303715884105728 | 000a00094000000000aa0583209a01d5090d0c601c871bf620da1660
                    UHUGEINT      | 340282366920938463463374607431768211455  | 1700 | 340282366920938463463374607431768211455 | 000a00090000000001540b071a2403aa121a18c111ff10dd1aa505af
                    BIGNUM        | '-123456789012345678901234567890123456789012345678901234567890' | 1700 | -123456789012345678901234567890123456789012345678901234567890 | 000f000e4000000004d2162e23340d801ed204d2162e23340d801ed204d2162e23340d801ed2
                    TIMESTAMP_S   | '2024-02-29 12:34:56'                    | 1114 | 2024-02-29 12:34:56 | 0002b58341667c00
                    TIMESTAMP_MS  | '1969-12-31 23:59:59.999'                | 1114 | 1969-12-31 23:59:59.999 | fffca2fec4c81c18
                    TIMESTAMP_NS  | '2024-02-29 12:34:56.123456789'          | 1114 | 2024-02-29 12:34:56.123456 | 0002b58341685e40
                    TIMESTAMP_NS  | '-infinity'                              | 1114 | -infinity | 8000000000000000
                    TIME_NS       | '23:59:59.999999999'                     | 1083 | 23:59:59.999999 | 000000141dd75fff
                    GEOMETRY      | 'POINT(1 2)'                             | 25   | POINT (1 2) | as text
                    ENUM('low', 'high') | 'high'                             | 25   | high | as text
                    VARIANT       | 42                                       | 114  | 42 | as text
                    VARIANT       | {'a': [1, NULL], 'b': 'x'}               | 114  | {"a":[1,null],"b":"x"} | as text
                    UNION(n INTEGER, s VARCHAR) | 2                          | 114  | "2" | as text
                    UNION(n INTEGER, s VARCHAR) | 'a"b'                      | 114  | "a\\"b" | as text
                    STRUCT(a INTEGER, b VARCHAR) | {'a': 1, 'b': NULL}       | 114  | {"a":1,"b":null} | as text
                    STRUCT(b BLOB) | {'b': '\\xDE\\xAD'::BLOB}               | 114  | {"b":"\\\\xdead"} | as text
                    STRUCT(n BIGNUM, u UNION(n INTEGER), v VARIANT) | {'n': '12'::BIGNUM, 'u': union_value(n := 3), 'v': [1]::VARIANT} | 114 | {"n":12,"u":"3","v":[1]} | as text
                    STRUCT(h HUGEINT, f FLOAT, d DECIMAL(5,2), g DOUBLE) | {'h': '170141183460469231731687303715884105727'::HUGEINT, 'f': 1.5, 'd': 2.50, 'g': 'infinity'::DOUBLE} | 114 | {"h":170141183460469231731687303715884105727,"f":1.5,"d":2.50,"g":"Infinity"} | as text
                    STRUCT(t TIMESTAMP_NS, i INTERVAL, u UUID, e ENUM('low')) | {'t': '2024-02-29 12:34:56.123456789'::TIMESTAMP_NS, 'i': INTERVAL '1 day', 'u': '00000000-0000-4000-8000-000000000001'::UUID, 'e': 'low'::ENUM('low')} | 114 | {"t":"2024-02-29 12:34:56.123456","i":"1 day","u":"00000000-0000-4000-8000-000000000001","e":"low"} | as text
                    STRUCT(s STRUCT(l INTEGER[], m MAP(INTEGER, DATE))) | {'s': {'l': [1, NULL], 'm': MAP {7: DATE '2024-02-29'}}} | 114 | {"s":{"l":[1,null],"m":{"7":"2024-02-29"}}} | as text
                    MAP(VARCHAR, BLOB[]) | MAP {'k': ['\\x01'::BLOB]}        | 114  | {"k":["\\\\x01"]} | as text
                    MAP(DATE, STRUCT(a INTEGER)) | MAP {DATE '2024-02-29': {'a': 1}} | 114 | {"2024-02-29":{"a":1}} | as text
                    TINYINT[]     | [-1, NULL]                               | 1005 | {-1,NULL} | 000000010000000100000015000000020000000100000002ffffffffffff
                    UTINYINT[]    | [255]                                    | 1005 | {255} | 00000001000000000000001500000001000000010000000200ff
                    USMALLINT[]   | [65535]                                  | 1007 | {65535} | 0000000100000000000000170000000100000001000000040000ffff
                    UINTEGER[]    | [4294967295]                             | 1016 | {4294967295} | 00000001000000000000001400000001000000010000000800000000ffffffff
                    UBIGINT[][]   | [[0], [18446744073709551615]]            | 1231 | {{0},{18446744073709551615}} | 0000000200000000000006a40000000200000001000000010000000100000008000000000000000000000012000500040000000007341a5802e103bb064f
                    HUGEINT[]     | []                                       | 1231 | {} | 0000000000000000000006a4
                    BIGNUM[]      | ['12'::BIGNUM, NULL]                     | 1231 | {12,NULL} | 0000000100000001000006a400000002000000010000000a0001000000000000000cffffffff
                    TIMESTAMP_NS[] | ['1969-12-31 23:59:59.999999999'::TIMESTAMP_NS] | 1115 | {"1969-12-31 23:59:59.999999"} | 00000001000000000000045a000000010000000100000008fffca2fec4c81fff
                    TIMESTAMP_S[2] | ['2024-02-29 12:34:56'::TIMESTAMP_S, NULL] | 1115 | {"2024-02-29 12:34:56",NULL} | 00000001000000010000045a0000000200000001000000080002b58341667c00ffffffff
                    TIME_NS[]     | ['12:34:56.123456789'::TIME_NS]          | 1183 | {12:34:56.123456} | 00000001000000000000043b0000000100000001000000080000000a8bdbfe40
                    BLOB[]        | ['\\xDE\\xAD'::BLOB]                     | 1001 | {"\\\\xdead"} | 000000010000000000000011000000010000000100000002dead
                    ENUM('low')[] | ['low', NULL]                            | 1009 | {low,NULL} | 0000000100000001000000190000000200000001000000036c6f77ffffffff
                    STRUCT(a INTEGER)[] | [{'a': 1}, NULL]                   | 199  | {"{\\"a\\":1}",NULL} | 0000000100000001000000720000000200000001000000077b2261223a317dffffffff
                    MAP(VARCHAR, INTEGER)[] | [MAP {'k': 1}]                 | 199  | {"{\\"k\\":1}"} | 0000000100000000000000720000000100000001000000077b226b223a317d
                    UNION(n INTEGER, s VARCHAR)[] | [union_value(n := 1)]    | 199  | {"\\"1\\""} | 000000010000000000000072000000010000000100000003223122
                    VARIANT[]     | [1::VARIANT, NULL]                       | 199  | {1,NULL} | 00000001000000010000007200000002000000010000000131ffffffff
                    STRUCT(l STRUCT(a BIGNUM)[])[] | [{'l': [{'a': '12'::BIGNUM}]}] | 199 | {"{\\"l\\":[{\\"a\\":12}]}"} | 0000000100000000000000720000000100000001000000107b226c223a5b7b2261223a31327d5d7d
                    """)
    void a_type_of_the_engines_own_is_told_and_sent_as_documented(
            String type, String literal, int oid, String text, String binary, TestGateway gateway)
            throws IOException {
        String hex = hex(text);
        try (WireSession session =
                new WireSession("127.0.0.1", gateway.port(), "rvbbit", "memory")) {
            reads(session, "SELECT " + literal + "::" + type, oid, hex, binary);
            session.query("CREATE TEMP TABLE kept (value " + type + ")");
            session.query("INSERT INTO kept VALUES (" + literal + "::" + type + ")");
            reads(session, "SELECT value FROM kept", oid, hex, binary);
            assertThat(
                            session.query(
                                    "SELECT atttypid FROM pg_attribute WHERE attname = 'value'"
                                            + " AND attrelid = 'kept'::regclass"))
                    .as("the type in pg_attribute")
                    .contains("| " + oid);
            session.query("UPDATE kept SET value = NULL");
            assertThat(session.extended("SELECT value FROM kept WHERE $1 = 1", INT4, ONE, 0, 1))
                    .hasSize(2)
                    .endsWith((String) null);
        }
    }

    private static void reads(WireSession session, String sql, int oid, String hex, String binary)
            throws IOException {
        String asked = sql + " WHERE $1 = 1";
        List<@Nullable String> asText = session.extended(asked, INT4, ONE, 0, 0);
        assertThat(asText).as(sql).hasSize(2);
        assertThat(asText.getFirst()).as(sql).startsWith("oid " + oid + " ").endsWith(" -1");
        assertThat(asText.getLast()).as(sql).isEqualTo(hex);
        assertThat(session.extended(asked, INT4, ONE, 0, 1))
                .as(sql + ", in binary")
                .containsExactly(asText.getFirst(), binary.equals("as text") ? hex : binary);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void nested_values_copied_out_come_in_again(SqlSession sql) throws Exception {
        String columns =
                """
                (s STRUCT(n BIGNUM, u UNION(n INTEGER, s VARCHAR), v VARIANT), m MAP(VARCHAR, BIGNUM),
                 l STRUCT(a UHUGEINT)[], b BIGNUM[], u UNION(n INTEGER, s VARCHAR)[], v VARIANT,
                 vs VARIANT[], t TIMESTAMP_NS)\
                """;
        sql.execute("CREATE TEMP TABLE sent " + columns);
        sql.execute("CREATE TEMP TABLE come " + columns);
        sql.execute(
                """
                INSERT INTO sent VALUES (
                  {'n': '12'::BIGNUM, 'u': union_value(s := 'x y'), 'v': {'q': [1]}::VARIANT},
                  MAP {'k"': '99'::BIGNUM}, [{'a': 340282366920938463463374607431768211455}, NULL],
                  ['1'::BIGNUM, NULL], [union_value(n := 1)], {'deep': [1, NULL]}::VARIANT,
                  [{'a': 1}::VARIANT, NULL], '2024-02-29 12:34:56.123456'), (NULL, NULL, NULL, NULL,
                  NULL, NULL, NULL, NULL)\
                """);
        CopyManager copies = sql.connection().unwrap(PGConnection.class).getCopyAPI();

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        copies.copyOut("COPY sent TO STDOUT", out);
        copies.copyIn("COPY come FROM STDIN", new ByteArrayInputStream(out.toByteArray()));

        assertThat(sql.query("SELECT * FROM come ORDER BY t").table())
                .isEqualTo(sql.query("SELECT * FROM sent ORDER BY t").table());
        assertThat(sql.number("SELECT count(*) FROM come WHERE u IS NULL AND s IS NULL")).isOne();
        assertThat(sql.text("SELECT variant_typeof(v) FROM come WHERE v IS NOT NULL"))
                .isEqualTo("OBJECT(deep)");
        assertThat(sql.number("SELECT count(*) FROM come")).isEqualTo(2);
    }

    @Test
    void rows_and_nested_values_wait_in_scrolling_cursors(SqlSession sql) throws Exception {
        sql.connection().setAutoCommit(false);
        sql.execute(
                "DECLARE c SCROLL CURSOR FOR SELECT row(1, 'a') AS r, row(2, '12'::BIGNUM) AS n,"
                        + " ['3'::BIGNUM] AS b, union_value(a := 2) AS u, {'v': 3::VARIANT} AS v");
        String row = "r | n | b | u | v\n(1,a) | (2,12) | {3} | \"2\" | {\"v\":3}";

        sql.query("FETCH ALL c").returns(row);
        sql.query("FETCH FIRST c").returns(row);
    }
}
