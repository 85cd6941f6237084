package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.llm.CircuitBreaker.Pass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class CircuitBreakerTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final ModelException nobody =
            new ModelException(
                    "unavailable", SqlState.EXTERNAL_ROUTINE, false, "connection refused", "");

    private volatile Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final CircuitBreaker breaker = new CircuitBreaker("local", () -> now);

    @Test
    void failures_below_the_bound_are_passed_on() throws Exception {
        fail(CircuitBreaker.FAILURES - 1);
        assertThat(isClosed()).isTrue();
    }

    @Test
    void an_answer_in_between_begins_the_count_anew() throws Exception {
        fail(CircuitBreaker.FAILURES - 1);
        Pass pass = enter();
        pass.answered();

        assertThat(pass.failed(nobody)).isSameAs(nobody);
    }

    @Test
    void a_refusal_is_an_answer() throws Exception {
        fail(CircuitBreaker.FAILURES - 1);
        ModelException refused =
                new ModelException("refused", SqlState.EXTERNAL_ROUTINE, false, "no", "");
        Pass pass = enter();

        assertThat(pass.failed(refused)).isSameAs(refused);
        assertThat(pass.failed(nobody)).isSameAs(nobody);
        assertThat(isClosed()).isTrue();
    }

    @Test
    void the_last_failure_that_opens_it_is_fatal_and_so_is_every_request_after_it()
            throws Exception {
        fail(CircuitBreaker.FAILURES - 1);

        assertThat(enter().failed(nobody).isFatal()).isTrue();
        isRefused();
        assertThat(breaker.refusal()).isPresent();
    }

    @Test
    void after_a_while_one_probe_is_let_through_and_its_answer_closes_the_circuit()
            throws Exception {
        open();
        assertThat(breaker.refusal()).isEmpty();
        Pass probe = enter();

        isRefused();
        assertThat(breaker.refusal()).isPresent();
        probe.answered();
        assertThat(isClosed()).isTrue();
        assertThat(breaker.refusal()).isEmpty();
    }

    @Test
    void who_comes_while_a_probe_runs_waits_and_goes_when_it_is_answered() throws Exception {
        open();
        Pass probe = enter();
        List<FutureTask<Pass>> waiting = waiting(8);

        probe.answered();
        for (FutureTask<Pass> task : waiting) {
            assertThat(task.get().holds()).isTrue();
        }
    }

    @Test
    void a_probe_that_nobody_answers_fails_those_who_waited_and_opens_the_circuit_anew()
            throws Exception {
        open();
        Pass probe = enter();
        List<FutureTask<Pass>> waiting = waiting(8);

        assertThat(probe.failed(nobody).isFatal()).isTrue();
        probe.close();
        for (FutureTask<Pass> task : waiting) {
            assertThatThrownBy(task::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseInstanceOf(ModelException.class);
        }
        isRefused();
        now = now.plus(CircuitBreaker.OPEN);
        assertThat(enter().holds()).isTrue();
    }

    @Test
    void a_probe_that_is_given_up_is_the_next_ones_at_once() throws Exception {
        open();
        Pass probe = enter();
        List<FutureTask<Pass>> waiting = waiting(1);

        probe.close();
        Pass next = waiting.getFirst().get();
        assertThat(next.holds()).isTrue();
        isRefused();
        next.close();
        Pass last = enter();
        probe.close();
        assertThat(last.holds()).isTrue();
        last.answered();
        assertThat(isClosed()).isTrue();
    }

    @Test
    void who_waits_can_be_interrupted_and_leaves_the_probe_alone() throws Exception {
        open();
        Pass probe = enter();
        CountDownLatch interrupted = new CountDownLatch(1);
        Thread thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                Pass _ = breaker.enter(LONG);
                            } catch (InterruptedException expected) {
                                interrupted.countDown();
                            }
                        });

        thread.interrupt();
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(probe.holds()).isTrue();
    }

    @Test
    void a_request_from_before_does_not_disturb_the_probe() throws Exception {
        Pass before = enter();
        open();
        Pass probe = enter();

        assertThat(before.holds()).isFalse();
        assertThat(before.failed(nobody).isFatal()).isTrue();
        before.close();
        assertThat(probe.holds()).isTrue();
        probe.answered();
        assertThat(isClosed()).isTrue();
    }

    /** They wait, or will as soon as they run: a probe is under way in either case. */
    private List<FutureTask<Pass>> waiting(int count) throws InterruptedException {
        List<FutureTask<Pass>> tasks = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            FutureTask<Pass> task = new FutureTask<>(() -> breaker.enter(LONG));
            tasks.add(task);
            threads.add(Thread.ofPlatform().daemon().start(task));
        }
        for (Thread thread : threads) {
            while (thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
        }
        return tasks;
    }

    private void open() throws InterruptedException {
        fail(CircuitBreaker.FAILURES);
        now = now.plus(CircuitBreaker.OPEN);
    }

    private Pass enter() throws InterruptedException {
        return breaker.enter(Duration.ZERO);
    }

    private boolean isClosed() throws InterruptedException {
        Pass first = enter();
        Pass second = enter();
        return first.holds() && second.holds();
    }

    private void isRefused() {
        assertThatThrownBy(this::enter)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("\"local\" is down");
    }

    private void fail(int times) throws InterruptedException {
        Pass pass = enter();
        for (int i = 0; i < times; i++) {
            assertThat(pass.failed(nobody).isFatal()).isEqualTo(i + 1 == CircuitBreaker.FAILURES);
        }
    }
}
