package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BallotTest {
    private static JsonNode text(String text) {
        return JsonNodeFactory.instance.textNode(text);
    }

    private static JsonNode json(String json) throws JsonProcessingException {
        return AnswerJson.MAPPER.readTree(json);
    }

    /** {@code answers}: one letter for each take; {@code -} is lost, {@code .} has not ended. */
    private static Ballot ballot(String answers, List<Integer> order) {
        Ballot ballot = new Ballot(answers.length());
        for (int take : order) {
            char answer = answers.charAt(take);
            if (answer == '-') {
                ballot.lost(take);
            } else if (answer != '.') {
                ballot.vote(take, text(String.valueOf(answer)));
            }
        }
        return ballot;
    }

    private static List<Integer> inOrder(int takes) {
        List<Integer> order = new ArrayList<>();
        for (int take = 0; take < takes; take++) {
            order.add(take);
        }
        return order;
    }

    @ParameterizedTest
    @CsvSource({"aba, 0", "abb, 1", "abc, 0", "-bc, 1", "abbaccc, 4", "a--, 0", "baab, 0"})
    void the_most_frequent_answer_leads_and_of_equals_that_of_the_lowest_take(
            String answers, int lowest) {
        assertThat(ballot(answers, inOrder(answers.length())).leader().getFirst())
                .isEqualTo(lowest);
    }

    @ParameterizedTest
    @CsvSource({
        "aa., true",
        "a.., false",
        ".aa, true",
        "ab., false",
        "a-., true",
        ".-a, false",
        "a.-, true",
        "aab., true",
        "baa., false",
        "aabb., false",
        "a., true",
        ".a, false",
        "---, false",
        "..., false",
        "-a., true"
    })
    void it_is_decided_when_nobody_can_overtake(String answers, boolean decided) {
        assertThat(ballot(answers, inOrder(answers.length())).isDecided()).isEqualTo(decided);
    }

    @Test
    void who_wins_does_not_hang_on_the_order_and_is_never_decided_wrongly() {
        Random random = new Random(7);
        for (int round = 0; round < 3_000; round++) {
            int takes = 2 + random.nextInt(6);
            StringBuilder answers = new StringBuilder();
            for (int take = 0; take < takes; take++) {
                answers.append("abc-".charAt(random.nextInt(4)));
            }
            List<Integer> order = inOrder(takes);
            Ballot all = ballot(answers.toString(), order);
            Collections.shuffle(order, random);
            for (int ended = 0; ended <= takes; ended++) {
                Ballot some = ballot(answers.toString(), order.subList(0, ended));
                if (some.isDecided()) {
                    assertThat(answers.charAt(some.leader().getFirst()))
                            .as("%s by %s of %s", answers, ended, order)
                            .isEqualTo(answers.charAt(Collections.min(all.leader())));
                }
            }
        }
    }

    @Test
    void equal_answers_may_be_written_differently() throws Exception {
        assertThat(Ballot.canonical(json("{\"a\": 1.0, \"b\": [\" X\", true]}")))
                .isEqualTo(Ballot.canonical(json("{\"b\": [\"x\", true], \"a\": 1}")));
        assertThat(Ballot.canonical(text("Nike\n"))).isEqualTo(Ballot.canonical(text(" NIKE")));
    }

    @Test
    void different_answers_stay_different() throws Exception {
        assertThat(
                        List.of(
                                Ballot.canonical(json("{\"a\": 1}")),
                                Ballot.canonical(json("{\"a\": \"1\"}")),
                                Ballot.canonical(json("{\"a\": null}")),
                                Ballot.canonical(json("{\"a\": true}")),
                                Ballot.canonical(json("{\"a\": \"true\"}")),
                                Ballot.canonical(json("{}")),
                                Ballot.canonical(json("[1, 2]")),
                                Ballot.canonical(json("[2, 1]")),
                                Ballot.canonical(json("[[1], 2]")),
                                Ballot.canonical(json("[[1, 2]]")),
                                Ballot.canonical(json("[12]")),
                                Ballot.canonical(json("[\"a\", \"b\"]")),
                                Ballot.canonical(json("[\"a\\\"1:b\"]"))))
                .doesNotHaveDuplicates();
    }
}
