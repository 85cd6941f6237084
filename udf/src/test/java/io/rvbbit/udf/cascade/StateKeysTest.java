package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import org.junit.jupiter.api.Test;

class StateKeysTest {
    private static Cascade cascade(String rest) {
        return CascadeParser.parse("x.yaml", "cascade_id: x\n" + rest);
    }

    private static SqlException fault(String rest) {
        SqlException fault = catchThrowableOfType(SqlException.class, () -> cascade(rest));
        assertThat(fault).isNotNull();
        assertThat(fault.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
        return fault;
    }

    @Test
    void keys_that_only_cells_write_are_null_at_first() {
        Cascade cascade =
                cascade(
                        """
                        state: {tone: {warm: [1]}, n: 2}
                        cells:
                          - {name: a, instructions: hi, state: {said: "{{ output }}", n: 3}}
                        """);

        assertThat(cascade.state().toString()).isEqualTo("{tone={\"warm\":[1]}, n=2, said=null}");
        assertThat(cascade.warnings()).isEmpty();
    }

    @Test
    void a_key_of_a_later_cell_is_not_there() {
        SqlException fault =
                fault(
                        """
                        cells:
                          - {name: a, instructions: "{{ state.said }}"}
                          - {name: b, instructions: hi, state: {said: "{{ output }}"}}
                        """);

        assertThat(fault)
                .hasMessageContaining(
                        "x.yaml:3:29: state.said is not there: no cell before cell \"a\" writes it");
    }

    @Test
    void a_cell_s_own_key_is_there_only_for_later_ones() {
        assertThat(
                        fault(
                                """
                                cells:
                                  - {name: a, instructions: hi, state: {n: "{{ state.n + 1 }}"}}
                                """))
                .hasMessageContaining("state.n is not there");
    }

    @Test
    void a_key_that_no_run_writes_before_is_not_there() {
        SqlException fault =
                fault(
                        """
                        cells:
                          - {name: a, instructions: hi, routing: {success: c, error: b}}
                          - {name: b, instructions: hi, state: {n: 1}, routing: {default: d}}
                          - {name: c, instructions: "{{ state.n }}"}
                          - {name: d, instructions: hi}
                        """);

        assertThat(fault).hasMessageContaining("state.n is never there").hasMessageContaining(":5");
    }

    @Test
    void the_cascade_s_own_values_are_no_templates() {
        SqlException fault =
                fault(
                        """
                        state: {n: "{{ input.n }}"}
                        cells: [{name: a, instructions: hi}]
                        """);

        assertThat(fault).hasMessageContaining("x.yaml:2:12").hasMessageContaining("no templates");
    }

    @Test
    void a_key_must_be_a_name() {
        assertThat(
                        fault(
                                """
                                cells: [{name: a, instructions: hi, state: {"a b": 1}}]
                                """))
                .hasMessageContaining("\"a b\"");
    }

    @Test
    void the_row_of_a_cell_is_not_there_when_it_writes() {
        SqlException fault =
                fault(
                        """
                        cells:
                          - name: a
                            for_each_row: {rows: "{{ [1, 2] }}"}
                            instructions: "{{ row }}"
                            state: {n: "{{ row }}"}
                        """);

        assertThat(fault).hasMessageContaining("x.yaml:6:").hasMessageContaining("\"row\"");
    }

    @Test
    void cells_that_use_a_key_wait_for_those_before_that_write_it() {
        CellGraph graph =
                cascade(
                                """
                                state: {n: 0}
                                cells:
                                  - {name: a, instructions: "{{ state.n }}"}
                                  - {name: b, instructions: hi, state: {n: 1}}
                                  - {name: c, instructions: hi, state: {m: 1}}
                                  - {name: d, instructions: hi, state: {n: 2}}
                                  - {name: e, instructions: "{{ state }}"}
                                """)
                        .graph();

        assertThat(graph.needs(1, 0)).as("it must not write before that has read").isTrue();
        assertThat(graph.needs(2, 0)).isFalse();
        assertThat(graph.needs(2, 1)).isFalse();
        assertThat(graph.needs(3, 1)).isTrue();
        assertThat(graph.needs(4, 2)).isTrue();
        assertThat(graph.needs(4, 3)).isTrue();
    }
}
