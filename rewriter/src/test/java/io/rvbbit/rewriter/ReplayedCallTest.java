package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.rewriter.Options.OnError;
import io.rvbbit.rewriter.Options.RowLimit;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import io.rvbbit.rewriter.Statement.ReplayStatement;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayedCallTest {
    private static final CascadeCall CALL =
            ((CascadeStatement)
                            StatementParser.parse(
                                            "RVBBIT MAP 'c' AS w USING (SELECT 1 AS a) WITH (model"
                                                    + " = 'old', limit = 3, cache = true, timeout ="
                                                    + " '5s')")
                                    .getFirst())
                    .calls()
                    .getFirst();

    private static Options own(String with) {
        return ((ReplayStatement)
                        StatementParser.parse("RVBBIT REPLAY 'sql-a-b-c' WITH (" + with + ")")
                                .getFirst())
                .options();
    }

    @Test
    void what_a_replay_names_goes_before_and_the_rest_stays() {
        Options replayed = CALL.replayed(own("model = 'new', parallel = 2")).options();
        assertThat(replayed.model()).isEqualTo("new");
        assertThat(replayed.parallel()).isEqualTo(2);
        assertThat(replayed.timeout()).isEqualTo(CALL.options().timeout());
        assertThat(replayed.limit()).isEqualTo(new RowLimit.Unset());
        assertThat(replayed.cache()).isEqualTo(new CachePolicy.Off());

        Options same = CALL.replayed(own("limit = 2, temperature = 0")).options();
        assertThat(same.model()).isEqualTo("old");
        assertThat(same.limit()).isEqualTo(new RowLimit.Rows(2));
        assertThat(same.temperature()).isZero();
    }

    @Test
    void rows_come_from_the_journal_and_both_answers_go_into_the_output() {
        ReplayedCall call =
                new ReplayedCall(
                        CALL,
                        List.of(
                                new ReplayedCall.Input("a", "INTEGER"),
                                new ReplayedCall.Input("odd.\"n'", "DECIMAL(38,10)[]")),
                        new CallShape(
                                List.of("a", "odd.\"n'"),
                                new OutputShape.Text("w"),
                                9,
                                OnError.NULL,
                                false));
        StreamedMap map = call.streamed("me()", 9, "stage");

        assertThat(map.input())
                .isEqualTo(
                        """
                        SELECT CAST(json_extract_string(t._rvbbit_columns, '$."a"') AS INTEGER) AS "a", \
                        CAST(NULLIF(json_extract(t._rvbbit_columns, '/odd."n\'\''), 'null') AS DECIMAL(38,10)[]) AS "odd.""n'", \
                        t._rvbbit_row, _rvbbit_old_row(me(), t._rvbbit_row) AS _rvbbit_input
                        FROM (
                          SELECT r.range AS _rvbbit_row, _rvbbit_old_columns(me(), r.range) AS _rvbbit_columns
                          FROM range(1, 10) AS r
                        ) AS t\
                        """);
        assertThat(map.output())
                .startsWith(
                        """
                        SELECT c."a", c."odd.""n'", c._rvbbit_old_0 AS "w_old", c._rvbbit_new_0 AS "w_new", \
                        _rvbbit_compared(me(), 0, c._rvbbit_row, c._rvbbit_old_0 IS DISTINCT FROM c._rvbbit_new_0, \
                        TRY_CAST(c._rvbbit_old_cost AS VARCHAR)) AS "_changed", \
                        c._rvbbit_old_cost AS "_cost_old", c._rvbbit_new_cost AS "_cost_new"
                        """)
                .contains("FROM stage AS s WHERE _rvbbit_row BETWEEN $1 AND $2");
        assertThat(call.described("x")).contains("TRY_CAST(NULL AS DECIMAL(38,10)[])");
    }

    @Test
    void typed_outputs_are_cast_quietly_where_they_are_old() {
        ReplayedCall call =
                new ReplayedCall(
                        CALL,
                        List.of(),
                        new CallShape(
                                List.of(),
                                new OutputShape.Typed(
                                        List.of(new OutputShape.Column("n", "INTEGER", false))),
                                9,
                                OnError.COLUMN,
                                false));
        String output = call.streamed("me()", 1, "stage").output();

        assertThat(output)
                .contains("TRY_CAST(m._rvbbit_oldraw_0 AS INTEGER) AS _rvbbit_old_0")
                .contains("_rvbbit_cast_failed(me(), 0, m._rvbbit_row, 'n', 'INTEGER'")
                .contains("AS \"_error_old\"", "AS \"_error_new\"");
        assertThat(output.split("_rvbbit_cast_failed", -1)).hasSize(2);
    }
}
