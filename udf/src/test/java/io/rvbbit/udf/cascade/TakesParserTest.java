package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Takes.Mode;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TakesParserTest {
    private static Cascade parse(String takes) {
        return CascadeParser.parse(
                "x.yaml",
                """
                cascade_id: x
                cells:
                  - name: pick
                    instructions: "{{ input.text }}"
                    model: usual
                    max_tokens: 20
                    takes: %s
                """
                        .formatted(takes));
    }

    private static PromptCell cell(String takes) {
        return (PromptCell) parse(takes).cells().getFirst();
    }

    private static Takes takes(String takes) {
        return Objects.requireNonNull(cell(takes).takes());
    }

    @Test
    void a_factor_is_enough() {
        Takes takes = takes("{factor: 3}");

        assertThat(takes.factor()).isEqualTo(3);
        assertThat(takes.mode()).isEqualTo(Mode.EVALUATE);
        assertThat(takes.maxParallel()).isEqualTo(3);
        assertThat(takes.models()).isEmpty();
        assertThat(Objects.requireNonNull(takes.judge()).model()).isNull();
    }

    @Test
    void a_vote_has_no_judge() {
        assertThat(takes("{factor: 2, mode: vote, max_parallel: 9}"))
                .isEqualTo(new Takes(2, Mode.VOTE, java.util.List.of(), 2, null));
    }

    @Test
    void models_are_asked_in_turn_and_the_judge_has_its_own() {
        String text = "{factor: 5, models: [a, b], evaluator_model: c}";
        PromptCell cell = cell(text);

        assertThat(cell.parts())
                .extracting(
                        Takes.Part::key,
                        part -> part.cell().sampling().model(),
                        Takes.Part::times,
                        Takes.Part::judges)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("pick", "a", 3, false),
                        org.assertj.core.groups.Tuple.tuple("pick#2", "b", 2, false),
                        org.assertj.core.groups.Tuple.tuple("pick.evaluate", "c", 1, true));
        assertThat(takes(text).take(cell, 3).sampling().model()).isEqualTo("b");
    }

    @Test
    void the_instructions_of_the_judge_are_a_template_that_reads_inputs() {
        Cascade cascade =
                parse(
                        "{factor: 2, mode: aggregate, aggregator_instructions: 'In {{ input.lang }}'}");

        assertThat(cascade.requiredInputs()).containsExactlyInAnyOrder("text", "lang");
    }

    @Test
    void more_models_than_takes_are_told() {
        assertThat(parse("{factor: 2, models: [a, b, c]}").warnings())
                .singleElement()
                .asString()
                .contains("x.yaml:7:", "names 3 models for 2 takes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{mode: vote}; needs \"factor\"",
                "{factor: 1}; a whole number from 2 to 100",
                "{factor: 101}; a whole number from 2 to 100",
                "{factor: 2, max_parallel: 0}; a whole number from 1 to 100",
                "{factor: 2, mode: best}; evaluate or aggregate or vote",
                "{factor: 2, models: []}; a list of at least one model",
                "{factor: 2, models: [7]}; a list of models, each a text",
                "{factor: 2, models: a}; a list",
                "{factor: 2, mode: vote, evaluator_model: a}; goes with mode: evaluate",
                "{factor: 2, aggregator_instructions: a}; goes with mode: aggregate",
                "{factor: 2, evaluator_instructions: ''}; text that is not empty",
                "{factor: 2, evaluator_instructions: '{{ nobody }}'}; unknown name \"nobody\"",
                "3; is a mapping"
            })
    void a_wrong_value_is_an_error_with_its_place(String takes, String says) {
        SqlException fault = catchThrowableOfType(SqlException.class, () -> parse(takes));

        assertThat(fault.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
        assertThat(fault).hasMessageContaining("x.yaml:7:").hasMessageContaining(says);
    }

    @Test
    void an_unknown_key_is_told_with_the_nearest() {
        assertThat(parse("{factor: 2, modells: [a]}").warnings())
                .singleElement()
                .asString()
                .contains("\"modells\"", "did you mean \"models\"?");
    }

    @Test
    void a_choice_has_room_for_some_thought() {
        PromptCell cell = cell("{factor: 2}");

        assertThat(cell.parts().getLast().cell().sampling().maxTokens()).isEqualTo(256);
        assertThat(cell.parts().getFirst().cell().sampling().maxTokens()).isEqualTo(20);
    }
}
