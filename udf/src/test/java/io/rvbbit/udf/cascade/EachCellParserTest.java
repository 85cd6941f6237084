package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.Cell.OnError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                "takes: {factor: 2} | \"takes\" does not go with for_each_row",
                "handoffs: [b] | \"handoffs\" does not go with for_each_row",
                "tool: sql_data | \"tool\" does not go with for_each_row",
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

    @Test
    void without_rows_there_is_nothing_to_do() {
        SqlException fault = fault("{max_parallel: 2}", "    instructions: hi\n");

        assertThat(fault).hasMessageContaining("\"rows\"");
    }
}
