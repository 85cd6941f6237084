package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.SqlState;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class CircuitBreakerTest {
    private final ModelException nobody =
            new ModelException(
                    "unavailable", SqlState.EXTERNAL_ROUTINE, false, "connection refused", "");

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final CircuitBreaker breaker = new CircuitBreaker("local", () -> now);

    @Test
    void failures_below_the_bound_are_passed_on() {
        for (int i = 1; i < CircuitBreaker.FAILURES; i++) {
            ModelException passed = breaker.unanswered(nobody);
            assertThat(passed).isSameAs(nobody);
        }
        assertThatCode(breaker::enter).doesNotThrowAnyException();
    }

    @Test
    void an_answer_in_between_begins_the_count_anew() {
        fail(CircuitBreaker.FAILURES - 1);
        breaker.answered();

        assertThat(breaker.unanswered(nobody)).isSameAs(nobody);
    }

    @Test
    void a_refusal_is_an_answer() {
        fail(CircuitBreaker.FAILURES - 1);
        ModelException refused =
                new ModelException("refused", SqlState.EXTERNAL_ROUTINE, false, "no", "");

        assertThat(breaker.failed(refused)).isSameAs(refused);
        assertThat(breaker.failed(nobody)).isSameAs(nobody);
        assertThatCode(breaker::enter).doesNotThrowAnyException();
    }

    @Test
    void the_last_failure_that_opens_it_is_fatal_and_so_is_every_request_after_it() {
        fail(CircuitBreaker.FAILURES - 1);

        assertThat(breaker.unanswered(nobody).isFatal()).isTrue();
        assertThatThrownBy(breaker::enter)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("\"local\" is down");
    }

    @Test
    void after_a_while_one_probe_is_let_through_and_its_answer_closes_the_circuit() {
        fail(CircuitBreaker.FAILURES);
        now = now.plus(CircuitBreaker.OPEN);

        assertThatCode(breaker::enter).doesNotThrowAnyException();
        assertThatThrownBy(breaker::enter).isInstanceOf(ModelException.class);
        breaker.answered();
        assertThatCode(breaker::enter).doesNotThrowAnyException();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            ModelException _ = breaker.unanswered(nobody);
        }
    }
}
