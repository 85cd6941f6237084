package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChecksParserTest {
    private static String cascade(String validators, String more) {
        return "cascade_id: x\n"
                + (validators.isEmpty() ? "" : "validators: {" + validators + "}\n")
                + "cells:\n  - name: a\n    instructions: hi {{ input.text }}\n"
                + (more.isEmpty() ? "" : "    " + more + "\n");
    }

    private static PromptCell cell(String validators, String more) {
        return (PromptCell)
                CascadeParser.parse("x.yaml", cascade(validators, more)).cells().getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            value = {
                "v: {} ¦ ¦ 2:17: validator \"v\" needs one of cascade, instructions, regex, schema, sql",
                "v: {python: x} ¦ ¦ 2:17: validator \"v\" needs one of",
                "v: {sql: a, regex: b} ¦ ¦ 2:18: validator \"v\" has both \"regex\" and \"sql\"",
                "v: {sql: a, model: m} ¦ ¦ 2:26: \"model\" of validator \"v\" needs \"instructions\"",
                "v: {regex: '('} ¦ ¦ 2:25: \"regex\" of validator \"v\" is none",
                "v: {schema: {type: nix}} ¦ ¦ 2:26: \"schema\" of validator \"v\"",
                "v: '(output' ¦ ¦ 2:17: validator \"v\" holds no SQL expression: a ) is missing",
                "v: 'output; DROP TABLE x' ¦ ¦ 2:17: validator \"v\" holds no SQL expression: \";\" cannot",
                "v: \"'open\" ¦ ¦ 2:17: validator \"v\" holds no SQL expression: ",
                "v: {instructions: '{{ nix.x }}'} ¦ ¦ 2:32: unknown name \"nix\"",
                "v: 'output = 1' ¦ rules: {loop_until: w} ¦ 6:25: there is no validator \"w\", named in cell \"a\"",
                "v: 'output = 1' ¦ wards: {pre: [w]} ¦ 6:19: there is no validator \"w\"",
                "v: 'output = 1' ¦ wards: {pre: [{validator: v, mode: retry}]} ¦ 6:34: \"mode\" of pre ward 1",
                "v: 'output = 1' ¦ wards: {pre: [{validator: v, mode: x}]} ¦ 6:40: \"mode\" of pre ward 1",
                "v: 'output = 1' ¦ wards: {post: v} ¦ 6:19: \"post\" of wards of cell \"a\" must be a list",
                "v: 'output = 1' ¦ rules: {loop_until_prompt: ' '} ¦ 6:32: the question of cell \"a\"",
            })
    void what_is_wrong_is_told_with_its_place(String validators, String more, String message) {
        SqlException fault =
                catchThrowableOfType(
                        SqlException.class,
                        () ->
                                CascadeParser.parse(
                                        "x.yaml", cascade(validators, more == null ? "" : more)));

        assertThat(fault.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
        assertThat(fault).hasMessageStartingWith("x.yaml:" + message);
    }

    @Test
    void a_validator_that_is_a_cascade_is_looked_for_in_the_catalog() {
        SqlException fault =
                catchThrowableOfType(
                        SqlException.class,
                        () -> CascadeParser.parse("x.yaml", cascade("v: {cascade: other}", "")));

        assertThat(fault.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
        assertThat(fault)
                .hasMessageStartingWith("x.yaml:2:")
                .hasMessageContaining("there is no catalog to find \"other\" in");
    }

    @Test
    void an_unknown_key_of_a_ward_is_warned_of_once() {
        Cascade cascade =
                CascadeParser.parse(
                        "x.yaml",
                        cascade("v: 'true'", "wards: {post: [{validator: v, mod: advisory}]}"));

        assertThat(cascade.warnings())
                .containsExactly(
                        "x.yaml:6:35: unknown key \"mod\" in post ward 1 of cell \"a\", did you mean"
                                + " \"mode\"?");
    }

    @Test
    void attempts_are_three_where_a_check_asks_again() {
        assertThat(cell("", "rules: {loop_until: 'output = 1'}").rules().maxAttempts())
                .isEqualTo(3);
        assertThat(cell("", "wards: {post: [{sql: 'true', mode: retry}]}").mostAnswers())
                .isEqualTo(3);
        assertThat(cell("", "wards: {post: ['true = true']}").mostAnswers()).isEqualTo(1);
        assertThat(cell("", "rules: {loop_until: 'output = 1', max_attempts: 5}").mostAnswers())
                .isEqualTo(5);
    }

    @Test
    void a_property_of_the_answer_is_an_expression() {
        PromptCell cell =
                cell(
                        "",
                        "output_schema: {type: object, properties: {done: {type: boolean}}}\n"
                                + "    rules: {loop_until: done}");

        assertThat(cell.checks().sql())
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.name()).isEqualTo("loop_until");
                    assertThat(each.expression()).isEqualTo("done");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            nullValues = "whole",
            value = {
                "wards: {post: ['output <> input.other']} ¦ other,text",
                "wards: {post: ['to_json(input) = output']} ¦ whole",
                "wards: {post: ['output.input.x > 1']} ¦ text",
                "wards: {pre: ['length(input.other) > 1']} ¦ other,text",
                "wards: {pre: ['json_valid(output)']} ¦ whole",
                "wards: {pre: [{regex: x}]} ¦ whole",
                "wards: {post: [{regex: x}]} ¦ text",
                "wards: {pre: [{instructions: 'ok?'}]} ¦ whole",
                "wards: {pre: [{instructions: 'ok {{ input.other }}?'}]} ¦ other,text",
                "wards: {post: [{instructions: 'ok {{ output }}?'}]} ¦ text",
                "rules: {loop_until_prompt: 'ok {{ input.other }}?'} ¦ other,text",
            })
    void what_a_check_reads_of_the_input_counts(String more, String reads) {
        Cascade cascade = CascadeParser.parse("x.yaml", cascade("", more));

        if (reads == null) {
            assertThat(cascade.readInputs()).isNull();
        } else {
            assertThat(Objects.requireNonNull(cascade.readInputs()))
                    .containsExactlyInAnyOrder(reads.split(",", -1));
        }
    }

    @Test
    void an_example_may_answer_for_a_validator_with_a_verdict_only() {
        String yaml =
                cascade("", "wards: {post: [{instructions: 'ok?', name: kind}]}")
                        + "examples: [{input: {text: a}, output: b, outputs: {a.kind: %s}}]\n";

        assertThat(CascadeParser.parse("x.yaml", yaml.formatted("true")).examples()).hasSize(1);
        assertThat(
                        catchThrowableOfType(
                                SqlException.class,
                                () -> CascadeParser.parse("x.yaml", yaml.formatted("perhaps"))))
                .hasMessageContaining(
                        "must answer \"a.kind\" with true or false, or {valid, reason}");
    }
}
