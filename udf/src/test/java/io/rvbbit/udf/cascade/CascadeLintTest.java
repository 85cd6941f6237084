package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.CascadeLint.Finding;
import io.rvbbit.udf.cascade.CascadeLint.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@code rvbbit cascades lint} tells of a file. */
final class CascadeLintTest {
    private static List<Finding> lint(String yaml) {
        return CascadeLint.findings("x.yaml", yaml);
    }

    private static List<String> places(String yaml) {
        return lint(yaml).stream()
                .map(each -> each.line() + " " + each.severity() + " " + each.message())
                .toList();
    }

    @Test
    void a_right_file_has_no_findings() {
        assertThat(lint(CascadeParserTest.FULL)).isEmpty();
    }

    @Test
    void every_fault_is_told_not_only_the_first() {
        assertThat(
                        places(
                                """
                                cascade_id: x
                                descriptoin: a slip
                                pure: maybe
                                cells:
                                  - name: a
                                    instructions: "{{ input.x "
                                    temperature: 3
                                  - name: b
                                    instructions: "{{ outputs.a }} {{ outputs.c }}"
                                  - name: c
                                    instructions: hi
                                    on_error: fial
                                    timeout: soon
                                  - name: 4d
                                    instructions: hi
                                examples:
                                  - {output: 1}
                                """))
                .hasSize(9)
                .anySatisfy(each -> assertThat(each).contains("2 WARNING", "descriptoin"))
                .anySatisfy(each -> assertThat(each).contains("3 ERROR", "true or false"))
                .anySatisfy(each -> assertThat(each).contains("6 ERROR"))
                .anySatisfy(each -> assertThat(each).contains("7 ERROR", "0 to 2"))
                .anySatisfy(each -> assertThat(each).contains("9 ERROR", "outputs.c"))
                .anySatisfy(each -> assertThat(each).contains("12 ERROR", "fail, continue"))
                .anySatisfy(each -> assertThat(each).contains("13 ERROR", "time"))
                .anySatisfy(each -> assertThat(each).contains("14 ERROR", "no digit"))
                .anySatisfy(each -> assertThat(each).contains("17 ERROR", "rows_hash"));
    }

    @Test
    void all_templates_of_a_cell_are_told_and_all_that_is_wrong_in_each() {
        assertThat(
                        places(
                                """
                                cascade_id: x
                                cells:
                                  - name: a
                                    instructions: |
                                      {{ inptu.x }} and {{ input.y | uper }}
                                      {{ outputs.zz }} {{ row.z }}
                                    rules:
                                      retry_instructions: "{{ reson }}"
                                    wards:
                                      post:
                                        - {instructions: "{{ outptu }} {{ input.a.b() }}"}
                                """))
                .hasSize(6)
                .anySatisfy(each -> assertThat(each).contains("5 ERROR", "inptu"))
                .anySatisfy(each -> assertThat(each).contains("5 ERROR", "uper"))
                .anySatisfy(each -> assertThat(each).contains("6 ERROR", "row"))
                .anySatisfy(each -> assertThat(each).contains("8 ERROR", "reson"))
                .anySatisfy(each -> assertThat(each).contains("11 ERROR", "outptu"))
                .anySatisfy(each -> assertThat(each).contains("11 ERROR", "\"b\""));
    }

    @Test
    void all_ways_that_lead_nowhere_are_told() {
        assertThat(
                        places(
                                """
                                cascade_id: x
                                cells:
                                  - {name: a, instructions: hi, handoffs: [bb, cc]}
                                  - {name: b, instructions: hi, routing: {success: d}}
                                  - {name: c, instructions: hi}
                                """))
                .hasSize(3)
                .anySatisfy(each -> assertThat(each).contains("3 ERROR", "bb"))
                .anySatisfy(each -> assertThat(each).contains("3 ERROR", "cc"))
                .anySatisfy(each -> assertThat(each).contains("4 ERROR", "\"d\""));
    }

    @Test
    void a_slip_in_a_word_is_told_the_nearest() {
        assertThat(lint("cascade_id: x\ncells: [{name: a, instructions: b, on_error: contineu}]\n"))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
                    assertThat(found.hint()).contains("\"continue\"");
                });
    }

    @Test
    void a_slip_in_a_required_key_is_told_with_its_line() {
        assertThat(lint("cascad_id: x\ncells: [{name: a, instructions: b}]\n"))
                .filteredOn(found -> found.severity() == Severity.ERROR)
                .singleElement()
                .satisfies(found ->
                        assertThat(found.hint())
                                .isEqualTo(
                                        "\"cascad_id\" in line 1 is no key; did you mean"
                                                + " \"cascade_id\"?"));
    }

    @Test
    void a_key_at_the_wrong_level_is_told_where_it_belongs() {
        assertThat(lint("cascade_id: x\ncells: [{name: a, instructions: b, backoff: none}]\n"))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.severity()).isEqualTo(Severity.WARNING);
                    assertThat(found.message()).contains("belongs under \"retry\"");
                });
    }

    @Test
    void what_is_no_yaml_has_one_fault_with_its_place() {
        assertThat(lint("cascade_id: x\n  cells: [\n"))
                .singleElement()
                .satisfies(found -> assertThat(found.message()).contains("not YAML"));
    }
}
