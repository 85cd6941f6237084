package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.Cell.OnError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EachCellParserTest {
    private static Cascade cascade(String forEachRow, String more) {
        return CascadeParser.parse(
                "x.yaml",
                "cascade_id: x\ncells:\n  - name: a\n    for_each_row: "
                        + forEachRow
                        + "\n"
                        + more);
    }

    private static SqlException fault(String forEachRow, String more) {
        return catchThrowableOfType(SqlException.class, () -> cascade(forEachRow, more));
    }

    @Test
    void what_is_left_out_is_four_at_a_time_of_a_thousand_and_fails() {
        Cascade cascade =
                cascade("{rows: '{{ input.parts }}'}", "    instructions: '{{ row }} {{ index }}'");

        EachCell each = (EachCell) cascade.cells().getFirst();
        assertThat(each.maxParallel()).isEqualTo(4);
        assertThat(each.maxRows()).isEqualTo(1000);
        assertThat(each.onRowError()).isEqualTo(OnError.FAIL);
        assertThat(cascade.readInputs()).containsExactly("parts");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "handoffs: [b] | \"handoffs\" does not go with for_each_row in cell \"a\": each row would choose",
                "tool: sql_data | \"tool\" does not go with for_each_row in cell \"a\": one query over all rows",
            })
    void what_is_done_once_does_not_go_with_rows(String key, String message) {
        SqlException fault =
                fault("{rows: '{{ [1] }}'}", "    instructions: hi\n    " + key + "\n");

        assertThat(fault).hasMessageContaining(message).hasMessageContaining("x.yaml:");
    }

    @Test
    void rows_are_not_taken_from_a_row() {
        SqlException fault = fault("{rows: '{{ row.parts }}'}", "    instructions: hi\n");

        assertThat(fault).hasMessageContaining("x.yaml:4:").hasMessageContaining("row");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{rows: '{{ [1] }}', table: t} | both \"rows\" and \"table\"",
                "{table: 'a b.c.d.e'} | \"table\" of for_each_row",
                "{table: '{{ input.a }}{{ input.b }}'} | \"table\" of for_each_row",
                "{table: '{{ row.t }}'} | row",
                "{table: '{{ outputs.nobody }}'} | outputs.nobody is not there",
            })
    void a_table_is_named_once_and_plainly(String key, String message) {
        assertThat(fault(key, "    instructions: hi\n"))
                .hasMessageContaining(message)
                .hasMessageContaining("x.yaml:4:");
    }

    @Test
    void a_table_is_read_up_to_one_row_too_many() {
        EachCell each =
                (EachCell)
                        cascade("{table: s.order, max_rows: 7}", "    instructions: hi\n")
                                .cells()
                                .getFirst();

        assertThat(each.rows())
                .isInstanceOfSatisfying(
                        EachCell.Rows.OfTable.class,
                        table ->
                                assertThat(table.query().query().source())
                                        .isEqualTo("SELECT * FROM \"s\".\"order\" LIMIT 8"));
        assertThat(each.readsOutside()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'\"Sales\".\"2026\".orders' | \"Sales\".\"2026\".\"orders\"",
                "'\"a.b\" . \"c \"\"d\"\"\"' | \"a.b\".\"c \"\"d\"\"\"",
                "default.main.t | \"default\".\"main\".\"t\"",
            })
    void names_are_qualified_and_quoted_as_in_sql(String table, String relation) {
        EachCell each =
                (EachCell)
                        cascade("{table: " + table + "}", "    instructions: hi\n")
                                .cells()
                                .getFirst();

        assertThat(each.rows())
                .isInstanceOfSatisfying(
                        EachCell.Rows.OfTable.class,
                        rows ->
                                assertThat(rows.query().query().source())
                                        .isEqualTo("SELECT * FROM " + relation + " LIMIT 1001"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'a.'", "'.a'", "'a..b'", "'\"a\"b'", "'\"a'", "'\"\"'", "' '", "a.b.c.d"})
    void what_is_no_table_s_name_is_refused(String table) {
        assertThat(fault("{table: " + table + "}", "    instructions: hi\n"))
                .hasMessageContaining("x.yaml:4:");
    }

    @Test
    void without_rows_there_is_nothing_to_do() {
        SqlException fault = fault("{max_parallel: 2}", "    instructions: hi\n");

        assertThat(fault).hasMessageContaining("\"rows\"");
    }
}
