package io.rvbbit.gateway.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.gateway.wire.CopyReader.Found;
import io.rvbbit.rewriter.CopyOptions;
import io.rvbbit.rewriter.CopyParser;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows and errors as PostgreSQL 15 had them for the same bytes, however the bytes are cut.
 *
 * <p>In the tables {@code ~} stands for a line feed, {@code ^} for a carriage return and {@code >}
 * for a tab.
 */
class CopyReaderTest {
    private static final String SIGNATURE = "PGCOPY\n\377\r\n\0";
    private static final String HEADER = SIGNATURE + "\0\0\0\0\0\0\0\0";

    private static CopyOptions options(String written) {
        return CopyParser.parse(new Script.Part("COPY t FROM STDIN " + written, 0))
                .orElseThrow()
                .options();
    }

    private static CopyReader reader(String options, String... columns) {
        return CopyReader.of(options(options), "t", List.of(columns));
    }

    private static byte[] bytes(String table) {
        return table.replace('~', '\n').replace('^', '\r').replace('>', '\t').getBytes(UTF_8);
    }

    /** All rows, NULL as {@code null}, after feeding pieces that end at those places. */
    private static List<String> read(CopyReader reader, byte[] data, int... cuts) {
        List<String> rows = new ArrayList<>();
        int from = 0;
        for (int cut : cuts) {
            reader.put(Arrays.copyOfRange(data, from, cut));
            from = cut;
            drain(reader, rows);
        }
        reader.put(Arrays.copyOfRange(data, from, data.length));
        drain(reader, rows);
        reader.end();
        drain(reader, rows);
        assertThat(reader.next()).isEqualTo(Found.END);
        return rows;
    }

    private static void drain(CopyReader reader, List<String> rows) {
        while (reader.next() == Found.ROW) {
            StringJoiner row = new StringJoiner("|");
            for (int column = 0; column < 2; column++) {
                row.add(
                        reader.isNull(column)
                                ? "null"
                                : "<"
                                        + new String(
                                                reader.bytes(),
                                                reader.start(column),
                                                reader.length(column),
                                                UTF_8)
                                        + ">");
            }
            rows.add(row.toString());
        }
    }

    /** The data in one piece, byte by byte, and cut at random places. */
    private static List<String> readInEveryWay(String options, byte[] data) {
        List<String> whole = read(reader(options, "a", "b"), data);
        int[] each = new int[data.length];
        Arrays.setAll(each, i -> i + 1);
        assertThat(read(reader(options, "a", "b"), data, each)).isEqualTo(whole);
        Random random = new Random(data.length);
        for (int i = 0; i < 50; i++) {
            int[] cuts = random.ints(3, 0, data.length + 1).sorted().toArray();
            assertThat(read(reader(options, "a", "b"), data, cuts))
                    .as("cut at %s", Arrays.toString(cuts))
                    .isEqualTo(whole);
        }
        return whole;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    1>x~2>\\N~3>~            ; <1>|<x> <2>|null <3>|<>
                    1>x^~2>y^~               ; <1>|<x> <2>|<y>
                    1>x^2>y^                 ; <1>|<x> <2>|<y>
                    1>x~2>y                  ; <1>|<x> <2>|<y>
                    1>x~\\.~garbage          ; <1>|<x>
                    1>x~2>y\\.~5>z           ; <1>|<x> <2>|<y>
                    1>a\\tb\\\\c\\x41\\101~  ; <1>|<a	b\\cAA>
                    1>\\N\\N~\\\\N>\\n~      ; <1>|<NN> <\\N>|<
                    1>é\\303\\251~           ; <1>|<éé>
                    1>\\q\\x~                ; <1>|<qx>
                    1>x\\                    ; <1>|<x>
                    """)
    void text_rows(String data, String rows) {
        List<String> expected = List.of(rows.replace("<\n", "<").split(" ", -1));
        List<String> found = readInEveryWay("", bytes(data));

        assertThat(String.join(" ", found).replace("\n", ""))
                .startsWith(String.join(" ", expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    1,x~2,~3,""~             ; <1>|<x> <2>|null <3>|<>
                    1,"a,b"~"2","q""q"~      ; <1>|<a,b> <2>|<q"q>
                    1,x"y z"w~               ; <1>|<xy_zw>
                    1,x^~2,"a^~b"^~          ; <1>|<x> <2>|<a^~b>
                    1,x~\\.~3,z              ; <1>|<x>
                    1,\\.~2,\\.x~            ; <1>|<\\.> <2>|<\\.x>
                    """)
    void csv_rows(String data, String rows) {
        List<String> found = readInEveryWay("csv", bytes(data));

        assertThat(String.join(" ", found.stream().map(row -> row.replace(' ', '_')).toList()))
                .isEqualTo(rows.replace('~', '\n').replace('^', '\r'));
    }

    @Test
    void csv_with_its_own_escape() {
        assertThat(readInEveryWay("csv escape 'x'", bytes("1,\"x\"\"~1,\"xxx\",xx\"~\\.~")))
                .containsExactly("<1>|<\">", "<1>|<x\",x>");
    }

    @Test
    void null_may_be_forced_both_ways() {
        assertThat(
                        readInEveryWay(
                                "csv null 'N' force null a force not null b",
                                bytes("\"N\",N~N,x~")))
                .containsExactly("null|<N>", "null|<x>");
    }

    @Test
    void a_header_is_passed_and_may_have_to_match() {
        assertThat(readInEveryWay("csv header", bytes("any,thing,goes~1,x~")))
                .containsExactly("<1>|<x>");
        assertThat(readInEveryWay("(header match)", bytes("a>b~1>x~"))).containsExactly("<1>|<x>");
        assertFails(
                "(format csv, header match)",
                bytes("a,c~1,x~"),
                SqlState.BAD_COPY_FILE_FORMAT,
                "column name mismatch in header line field 2: got \"c\", expected \"b\"",
                "COPY t, line 1: \"a,c\"");
        assertFails(
                "(header match)",
                bytes("a>\\N~1>x~"),
                SqlState.BAD_COPY_FILE_FORMAT,
                "column name mismatch in header line field 2: got null value (\"\\N\"), expected"
                        + " \"b\"",
                "COPY t, line 1: \"a\t\\N\"");
        assertFails(
                "(header match)",
                bytes("a~1>x~"),
                SqlState.BAD_COPY_FILE_FORMAT,
                "wrong number of fields in header line: got 1, expected 2",
                "COPY t, line 1: \"a\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    text ; 1>x~2>y>z~3    ; extra data after last expected column ; COPY t, line 2: "2>y>z"
                    text ; 1>x~2~3        ; missing data for column "b"           ; COPY t, line 2: "2"
                    text ; 1>x~2>y^~      ; literal carriage return found in data ; COPY t, line 2
                    text ; 1>x^~2>y~      ; literal newline found in data         ; COPY t, line 2
                    csv  ; 1,x^~2,y~      ; unquoted newline found in data        ; COPY t, line 2
                    text ; 1>x~\\.        ; end-of-copy marker corrupt            ; COPY t, line 2
                    text ; 1>x~\\.x~      ; end-of-copy marker corrupt            ; COPY t, line 2
                    csv  ; 1,x~\\.^~foo   ; end-of-copy marker does not match previous newline style ; COPY t, line 2
                    csv  ; 1,x~2,"foo~bar ; unterminated CSV quoted field         ; COPY t, line 3: "2,"foo~bar"
                    """)
    void a_bad_line_is_told_with_its_number(
            String format, String data, String message, String context) {
        assertFails(
                format.equals("csv") ? "csv" : "",
                bytes(data),
                SqlState.BAD_COPY_FILE_FORMAT,
                message,
                new String(bytes(context), UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2>fo\377~", "2>fo\0x~"})
    void text_must_be_utf_8(String line) {
        byte[] data =
                (new String(bytes("1>x~"), ISO_8859_1) + line)
                        .replace('~', '\n')
                        .replace('>', '\t')
                        .getBytes(ISO_8859_1);

        SqlException fault = failure("", data);

        assertThat(fault.state()).isEqualTo(SqlState.CHARACTER_NOT_IN_REPERTOIRE);
        assertThat(fault.context()).contains("COPY t, line 2");
    }

    @Test
    void an_escape_must_not_make_broken_text() {
        assertFails(
                "",
                bytes("1>x~2>fo\\377~"),
                SqlState.CHARACTER_NOT_IN_REPERTOIRE,
                "invalid byte sequence for encoding \"UTF8\": 0xff",
                "COPY t, line 2: \"2\tfo\\377\"");
    }

    @Test
    void a_long_line_is_cut_between_characters() {
        SqlException fault = failure("", bytes("1>" + "é".repeat(150) + ">y~"));

        assertThat(fault.context()).contains("COPY t, line 1: \"1\t" + "é".repeat(49) + "...\"");
    }

    private static byte[] binary(String latin1) {
        return latin1.getBytes(ISO_8859_1);
    }

    @Test
    void binary_rows() {
        String rows = "\0\2\0\0\0\1x\0\0\0\2yz\0\2\377\377\377\377\0\0\0\0\377\377";
        assertThat(readInEveryWay("binary", binary(HEADER + rows)))
                .containsExactly("<x>|<yz>", "null|<>");
        assertThat(readInEveryWay("binary", binary(HEADER))).isEmpty();
        String extended = SIGNATURE + "\0\0\0\1\0\0\0\3abc" + rows;
        assertThat(readInEveryWay("binary", binary(extended))).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    foofoofoofoofoofoofoo                            ; COPY file signature not recognized                ;
                    S                                                ; invalid COPY file header (missing flags)          ;
                    S 00 01 00 00 00 00 00 00                        ; invalid COPY file header (WITH OIDS)              ;
                    S 00 02 00 00 00 00 00 00                        ; unrecognized critical flags in COPY file header   ;
                    S 00 00 00 00 00 00 00 05 61 62                  ; invalid COPY file header (wrong length)           ;
                    S 00 00 00 00 00 00 00 00 00 03                  ; row field count is 3, expected 2                  ; COPY t, line 1
                    S 00 00 00 00 00 00 00 00 00 02 00 00            ; unexpected EOF in COPY data                       ; COPY t, line 1, column a
                    S 00 00 00 00 00 00 00 00 00 02 00 00 00 04 00   ; unexpected EOF in COPY data                       ; COPY t, line 1, column a
                    S 00 00 00 00 00 00 00 00 00 02 FF FF FF F0      ; invalid field size                                ; COPY t, line 1, column a
                    S 00 00 00 00 00 00 00 00 FF FF 61               ; received copy data after EOF marker               ; COPY t, line 1
                    """)
    void bad_binary_is_told_as_postgresql_does(String data, String message, String context) {
        StringBuilder bytes = new StringBuilder();
        if (data.startsWith("S")) {
            bytes.append(SIGNATURE);
            for (String hex : data.substring(1).strip().split(" ", -1)) {
                bytes.append(hex.isEmpty() ? "" : (char) Integer.parseInt(hex, 16));
            }
        } else {
            bytes.append(data);
        }

        SqlException fault = failure("binary", binary(bytes.toString()));

        assertThat(fault).hasMessage(message);
        assertThat(fault.state()).isEqualTo(SqlState.BAD_COPY_FILE_FORMAT);
        assertThat(fault.context().orElse(null)).isEqualTo(context);
    }

    private static SqlException failure(String options, byte[] data) {
        SqlException whole =
                catchThrowableOfType(
                        SqlException.class, () -> read(reader(options, "a", "b"), data));
        int[] each = new int[data.length];
        Arrays.setAll(each, i -> i + 1);
        SqlException inPieces =
                catchThrowableOfType(
                        SqlException.class, () -> read(reader(options, "a", "b"), data, each));
        assertThat(inPieces).hasMessage(whole.getMessage());
        assertThat(inPieces.context()).isEqualTo(whole.context());
        return whole;
    }

    private static void assertFails(
            String options, byte[] data, SqlState state, String message, String context) {
        SqlException fault = failure(options, data);

        assertThat(fault).hasMessage(message);
        assertThat(fault.state()).isEqualTo(state);
        assertThat(fault.context()).contains(context);
    }

    @Test
    void a_row_without_end_is_refused() {
        CopyReader reader = reader("", "a", "b");
        byte[] piece = new byte[8 * 1024 * 1024];
        Arrays.fill(piece, (byte) 'x');

        SqlException fault =
                catchThrowableOfType(
                        SqlException.class,
                        () -> {
                            for (int i = 0; i <= CopyReader.MAX_ROW / piece.length; i++) {
                                reader.put(piece.clone());
                                assertThat(reader.next()).isEqualTo(Found.NEED_MORE);
                            }
                        });

        assertThat(fault.state()).isEqualTo(SqlState.PROGRAM_LIMIT_EXCEEDED);
    }
}
