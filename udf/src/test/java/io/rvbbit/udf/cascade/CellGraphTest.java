package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CellGraphTest {
    /** Each line is a cell: its name, what it asks, and perhaps more keys after a bar. */
    private static String yaml(String... cells) {
        StringBuilder yaml = new StringBuilder("cascade_id: x\ncells:\n");
        for (String cell : cells) {
            String[] parts = cell.split("\\|", -1);
            String[] words = parts[0].strip().split(" ", 2);
            yaml.append("  - name: ").append(words[0]).append("\n    instructions: \"");
            yaml.append(words.length > 1 ? words[1] : "hi").append("\"\n");
            if (parts.length > 1) {
                yaml.append("    ").append(parts[1].strip()).append('\n');
            }
        }
        return yaml.toString();
    }

    private static Cascade cascade(String... cells) {
        return CascadeParser.parse("x.yaml", yaml(cells));
    }

    private static SqlException fault(String... cells) {
        SqlException fault = catchThrowableOfType(SqlException.class, () -> cascade(cells));
        assertThat(fault).isNotNull();
        assertThat(fault.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
        return fault;
    }

    private static List<String> ends(Cascade cascade) {
        return cascade.graph().ends().stream().map(Cell::name).toList();
    }

    @Test
    void cells_that_all_wait_for_the_first_begin_with_it_alone() {
        CellGraph graph =
                cascade("a", "b {{ outputs.a }}", "c {{ outputs.a }}", "d {{ outputs.b }}").graph();

        assertThat(graph.together(0)).containsExactly(0);
        assertThat(graph.together(1)).containsExactly(1, 2, 3);
        assertThat(graph.needs(3, 0)).isTrue();
        assertThat(graph.needs(3, 2)).isFalse();
    }

    @Test
    void a_template_that_reads_all_outputs_waits_for_all() {
        CellGraph graph = cascade("a", "b", "c {{ outputs }}").graph();

        assertThat(graph.together(0)).containsExactly(0, 1, 2);
        assertThat(graph.needs(2, 0)).isTrue();
        assertThat(graph.needs(2, 1)).isTrue();
    }

    @Test
    void cells_with_routing_run_alone_and_part_those_around_them() {
        CellGraph graph =
                cascade("a", "b", "c | routing: {success: e, error: d}", "d", "e", "f").graph();

        assertThat(graph.together(0)).containsExactly(0, 1);
        assertThat(graph.together(2)).containsExactly(2);
    }

    @Test
    void what_others_name_is_passed_over_in_the_order() {
        Cascade cascade =
                cascade("a | routing: {success: b, error: c}", "b", "c", "d {{ outputs.b }}");

        assertThat(cascade.graph().inOrderAfter(1)).isEqualTo(3);
        assertThat(ends(cascade)).containsExactly("d");
        assertThat(CellChance.of(cascade).get("b")).isEqualTo(CellChance.CERTAIN);
        assertThat(CellChance.of(cascade).get("c")).isEqualTo(new CellChance(0, false));
    }

    @Test
    void a_run_may_end_in_any_branch() {
        assertThat(ends(cascade("a | routing: {success: b, error: c}", "b", "c")))
                .containsExactly("b", "c");
    }

    @Test
    void an_unknown_cell_is_told_with_place_and_nearest_name() {
        SqlException fault = fault("check | routing: {error: sory}", "go", "sorry");

        assertThat(fault)
                .hasMessage("x.yaml:5:22: cell \"check\" goes on to \"sory\", which is no cell");
        assertThat(fault.hint()).contains("did you mean \"sorry\"?");
    }

    @Test
    void a_circle_is_told_with_its_cells() {
        assertThat(fault("a", "b", "c | routing: {success: b}"))
                .hasMessage("x.yaml:9:24: cells run in a circle: b → c → b");
        assertThat(fault("a | routing: {default: a}"))
                .hasMessage("x.yaml:5:24: cells run in a circle: a → a");
    }

    @Test
    void cells_that_read_each_other_are_refused() {
        assertThat(fault("a {{ outputs.b }}", "b {{ outputs.a }}"))
                .hasMessageStartingWith("x.yaml:4:19: outputs.b is not there");
        assertThat(fault("a {{ outputs.a }}"))
                .hasMessageStartingWith("x.yaml:4:19: outputs.a is not there");
    }

    @Test
    void a_cell_that_nothing_leads_to_is_told() {
        assertThat(fault("a | routing: {default: c}", "b", "c"))
                .hasMessage(
                        "x.yaml:6:5: cell \"b\" never runs: the cells before it go on elsewhere");
    }

    @Test
    void an_output_of_another_branch_is_never_there() {
        assertThat(fault("a | routing: {success: b, error: c}", "b", "c {{ outputs.b }}"))
                .hasMessageStartingWith("x.yaml:")
                .hasMessageContaining("cell \"c\": outputs.b is never there");
    }

    @Test
    void takes_cannot_hand_over() {
        assertThat(fault("a | handoffs: [b]\n    takes: {factor: 3, mode: vote}", "b"))
                .hasMessageStartingWith("x.yaml:6:5: \"takes\" does not go with \"handoffs\"");
    }

    @Test
    void routing_without_a_way_is_refused() {
        assertThat(fault("a | routing: {}"))
                .hasMessageContaining("routing of cell \"a\" needs \"success\"");
    }

    @Test
    void a_branch_reads_what_ran_before_it() {
        Cascade cascade =
                cascade("a", "b | routing: {success: c, error: d}", "c {{ outputs.a }}", "d");

        assertThat(cascade.graph().branches()).isTrue();
    }

    @Test
    void any_routing_is_either_refused_or_leads_to_an_end() {
        Random random = new Random(7);
        int loaded = 0;
        for (int run = 0; run < 2_000; run++) {
            int size = 1 + random.nextInt(6);
            String[] cells = new String[size];
            for (int i = 0; i < size; i++) {
                cells[i] = "c" + i + (random.nextInt(3) > 0 ? "" : " {{ outputs.c0 }}");
                if (random.nextBoolean()) {
                    String key = List.of("success", "error", "default").get(random.nextInt(3));
                    cells[i] += " | routing: {%s: c%d}".formatted(key, random.nextInt(size));
                }
            }
            CellGraph graph;
            try {
                graph = cascade(cells).graph();
            } catch (SqlException refused) {
                assertThat(refused.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
                assertThat(refused).hasMessageStartingWith("x.yaml:");
                continue;
            }
            loaded++;
            for (int i = 0; i < size; i++) {
                for (int next : graph.following(i)) {
                    assertThat(next == CellGraph.END || next > i).isTrue();
                }
            }
            assertThat(graph.ends()).isNotEmpty();
        }
        assertThat(loaded).isGreaterThan(50);
    }
}
