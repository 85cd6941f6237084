package io.rvbbit.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.cli.ResultListener.Column;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowPrinterTest {
    private static final int INTEGER = 23;
    private static final int TEXT = 25;

    private final StringWriter written = new StringWriter();
    private final PrintWriter out = new PrintWriter(written);
    private final AlignedPrinter aligned = new AlignedPrinter(out);
    private final CsvPrinter csv = new CsvPrinter(out);

    @Test
    void numbers_stand_right_and_texts_left() {
        aligned.columns(List.of(new Column("id", INTEGER), new Column("name", TEXT)));
        aligned.row(List.of("7", "Apple"));
        aligned.row(List.of("1200", "Levi's"));
        aligned.complete("SELECT 2");

        assertThat(written())
                .isEqualTo(
                        """
                          id  |  name
                        ------+--------
                            7 | Apple
                         1200 | Levi's
                        (2 rows)

                        """);
    }

    @Test
    void one_row_is_not_called_rows_and_null_is_blank() {
        aligned.columns(List.of(new Column("a", TEXT), new Column("b", TEXT)));
        aligned.row(row(null, "x"));
        aligned.complete("SELECT 1");

        assertThat(written()).isEqualTo(" a | b\n---+---\n   | x\n(1 row)\n\n");
    }

    @Test
    void a_value_of_several_lines_goes_on_behind_a_plus() {
        aligned.columns(List.of(new Column("text", TEXT), new Column("n", INTEGER)));
        aligned.row(List.of("one\ntwo", "1"));
        aligned.complete("SELECT 1");

        assertThat(written()).isEqualTo(" text | n\n------+---\n one +| 1\n two  |\n(1 row)\n\n");
    }

    @Test
    void what_would_steer_the_terminal_is_written_out() {
        aligned.columns(List.of(new Column("t", TEXT)));
        aligned.row(List.of("\u001b[2J"));
        aligned.complete("SELECT 1");

        assertThat(written()).contains("\\x1B[2J").doesNotContain("\u001b");
    }

    @Test
    void wide_letters_take_two_columns() {
        assertThat(DisplayText.width("日本")).isEqualTo(4);
        assertThat(DisplayText.width("e\u0301")).isEqualTo(1);
    }

    @Test
    void a_statement_without_rows_shows_its_tag() {
        aligned.complete("CREATE TABLE");

        assertThat(written()).isEqualTo("CREATE TABLE\n");
    }

    @Test
    void no_more_than_the_first_rows_are_kept_back() {
        aligned.columns(List.of(new Column("n", INTEGER)));
        for (int i = 0; i < 999; i++) {
            aligned.row(List.of("1"));
        }
        assertThat(written()).isEmpty();

        aligned.row(List.of("1"));
        assertThat(written().lines()).hasSize(2 + 1_000);

        aligned.row(List.of("123456"));
        assertThat(written()).endsWith(" 123456\n");
    }

    @Test
    void rows_before_a_failure_are_shown() {
        aligned.columns(List.of(new Column("n", INTEGER)));
        aligned.row(List.of("1"));
        aligned.failed();
        aligned.complete("ROLLBACK");

        assertThat(written()).isEqualTo(" n\n---\n 1\nROLLBACK\n");
    }

    @Test
    void csv_quotes_only_what_needs_it_and_tells_null_from_empty() {
        csv.columns(List.of(new Column("a", TEXT), new Column("b,c", TEXT)));
        csv.row(row("plain", "say \"hi\""));
        csv.row(row(null, ""));
        csv.row(row("two\nlines", "\\."));
        csv.complete("SELECT 3");

        assertThat(written())
                .isEqualTo(
                        """
                        a,"b,c"
                        plain,"say ""hi""\"
                        ,""
                        "two
                        lines","\\."
                        """);
    }

    private static List<@Nullable String> row(@Nullable String... values) {
        return Arrays.asList(values);
    }

    /** What was written, without the blanks at the ends of lines. */
    private String written() {
        out.flush();
        return written.toString().replaceAll(" +\n", "\n");
    }
}
