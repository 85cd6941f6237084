package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.CascadeLint.Finding;
import io.rvbbit.udf.cascade.CascadeLint.Severity;
import io.rvbbit.udf.format.FormatKeys;
import io.rvbbit.udf.format.RandomDefinitions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file holds, the loader takes it or says where it is wrong, and comes to an end. */
@Timeout(120)
final class SpoiltTextTest {
    private static final int RUNS = 60;
    private static final int LONGEST_MESSAGE = 4_000;

    private static final List<String> JUNK =
            List.of(
                    "yes",
                    "No",
                    "on",
                    "0777",
                    "0o777",
                    "0x1F",
                    "1_000",
                    "1e999999999",
                    "-1e-999999999",
                    ".inf",
                    ".nan",
                    "~",
                    "!!binary aGk=",
                    "!!int abc",
                    "!!bool yes",
                    "!!float .",
                    "!x y",
                    "&a [*a]",
                    "*nobody",
                    "{<<: *nobody}",
                    "? [a, b]",
                    "[",
                    "{",
                    "}",
                    "|",
                    ">-",
                    "'",
                    "\"",
                    "\"\\ud800\"",
                    "\"\\u0000\"",
                    "\uFEFF",
                    "\u2028",
                    "\u202E",
                    "😀",
                    "\t",
                    "- - - x",
                    "--- a",
                    "...",
                    "%YAML 1.1",
                    "{{ x",
                    "{% if %}",
                    "{{ input.text.__class__ }}",
                    "#",
                    "2001-12-14",
                    "12:30:45",
                    "=",
                    "<<",
                    "\u0085",
                    "١٢");

    private final Random random = new Random(31);

    private static Stream<String> outsized() {
        String cell = "cascade_id: a\ncells: [{name: ask, instructions: hi, %s}]\n";
        StringBuilder laughs = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            laughs.append("a%d: &a%d [".formatted(i, i));
            laughs.append(String.join(", ", Collections.nCopies(10, "*a" + (i - 1)))).append("]\n");
        }
        List<String> texts = new ArrayList<>();
        texts.add(laughs.toString());
        texts.add(
                laughs
                        + "cascade_id: a\ncells: [{name: ask, instructions: hi, output_schema: {a: *a11}}]");
        texts.add("&a [*a, *a]");
        texts.add("&a {cascade_id: a, cells: [{name: ask, instructions: hi, output_schema: *a}]}");
        texts.add("cells: &c [{name: x, instructions: hi, skills: *c}]\ncascade_id: a");
        for (String open : List.of("[", "{a: ", "- ", "? ", "!x ", "&a ", "'", "\"", "{? ")) {
            texts.add(open.repeat(50_000));
        }
        texts.add("\n".repeat(100_000));
        texts.add("# " + "x".repeat(1_000_000));
        texts.add("k".repeat(1_000_000) + ": 1");
        texts.add("a: 1\n".repeat(50_000));
        StringBuilder keys = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            keys.append("instruction").append(i).append(": 1\n");
        }
        texts.add(keys.toString());
        texts.add("cascade_id: a\ncells:\n" + "- {name: x, instructions: hi}\n".repeat(300));
        for (String key :
                List.of("max_tokens", "temperature", "timeout", "on_error", "model", "name")) {
            for (String value :
                    List.of("1e999999999", "9".repeat(100_000), "-1e-999999999", ".inf")) {
                texts.add(cell.formatted(key + ": " + value));
            }
        }
        for (String schema :
                List.of(
                        "{maximum: 1e999999999}",
                        "{type: integer, multipleOf: 1e-999999999}",
                        "{pattern: '" + "(a+)+".repeat(20) + "$'}",
                        "{minLength: 1e999999999}",
                        "{pattern: '" + "(".repeat(20_000) + "a" + ")".repeat(20_000) + "'}",
                        "{$ref: '#'}",
                        "{$ref: 'file:///etc/passwd'}",
                        "{$ref: 'http://127.0.0.1:9/'}",
                        "{enum: [" + "1,".repeat(50_000) + "1]}",
                        "{" + "not: {".repeat(60) + "}".repeat(61))) {
            texts.add(cell.formatted("output_schema: " + schema));
        }
        texts.add(cell.formatted("instructions2: '" + "{% if input.a %}".repeat(5_000) + "'"));
        for (String template :
                List.of(
                        "{% if input.a %}".repeat(2_000),
                        "{{ " + "(".repeat(5_000) + " }}",
                        "{{ input.a" + " | upper".repeat(5_000) + " }}",
                        "{{ " + "[".repeat(3_000) + "]".repeat(3_000) + " }}",
                        "{{".repeat(10_000),
                        "{% for x in input.a %}".repeat(500) + "{% endfor %}".repeat(500),
                        "{# " + "x".repeat(500_000) + " #}")) {
            texts.add("cascade_id: a\ncells: [{name: ask, instructions: \"" + template + "\"}]");
        }
        for (String regex :
                List.of(
                        "a{1000}".repeat(200),
                        "(".repeat(5_000),
                        "((a{999}){999}){999}",
                        "(".repeat(20_000) + "a" + ")".repeat(20_000))) {
            texts.add(cell.formatted("wards: {post: [{regex: '" + regex + "'}]}"));
        }
        for (String sql :
                List.of(
                        "(".repeat(20_000),
                        "'".repeat(9),
                        "$$".repeat(999) + "$",
                        "/*".repeat(999))) {
            texts.add(cell.formatted("rules: {loop_until: \"" + sql + "\"}"));
        }
        texts.add(
                "cascade_id: a\ncells: [{name: x, instructions: hi}]\nexamples: [{input: {a: 1e999999999}, output: 1e999999999}]");
        texts.add(
                "cascade_id: a\ncells: [{name: s, tool: sql_data, inputs: {query: SELECT $1, params: [1e999999999]}}]");
        texts.add("%YAML 1.1\n---\ncascade_id: a\n---\ncascade_id: b\n");
        texts.add("\uFEFFcascade_id: a\n");
        texts.add("");
        texts.add("\u0000");
        texts.add("\ud800");
        return texts.stream();
    }

    @ParameterizedTest
    @MethodSource("outsized")
    void what_is_outsized_is_refused_or_taken_in_bounded_time(String text) {
        check("a.yaml", text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "{\"a\":",
                "[1,",
                "\"",
                "{\"a\":1,\"a\":2}",
                "{\"a\": 1e999999999}",
                "nul",
                "1 2",
                "",
                "\u0000"
            })
    void json_that_is_outsized_or_cut_off_is_refused_with_its_place(String part) {
        check("a.json", part);
        check("a.json", part.repeat(20_000));
        check("a.json", "{\"cascade_id\": \"a\", \"cells\": " + part);
    }

    @Test
    void a_text_spoilt_line_by_line_never_crashes_the_loader() {
        RandomDefinitions definitions = new RandomDefinitions(random);
        int refused = 0;
        for (int i = 0; i < RUNS; i++) {
            String text =
                    CascadeText.yaml(
                            CascadeParser.parse(
                                    "a.json",
                                    definitions.right().toString(),
                                    FormatPropertyTest.OTHERS));
            for (int j = 0; j < 5; j++) {
                refused += check("a.yaml", spoilt(text)) ? 1 : 0;
            }
        }
        assertThat(refused).isGreaterThan(RUNS);
    }

    private String spoilt(String text) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            int at = random.nextInt(lines.size());
            String line = lines.get(at);
            int colon = line.indexOf(':');
            switch (random.nextInt(9)) {
                case 0 -> {
                    if (lines.size() > 1) {
                        lines.remove(at);
                    }
                }
                case 1 -> lines.add(at, line);
                case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
                case 3 -> lines.set(at, "  " + line);
                case 4 -> lines.set(at, line.stripLeading());
                case 5 -> lines.set(at, line.replaceFirst(" ", "\t"));
                case 6 -> lines.set(at, line.substring(0, random.nextInt(line.length() + 1)));
                case 7 -> {
                    List<String> keys = List.copyOf(FormatKeys.names());
                    String key = keys.get(random.nextInt(keys.size()));
                    String name = key.substring(key.indexOf('.') + 1);
                    String indent = line.substring(0, line.length() - line.stripLeading().length());
                    String rest = colon < 0 ? ": x" : line.substring(colon);
                    lines.set(at, indent + name + rest);
                }
                default ->
                        lines.set(
                                at,
                                line.substring(0, colon < 0 ? line.length() : colon + 1)
                                        + " "
                                        + JUNK.get(random.nextInt(JUNK.size())));
            }
        }
        return String.join("\n", lines);
    }

    /** Whether it is refused, as lint says too. */
    private static boolean check(String file, String text) {
        String shown = text.substring(0, Math.min(2_000, text.length()));
        List<Finding> findings = CascadeLint.findings(file, text, FormatPropertyTest.OTHERS);
        boolean errors = findings.stream().anyMatch(each -> each.severity() == Severity.ERROR);
        findings.forEach(each -> assertThat(each.message().length()).isLessThan(LONGEST_MESSAGE));
        try {
            Cascade cascade = CascadeParser.parse(file, text, FormatPropertyTest.OTHERS);
            assertThat(errors)
                    .as("lint refuses what the loader takes: %s\n%s", findings, shown)
                    .isFalse();
            String printed = CascadeText.yaml(cascade);
            Cascade again = CascadeParser.parse("b.yaml", printed, FormatPropertyTest.OTHERS);
            assertThat(CascadeText.yaml(again)).isEqualTo(printed);
            return false;
        } catch (SqlException fault) {
            assertThat(errors)
                    .as("lint takes what the loader refuses: %s\n%s", fault, shown)
                    .isTrue();
            assertThat(fault.state())
                    .as(shown)
                    .isIn(
                            SqlState.INVALID_PARAMETER_VALUE,
                            SqlState.FEATURE_NOT_SUPPORTED,
                            SqlState.UNDEFINED_OBJECT);
            assertThat(fault.getMessage())
                    .as(shown)
                    .hasSizeLessThan(LONGEST_MESSAGE)
                    .matches("(?s)a\\.(yaml|json):\\d+:\\d+: .+");
            return true;
        }
    }
}
