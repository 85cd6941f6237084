package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.CopyOptions.Columns;
import io.rvbbit.rewriter.CopyOptions.Format;
import io.rvbbit.rewriter.CopyOptions.Header;
import io.rvbbit.rewriter.CopyStatement.FromClient;
import io.rvbbit.rewriter.CopyStatement.QueryToClient;
import io.rvbbit.rewriter.CopyStatement.TableToClient;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CopyParserTest {
    private static Optional<CopyStatement> parse(String sql) {
        return CopyParser.parse(new Script.Part(sql, 0));
    }

    private static FromClient from(String sql) {
        return (FromClient) parse(sql).orElseThrow();
    }

    private static CopyOptions options(String sql) {
        return parse(sql).orElseThrow().options();
    }

    @Test
    void text_is_what_copy_means_without_options() {
        FromClient copy = from("COPY s.t (a, \"B\") FROM STDIN");

        assertThat(copy.table().parts()).containsExactly("s", "t");
        assertThat(copy.columns()).containsExactly("a", "B");
        assertThat(copy.where()).isEmpty();
        assertThat(copy.options())
                .isEqualTo(
                        new CopyOptions(
                                Format.TEXT,
                                (byte) '\t',
                                "\\N",
                                Header.NONE,
                                (byte) '"',
                                (byte) '"',
                                Columns.NONE,
                                Columns.NONE,
                                Columns.NONE));
    }

    @Test
    void the_old_and_the_present_syntax_mean_the_same() {
        assertThat(
                        options(
                                "copy t from stdin with csv header delimiter as ';' null 'x' quote ''''"
                                        + " escape as '\\' force not null a, b force null c"))
                .isEqualTo(
                        options(
                                "copy t from stdin (format csv, header, delimiter ';', null 'x', quote '''',"
                                        + " escape '\\', force_not_null (a, b), force_null (c))"));
        assertThat(options("copy t to stdout csv force quote *"))
                .isEqualTo(options("copy t to stdout with (format 'csv', force_quote *)"));
        assertThat(options("copy binary t to stdout"))
                .isEqualTo(options("copy t to stdout (format binary)"))
                .isEqualTo(options("copy t to stdout with binary"));
        assertThat(options("copy t to stdout using delimiters ','"))
                .isEqualTo(options("copy t to stdout delimiter ','"));
    }

    @Test
    void a_query_keeps_its_place_in_the_text() {
        QueryToClient copy =
                (QueryToClient) parse("COPY ( SELECT ')' FROM (t) ) TO STDOUT").orElseThrow();

        assertThat(copy.query()).isEqualTo(new Script.Part("SELECT ')' FROM (t)", 7));
    }

    @Test
    void a_condition_goes_to_the_end() {
        FromClient copy = from("copy t from stdin (format csv) where (a > 1) and b is null");

        assertThat(copy.where()).contains(new Script.Part("(a > 1) and b is null", 37));
    }

    @Test
    void either_stream_may_be_named() {
        assertThat(parse("copy t to stdin")).containsInstanceOf(TableToClient.class);
        assertThat(parse("copy t from stdout")).containsInstanceOf(FromClient.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY t FROM 'stdin'",
                "COPY t TO 'x.csv' (HEADER)",
                "COPY (SELECT 1 FROM stdin) TO 'x.csv'",
                "SELECT 'COPY t FROM STDIN'",
                "COPY FROM DATABASE a TO b",
                "COPY"
            })
    void copy_with_a_file_is_not_ours(String sql) {
        assertThat(parse(sql)).isEmpty();
    }

    /** State and message as PostgreSQL 15 gave them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    (format foo)                           | 22023 | COPY format "foo" not recognized
                    (format)                               | 42601 | format requires a parameter
                    (format csv, format csv)               | 42601 | conflicting or redundant options
                    csv csv                                | 42601 | conflicting or redundant options
                    (foo true)                             | 42601 | option "foo" not recognized
                    (format binary, delimiter ',')         | 42601 | cannot specify DELIMITER in BINARY mode
                    (format binary, null 'x')              | 42601 | cannot specify NULL in BINARY mode
                    (delimiter 'ab')                       | 0A000 | COPY delimiter must be a single one-byte character
                    (delimiter 'é')                        | 0A000 | COPY delimiter must be a single one-byte character
                    (delimiter '')                         | 0A000 | COPY delimiter must be a single one-byte character
                    (delimiter E'\\n')                     | 22023 | COPY delimiter cannot be newline or carriage return
                    (null E'\\n')                          | 22023 | COPY null representation cannot use newline or carriage return
                    (delimiter 'a')                        | 22023 | COPY delimiter cannot be "a"
                    (format binary, header)                | 0A000 | cannot specify HEADER in BINARY mode
                    (quote '"')                            | 0A000 | COPY quote available only in CSV mode
                    (format csv, quote 'ab')               | 0A000 | COPY quote must be a single one-byte character
                    (format csv, quote ',')                | 22023 | COPY delimiter and quote must be different
                    (escape '"')                           | 0A000 | COPY escape available only in CSV mode
                    escape 'xxx'                           | 0A000 | COPY escape available only in CSV mode
                    (format csv, escape 'ab')              | 0A000 | COPY escape must be a single one-byte character
                    (force_quote (a))                      | 0A000 | COPY force quote available only in CSV mode
                    (format csv, force_quote (a))          | 0A000 | COPY force quote only available using COPY TO
                    (force_not_null (a))                   | 0A000 | COPY force not null available only in CSV mode
                    (delimiter 'N')                        | 0A000 | COPY delimiter must not appear in the NULL specification
                    (delimiter ',', null 'a,b')            | 0A000 | COPY delimiter must not appear in the NULL specification
                    (format csv, null '"')                 | 0A000 | CSV quote character must not appear in the NULL specification
                    (header foo)                           | 42601 | header requires a Boolean value or "match"
                    (header 2)                             | 42601 | header requires a Boolean value or "match"
                    (freeze foo)                           | 42601 | freeze requires a Boolean value
                    (encoding 'foo')                       | 22023 | argument to option "encoding" must be a valid encoding name
                    (force_null a, format csv)             | 22023 | argument to option "force_null" must be a list of column names
                    (format csv, force_null *)             | 22023 | argument to option "force_null" must be a list of column names
                    """)
    void wrong_options_are_refused_as_postgresql_does(
            String options, String state, String message) {
        assertFails("copy t from stdin " + options, state, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    copy t to stdout (format csv, force_not_null (a)) | 0A000 | COPY force not null only available using COPY FROM
                    copy t to stdout (format csv, force_null (a))     | 0A000 | COPY force null only available using COPY FROM
                    copy t to stdout (header match)                   | 0A000 | cannot use "match" with HEADER in COPY TO
                    copy t to stdout where a > 1                      | 42601 | WHERE clause not allowed with COPY TO
                    """)
    void what_fits_the_other_direction_only_is_refused(String sql, String state, String message) {
        assertFails(sql, state, message);
    }

    private static void assertFails(String sql, String state, String message) {
        SqlException fault = catchThrowableOfType(SqlException.class, () -> parse(sql));

        assertThat(fault).as(sql).hasMessage(message);
        assertThat(fault.state().code()).isEqualTo(state);
    }

    /** The position is PostgreSQL's; the message says besides what was expected. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    copy (select 1) from stdin          | 17
                    copy t from stdin where             | 24
                    copy t () from stdin                | 9
                    copy (select 1; select 2) to stdout | 15
                    copy t from stdin csv header match  | 30
                    """)
    void a_syntax_error_has_its_place(String sql, int position) {
        SqlException fault = catchThrowableOfType(SqlException.class, () -> parse(sql));

        assertThat(fault).hasMessageStartingWith("syntax error at ");
        assertThat(fault.position()).isEqualTo(position);
    }

    @Test
    void what_postgresql_15_does_not_have_says_so() {
        assertFails(
                "copy t from stdin (default 'x')",
                "0A000",
                "COPY option \"default\" is not supported");
        assertFails(
                "copy t from stdin (encoding 'latin1')",
                "0A000",
                "COPY with encoding \"latin1\" is not supported");
    }

    @Test
    void columns_are_those_named_or_all() {
        assertThat(Columns.of(List.of("a")).holds("A")).isTrue();
        assertThat(Columns.of(List.of("a")).holds("b")).isFalse();
        assertThat(Columns.ALL.holds("b")).isTrue();
    }
}
