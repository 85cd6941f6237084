package io.rvbbit.it.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest.Message;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A conversation in which the model has functions called, turn by turn. */
class ToolTurnsIT {
    private final BothClients both = new BothClients();

    @AfterEach
    void close() {
        both.close();
    }

    private ModelReply send(Message... messages) throws Exception {
        return both.send(
                BothClients.request(
                        List.of(messages), null, null, null, List.of(BothClients.ourTool())));
    }

    @Test
    void each_turn_has_its_answer_and_what_the_functions_gave_comes_back() throws Exception {
        StubAnswer calls =
                StubAnswer.toolCall("call_1", "weather", "{\"city\":\"Oslo\"}")
                        .andCall("call_2", "weather", "{\"city\":\"Rome\"}");
        both.stub.answers("Which is warmer?", calls, StubAnswer.text("Rome"));
        Message question = new Message("user", "Which is warmer?");

        ModelReply first = send(question);
        JsonNode wanted = Objects.requireNonNull(first.toolCalls());
        ModelReply second =
                send(
                        question,
                        new Message("assistant", first.content(), wanted, ""),
                        new Message("tool", "4 degrees", null, wanted.at("/0/id").asText()),
                        new Message("tool", "19 degrees", null, wanted.at("/1/id").asText()));

        assertThat(wanted).hasSize(2);
        assertThat(wanted.at("/1/function/arguments").asText()).isEqualTo("{\"city\":\"Rome\"}");
        assertThat(second.content()).isEqualTo("Rome");
        assertThat(both.stub.requests()).extracting(StubRequest::turn).containsExactly(1, 2);
        assertThat(both.stub.requests().getFirst().tools()).containsExactly("weather");
        assertThat(both.stub.requests().getLast().toolResults())
                .containsExactly("4 degrees", "19 degrees");
    }

    @Test
    void the_last_answer_serves_all_turns_that_follow() throws Exception {
        both.stub.answers("Hello", StubAnswer.text("one"), StubAnswer.text("two"));
        Message question = new Message("user", "Hello");
        Message answer = new Message("assistant", "well");

        assertThat(send(question, answer).content()).isEqualTo("two");
        assertThat(send(question, answer, question, answer).content()).isEqualTo("two");
        assertThat(send(question).content()).isEqualTo("one");
    }
}
