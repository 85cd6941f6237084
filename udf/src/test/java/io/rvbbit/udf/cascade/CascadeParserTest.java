package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.OnError;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CascadeParserTest {
    static final String FULL =
            """
            cascade_id: full
            description: Everything at once.
            inputs_schema:
              name: The name.
              note: {description: A note., optional: true}
              unread: Only declared.
            # A comment is not a key.
            cells:
              - name: load
                description: Reads.
                tool: sql_data
                inputs:
                  query: |
                    SELECT * FROM t WHERE a = {{ input.name }} AND b = $1
                  params: ["{{ input.limit | default(3) }}", 7, true, null]
                on_error: continue
                retry: {max_attempts: 4, backoff: linear, base: 500ms}
                timeout: 2m
              - name: tell
                instructions: |
                  About {{ input.name }} {{ input.note }}:
                  {{ outputs.load.rows }}
                model: big
                temperature: 0.5
                max_tokens: 100
                rules: {max_attempts: 3}
                output_schema:
                  type: object
                  properties:
                    text: {type: string}
                    score: {type: [number, "null"]}
                    kind: {enum: [a, b]}
                    list: {type: array}
                    rest: {}
                  required: [text]
            examples:
              - {input: {name: Ann}, output: {text: ok}}
              - {rows_hash: abc, output: {text: all}, outputs: {tell: {text: told}}}
            """;

    private static Cascade parse(String yaml) {
        return CascadeParser.parse("traits/x.yaml", yaml);
    }

    private static SqlException fault(String yaml) {
        return catchThrowableOfType(SqlException.class, () -> parse(yaml));
    }

    @Test
    void every_key_is_read() {
        Cascade cascade = parse(FULL);
        assertThat(cascade.id()).isEqualTo("full");
        assertThat(cascade.description()).isEqualTo("Everything at once.");
        assertThat(cascade.file()).isEqualTo("traits/x.yaml");
        assertThat(cascade.contentHash()).hasSize(64);
        assertThat(cascade.inputs().keySet()).containsExactly("name", "note", "unread");
        assertThat(cascade.requiredInputs()).containsExactlyInAnyOrder("name", "unread");
        assertThat(cascade.readInputs()).containsExactlyInAnyOrder("name", "note", "limit");
        assertThat(cascade.readsOutside()).isTrue();
        assertThat(cascade.warnings()).isEmpty();
        assertThat(cascade.outputs())
                .containsExactly(
                        java.util.Map.entry("text", "string"),
                        java.util.Map.entry("score", "number"),
                        java.util.Map.entry("kind", "string"),
                        java.util.Map.entry("list", "array"),
                        java.util.Map.entry("rest", "object"));
        assertThat(cascade.examples()).hasSize(2);
        assertThat(cascade.examples().get(1).rowsHash()).isEqualTo("abc");
        assertThat(cascade.examples().get(1).outputs()).containsOnlyKeys("tell");

        SqlCell load = (SqlCell) cascade.cells().get(0);
        assertThat(load.parameters()).hasSize(4);
        assertThat(load.onError()).isEqualTo(OnError.CONTINUE);
        assertThat(load.retry())
                .isEqualTo(new Retry(4, Retry.Backoff.LINEAR, Duration.ofMillis(500)));
        assertThat(load.timeout()).isEqualTo(Duration.ofMinutes(2));
        PromptCell tell = (PromptCell) cascade.cells().get(1);
        assertThat(tell.sampling().model()).isEqualTo("big");
        assertThat(tell.sampling().temperature()).isEqualTo(0.5);
        assertThat(tell.sampling().maxTokens()).isEqualTo(100);
        assertThat(tell.rules().maxAttempts()).isEqualTo(3);
        assertThat(tell.onError()).isEqualTo(OnError.FAIL);
        assertThat(tell.outputSchema()).isNotNull();
    }

    @Test
    void json_is_read_as_well_and_phases_is_another_name_of_cells() {
        Cascade cascade =
                CascadeParser.parse(
                        "x.json",
                        "{\"cascade_id\": \"j\",\n\t\"pure\": true, \"phases\": [{\"name\": \"a\","
                                + " \"instructions\": \"{{ input }} \\ud83d\\ude00 \\/\"}]}");
        assertThat(cascade.cells()).hasSize(1);
        assertThat(cascade.readInputs()).isNull();
        assertThat(cascade.outputs()).isNull();
        SqlException fault =
                catchThrowableOfType(
                        SqlException.class,
                        () ->
                                CascadeParser.parse(
                                        "x.json", "{\"cascade_id\":\n 7, \"cells\": []}"));
        assertThat(fault).hasMessageStartingWith("x.json:2:2: \"cascade_id\" of a cascade must be");
        assertThat(
                        catchThrowableOfType(
                                SqlException.class, () -> CascadeParser.parse("x.json", "{")))
                .hasMessageStartingWith("x.json:1:2: not JSON");
    }

    @Test
    void a_pure_cascade_reads_nothing_outside() {
        assertThat(parse(FULL + "pure: true\n").readsOutside()).isFalse();
    }

    @Test
    void an_unknown_key_is_a_warning_with_its_place_and_the_nearest_key() {
        Cascade cascade =
                parse(
                        """
                        cascade_id: x
                        descripton: slip
                        cells:
                          - name: a
                            instructions: hi
                            zzzzzz: 1
                            retry: {backof: none}
                        """);
        assertThat(cascade.warnings())
                .hasSize(3)
                .anySatisfy(warning ->
                        assertThat(warning)
                                .isEqualTo(
                                        "traits/x.yaml:2:1: unknown key \"descripton\" in a"
                                                + " cascade, did you mean \"description\"?"))
                .anySatisfy(warning ->
                        assertThat(warning).startsWith("traits/x.yaml:6:5: unknown key \"zzzzzz\""))
                .anySatisfy(warning -> assertThat(warning).contains("\"backoff\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '`',
            value = {
                "cascade_id: full ¦ cascade_id: [1] ¦ 1:13: \"cascade_id\" of a cascade must be text",
                "cascade_id: full ¦ # none ¦ 2:1: a cascade needs \"cascade_id\"",
                "cascade_id: full ¦ cascade_id: '' ¦ 1:13: \"cascade_id\"",
                "description: Everything at once. ¦ description: 7 ¦ 2:14: \"description\"",
                "  name: The name. ¦   name: 7 ¦ 4:9: input \"name\" is a mapping",
                "optional: true ¦ optional: maybe ¦ 5:42: \"optional\" of input \"note\" must be",
                "cells: ¦ cells: 7 # ¦ 9:",
                "  - name: load ¦   - name: 1x ¦ 9:11: \"name\" of cell 1 must be letters",
                "  - name: load ¦   - nam: load ¦ 9:5: cell 1 needs \"name\"",
                "  - name: tell ¦   - name: load ¦ 19:5: there are two cells named \"load\"",
                "on_error: continue ¦ on_error: explode ¦ 16:15: \"on_error\" of cell \"load\" must be fail or continue",
                "on_error: continue ¦ on_error: {default: x} ¦ 16:15: \"on_error\"",
                "max_attempts: 4 ¦ max_attempts: 0 ¦ 17:27: \"max_attempts\" of retry of cell \"load\" must be a whole number from 1 to 100",
                "backoff: linear ¦ backoff: quadratic ¦ 17:39: \"backoff\"",
                "base: 500ms ¦ base: soon ¦ 17:53: \"base\" of retry of cell \"load\" must be a time",
                "timeout: 2m ¦ timeout: -1 ¦ 18:14: \"timeout\"",
                "timeout: 2m ¦ timeout: 8000h ¦ 18:14: \"timeout\"",
                "temperature: 0.5 ¦ temperature: 3 ¦ 24:18: \"temperature\" of cell \"tell\" must be a number from 0 to 2",
                "temperature: 0.5 ¦ temperature: .nan ¦ 24:18",
                "max_tokens: 100 ¦ max_tokens: 1.5 ¦ 25:17: \"max_tokens\"",
                "max_attempts: 3 ¦ max_attempts: many ¦ 26:27: \"max_attempts\" of rules of cell \"tell\"",
                "model: big ¦ model: 4 ¦ 23:12: \"model\"",
                "text: {type: string} ¦ text: {type: strng} ¦ 28:7: \"output_schema\" of cell \"tell\"",
                "text: {type: string} ¦ text: {$ref: 'https://example.com/x'} ¦ 28:7: \"output_schema\" of cell \"tell\"",
                "text: {type: string} ¦ text: {$ref: 'file:///etc/passwd'} ¦ 28:7: \"output_schema\" of cell \"tell\"",
                "output: {text: ok} ¦ output: {txt: ok} ¦ 37:26: example 1 does not fit the output_schema of cell \"tell\"",
                "output: {text: ok} ¦ outpt: {text: ok} ¦ 37:5: example 1 needs \"output\"",
                "{input: {name: Ann}, ¦ { ¦ 37:5: example 1 needs \"input\" or \"rows_hash\"",
                "outputs: {tell: ¦ outputs: {load: ¦ 38:43: example 2 answers \"load\"",
                "{{ outputs.load.rows }} ¦ {{ outputs.lod.rows }} ¦ 22:1: outputs.lod is not there",
                "{{ outputs.load.rows }} ¦ {{ outputs.tell.rows }} ¦ 22:1: outputs.tell is not there",
                "{{ outputs.load.rows }} ¦ {{ inpt.x }} ¦ 22:1: unknown name \"inpt\"",
                "a = {{ input.name }} ¦ a = '{{ input.name }}' ¦ 14:1: {{ … }} stands inside quotes",
                "query: | ¦ qury: | ¦ 13:7: inputs of cell \"load\" needs \"query\"",
                "params: [ ¦ params: [[1], ¦ 15:16: \"params\" of inputs",
                "    model: big ¦     inputs: {} ¦ 23:5: \"inputs\" needs \"tool\"",
                "    on_error: continue ¦     model: x ¦ 16:5: \"model\" does not go with tool: sql_data",
                "    on_error: continue ¦     params: [] ¦ 16:5: \"params\" of cell \"load\" belongs under \"inputs\"",
                "cascade_id: full ¦ cascade_id: full<nl>phases: [] ¦ 2:1: \"phases\" is another name",
                "cascade_id: full ¦ cascade_id: full<nl>cascade_id: x ¦ 2:",
            })
    void a_wrong_value_is_an_error_with_its_place(String good, String bad, String message) {
        String yaml =
                FULL.replaceFirst(
                        java.util.regex.Pattern.quote(good),
                        java.util.regex.Matcher.quoteReplacement(bad.replace("<nl>", "\n")));
        SqlException fault = fault(yaml);
        assertThat(fault.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
        assertThat(fault).hasMessageStartingWith("traits/x.yaml:" + message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "loop_until: x",
                "loop_until_prompt: x",
                "validators: [x]",
                "tool: python",
            })
    void a_part_left_to_later_work_is_not_supported_with_its_place(String key) {
        SqlException fault =
                fault(
                        "cascade_id: x\ncells:\n  - name: a\n    instructions: hi\n    "
                                + key
                                + "\n");
        assertThat(fault.state()).isEqualTo(SqlState.FEATURE_NOT_SUPPORTED);
        assertThat(fault).hasMessageMatching("traits/x\\.yaml:5:\\d+: .* is not supported yet");
    }

    @Test
    void a_skill_that_is_no_tool_is_wrong_with_its_place() {
        SqlException fault =
                fault("cascade_id: x\nskills: [sql_dat]\ncells: [{name: a, instructions: x}]\n");

        assertThat(fault.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
        assertThat(fault).hasMessageContaining(":2:10: there is no tool \"sql_dat\"");
        assertThat(fault.hint()).contains("did you mean sql_data?");
    }

    @Test
    void a_skill_that_queries_needs_its_tables() {
        SqlException fault =
                fault("cascade_id: x\nskills: [sql_data]\ncells: [{name: a, instructions: x}]\n");

        assertThat(fault.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
        assertThat(fault.hint()).contains("- {tool: sql_data, tables: [products]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"context", "takes", "wards"})
    void a_cascades_own_later_parts_are_not_supported_either(String key) {
        SqlException fault = fault("cascade_id: x\n" + key + ": {a: b}\ncells: []\n");
        assertThat(fault.state()).isEqualTo(SqlState.FEATURE_NOT_SUPPORTED);
        assertThat(fault).hasMessageStartingWith("traits/x.yaml:2:1: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# only a comment",
                "just text",
                "[1, 2]",
                "a: [",
                "a: b: c",
                "\t- x",
                "? [a]\n: b",
                "&a [*a]",
                "cascade_id: x\ncells: &c\n  - *c",
                "cascade_id: x\ncells: []",
                "cascade_id: x\ncells: [null]",
                "--- a\n--- b",
                "a: !!java.lang.Runtime x",
                "%YAML 9.9\n---\na: b",
                "cascade_id: 0x",
            })
    void what_is_no_cascade_is_an_error(String yaml) {
        assertThat(fault(yaml).state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
    }

    @Test
    void deep_nesting_and_swelling_aliases_are_bounded() {
        assertThat(fault("a: " + "[".repeat(100_000)).state())
                .isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
        StringBuilder laughs = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            String ten = ("*a" + (i - 1) + ", ").repeat(10);
            laughs.append("a" + i + ": &a" + i + " [" + ten + "]\n");
        }
        assertThat(fault(laughs.toString()).state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
    }

    @Test
    void random_damage_is_never_anything_but_an_sql_exception() {
        Random random = new Random(42);
        List<String> bits =
                List.of(
                        "{{",
                        "}}",
                        "{%",
                        "%}",
                        "'",
                        "\"",
                        ":",
                        "- ",
                        "\n",
                        "  ",
                        "[",
                        "]",
                        "{",
                        "}",
                        "|",
                        ">",
                        "&a ",
                        "*a",
                        "!!int ",
                        "null",
                        "~",
                        "1e999999999",
                        "\u0000",
                        "\t",
                        "#",
                        "if",
                        "for",
                        "input",
                        "type: x",
                        "$ref",
                        "é",
                        "\uD800",
                        "?",
                        "%",
                        "@");
        int wrong = 0;
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder(FULL);
            for (int j = random.nextInt(4); j >= 0; j--) {
                int at = random.nextInt(text.length());
                int end = Math.min(text.length(), at + random.nextInt(12));
                text.replace(at, end, bits.get(random.nextInt(bits.size())));
            }
            try {
                CascadeParser.parse(random.nextBoolean() ? "x.yaml" : "x.json", text.toString());
            } catch (SqlException e) {
                wrong++;
                assertThat(e).hasMessageMatching("(?s)x\\.(yaml|json):\\d+:\\d+: .+");
            }
        }
        assertThat(wrong).isGreaterThan(1_500);
    }
}
