package io.rvbbit.udf;

import static io.rvbbit.udf.CachedStatements.OFF;
import static io.rvbbit.udf.CachedStatements.ON;
import static io.rvbbit.udf.CachedStatements.ask;
import static io.rvbbit.udf.CachedStatements.start;
import static io.rvbbit.udf.FakeRunner.first;
import static io.rvbbit.udf.FakeRunner.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.udf.cascade.Invocation;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What statements that run at the same time give each other, and who pays. */
final class SharedAnswersTest {
    @TempDir Path directory;

    private CachedStatements all;

    @BeforeEach
    void open() {
        all = new CachedStatements(directory, null);
    }

    @AfterEach
    void close() {
        all.close();
    }

    @Test
    void eight_statements_at_once_compute_each_input_once() throws Exception {
        AtomicInteger value = new AtomicInteger();
        all.runner.runs((invocation, id) -> {
            return value(id, first(invocation) + value.incrementAndGet());
        });
        List<QueryScope> open = new ArrayList<>();
        List<List<CompletableFuture<Answer>>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            open.add(all.open(4, ON));
            answers.add(Collections.synchronizedList(new ArrayList<>()));
        }
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int statement = i;
            List<Integer> inputs =
                    new ArrayList<>(IntStream.range(i * 10, i * 10 + 300).boxed().toList());
            Collections.shuffle(inputs, new Random(i));
            clients.add(
                    Thread.ofPlatform()
                            .name("client-" + i)
                            .start(() -> {
                                for (int row = 0; row < inputs.size(); row++) {
                                    answers.get(statement)
                                            .add(
                                                    start(
                                                            open.get(statement),
                                                            row + 1L,
                                                            "v" + inputs.get(row)));
                                }
                            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        for (List<CompletableFuture<Answer>> each : answers) {
            for (CompletableFuture<Answer> answer : each) {
                assertThat(answer.get(60, TimeUnit.SECONDS).value()).isNotNull();
            }
        }
        open.forEach(QueryScope::close);

        assertThat(all.runner.invocations).hasSize(370);
        long sessions = open.stream().mapToLong(scope -> scope.totals().sessions()).sum();
        long hits = open.stream().mapToLong(scope -> scope.totals().cacheHits()).sum();
        assertThat(sessions).isEqualTo(370);
        assertThat(hits).isEqualTo(8 * 300 - 370);
        Map<CallerId, Long> paid =
                all.runner.invocations.stream()
                        .collect(Collectors.groupingBy(Invocation::caller, Collectors.counting()));
        for (QueryScope scope : open) {
            assertThat(scope.totals().sessions()).isEqualTo(paid.getOrDefault(scope.caller(), 0L));
        }
        assertThat(all.events)
                .hasSize(8 * 300 - 370)
                .allMatch(Event.AnswerServed.class::isInstance);
    }

    @Test
    void statements_with_one_permit_that_wait_for_each_other_s_rows_both_end() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        all.runner.runs((invocation, id) -> {
            both.countDown();
            assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
            return value(id, first(invocation));
        });
        try (QueryScope one = all.open(1, ON);
                QueryScope other = all.open(1, ON)) {
            List<CompletableFuture<Answer>> answers =
                    List.of(
                            start(one, 1, "a"),
                            start(other, 1, "b"),
                            start(one, 2, "b"),
                            start(other, 2, "a"));
            for (CompletableFuture<Answer> answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS).error()).isNull();
            }
        }
        assertThat(all.runner.invocations).hasSize(2);
    }

    @Test
    void who_waits_takes_over_when_the_one_that_pays_is_cancelled() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        all.runner.hangs(started);
        QueryScope leader = all.open(1, ON);
        CompletableFuture<Answer> lost = start(leader, 1, "a");
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
        try (QueryScope heir = all.open(1, ON)) {
            CompletableFuture<Answer> waiting = start(heir, 1, "a");
            all.runner.runs((invocation, id) -> value(id, "from the heir"));
            leader.cancel("canceling statement due to user request");
            leader.close();

            Answer answer = waiting.get(30, TimeUnit.SECONDS);
            assertThat(answer.value()).isEqualTo("from the heir");
            assertThat(answer.cached()).isFalse();
            assertThat(heir.totals().sessions()).isEqualTo(1);
            assertThat(heir.totals().cacheHits()).isZero();
        }
        assertThat(lost).isCompletedExceptionally();
        assertThat(leader.totals().sessions()).isZero();
    }

    @Test
    void the_one_that_pays_goes_on_when_who_waits_is_cancelled() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        all.runner.runs((invocation, id) -> {
            started.countDown();
            assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            return value(id, "done");
        });
        try (QueryScope leader = all.open(1, ON)) {
            CompletableFuture<Answer> running = start(leader, 1, "a");
            assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
            QueryScope waiting = all.open(1, ON);
            CompletableFuture<Answer> givenUp = start(waiting, 1, "a");
            waiting.cancel("canceling statement due to user request");
            waiting.close();
            go.countDown();

            assertThat(running.get(30, TimeUnit.SECONDS).value()).isEqualTo("done");
            assertThat(givenUp).isCompletedExceptionally();
        }
        assertThat(all.runner.interrupted).hasValue(0);
    }

    @Test
    void cache_false_neither_joins_nor_is_joined_nor_stores() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        all.runner.runs((invocation, id) -> {
            three.countDown();
            assertThat(three.await(30, TimeUnit.SECONDS)).isTrue();
            return value(id, first(invocation));
        });
        try (QueryScope one = all.open(2, OFF);
                QueryScope other = all.open(2, OFF);
                QueryScope sharing = all.open(2, ON)) {
            List<CompletableFuture<Answer>> answers =
                    List.of(
                            start(one, 1, "a"),
                            start(one, 2, "a"),
                            start(other, 1, "a"),
                            start(sharing, 1, "a"));
            for (CompletableFuture<Answer> answer : answers) {
                answer.get(30, TimeUnit.SECONDS);
            }
            assertThat(one.totals().cacheHits()).isEqualTo(1);
        }
        assertThat(all.askOnce(OFF, "a").cached()).isFalse();
        assertThat(all.askOnce(OFF, "b").cached()).isFalse();
        assertThat(all.askOnce(ON, "b").cached()).isFalse();
        assertThat(all.runner.invocations).hasSize(6);
    }

    @Test
    void a_row_waits_for_another_statement_no_longer_than_its_timeout() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        all.runner.hangs(started);
        Overrides brief = new Overrides(null, null, null, Duration.ofMillis(50));
        try (QueryScope leader = all.open(1, ON);
                QueryScope hasty = all.open(1, ON, brief, false)) {
            CompletableFuture<Answer> running = start(leader, 1, "a");
            assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

            assertThat(ask(hasty, "a").error())
                    .satisfies(error -> assertThat(error.errorClass()).isEqualTo("timeout"));
            assertThat(running).isNotDone();
        }
    }

    @Test
    void every_statement_that_gives_up_hands_over_to_the_next() throws Exception {
        int heirs = 6;
        List<CountDownLatch> begun = new ArrayList<>();
        for (int run = 0; run <= heirs; run++) {
            begun.add(new CountDownLatch(1));
        }
        AtomicInteger runs = new AtomicInteger();
        all.runner.runs((_, id) -> {
            int run = runs.getAndIncrement();
            begun.get(run).countDown();
            if (run < heirs) {
                new CountDownLatch(1).await(1, TimeUnit.MINUTES);
            }
            return value(id, "at last");
        });
        List<QueryScope> open = new ArrayList<>();
        List<CompletableFuture<Answer>> answers = new ArrayList<>();
        for (int i = 0; i <= heirs; i++) {
            open.add(all.open(1, ON));
            answers.add(start(open.getLast(), 1, "a"));
        }
        for (int run = 0; run < heirs; run++) {
            assertThat(begun.get(run).await(30, TimeUnit.SECONDS)).isTrue();
            open.get(payer(run, open)).cancel("canceling statement due to user request");
        }
        assertThat(begun.getLast().await(30, TimeUnit.SECONDS)).isTrue();

        Answer answer = answers.get(payer(heirs, open)).get(30, TimeUnit.SECONDS);
        open.forEach(QueryScope::close);
        assertThat(answer.value()).isEqualTo("at last");
        assertThat(all.runner.invocations).extracting(Invocation::caller).doesNotHaveDuplicates();
    }

    /** The statement whose session was begun as number {@code run}. */
    private int payer(int run, List<QueryScope> open) {
        CallerId caller =
                all.runner.invocations.stream()
                        .skip(run)
                        .map(Invocation::caller)
                        .findFirst()
                        .orElseThrow();
        return open.stream().map(QueryScope::caller).toList().indexOf(caller);
    }
}
