package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.cascade.PromptPreview.Prompt;
import io.rvbbit.udf.cascade.PromptPreview.Share;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PromptPreviewTest {
    private final ScriptedModel model = new ScriptedModel();
    private final PromptPreview preview =
            new PromptPreview(model, StepRunner.Limits.DEFAULT, Clock.systemUTC());

    private List<Prompt> prompts(String cells) throws InterruptedException {
        ObjectNode input = JsonNodeFactory.instance.objectNode().put("x", "12345678");
        Cascade cascade = CascadeParser.parse("x.yaml", "cascade_id: c\ncells:\n" + cells);
        List<Prompt> prompts = preview.of(cascade, input, false, Overrides.NONE, null);
        assertThat(model.requests).isEmpty();
        return prompts;
    }

    @Test
    void a_prompt_over_the_input_is_known() throws Exception {
        Prompt prompt = prompts("  - {name: a, instructions: 'Look: {{ input.x }}'}").getFirst();

        assertThat(prompt.isKnown()).isTrue();
        assertThat(prompt.size().tokens()).isEqualTo(4);
    }

    @Test
    void answers_are_counted_in_the_prompts_that_show_them() throws Exception {
        Prompt second =
                prompts(
                                """
                                  - {name: a, instructions: '{{ input.x }}'}
                                  - {name: b, instructions: 'Is {{ outputs.a }} and {{ outputs.a }}'}
                                """)
                        .get(1);

        assertThat(second.isKnown()).isFalse();
        assertThat(second.unbounded()).isEmpty();
        assertThat(second.answers()).isEqualTo(Map.of("a", new Share(2, 1)));
        assertThat(second.size().tokens()).isEqualTo(2);
    }

    @Test
    void a_part_of_an_answer_is_a_share_of_it() throws Exception {
        Prompt second =
                prompts(
                                """
                                  - name: a
                                    instructions: '{{ input.x }}'
                                    output_schema:
                                      type: object
                                      properties: {one: {type: string}, two: {type: integer}}
                                  - {name: b, instructions: 'Is {{ outputs.a.one }}'}
                                """)
                        .get(1);

        assertThat(second.answers()).isEqualTo(Map.of("a", new Share(1, 2)));
    }

    @Test
    void a_prompt_that_branches_on_an_answer_has_no_bound() throws Exception {
        Prompt second =
                prompts(
                                """
                                  - {name: a, instructions: '{{ input.x }}'}
                                  - {name: b, instructions: '{% if outputs.a %}one{% else %}two{% endif %}'}
                                """)
                        .get(1);

        assertThat(second.unbounded())
                .isEqualTo("what models answer decides on the prompt of cell \"b\"");
    }
}
