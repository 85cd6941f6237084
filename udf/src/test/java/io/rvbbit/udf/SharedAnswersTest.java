package io.rvbbit.udf;

import static io.rvbbit.udf.FakeRunner.failed;
import static io.rvbbit.udf.FakeRunner.first;
import static io.rvbbit.udf.FakeRunner.value;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.udf.CallSpec.Verb;
import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cache.AnswerStore;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Invocation;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.llm.Models;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What statements give each other, and who pays. */
final class SharedAnswersTest {
    private static final CachePolicy ON = new CachePolicy.On();
    private static final CachePolicy OFF = new CachePolicy.Off();
    private static final CachePolicy ONLY = new CachePolicy.Only();
    private static final CachePolicy HALF_AN_HOUR = new CachePolicy.MaxAge(Duration.ofMinutes(30));

    @TempDir Path directory;

    private final FakeRunner runner = new FakeRunner();
    private final QueryScopes scopes = new QueryScopes(new SecureRandom());
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-23T00:00:00Z"));
    private final AtomicInteger statements = new AtomicInteger();
    private AnswerStore store;

    @BeforeEach
    void open() {
        store = AnswerStore.open(directory, 16 << 20);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private AnswerCache cache(@Nullable Duration timeToLive) {
        InstantSource source = now::get;
        Models none =
                model -> {
                    throw new AssertionError("no cell asks for model " + model);
                };
        return new AnswerCache(
                store, none, events::add, source.withZone(ZoneOffset.UTC), timeToLive);
    }

    /** One statement after the other uses the same cache. */
    private final class Statements {
        private final AnswerCache cache;

        Statements(@Nullable Duration timeToLive) {
            cache = cache(timeToLive);
        }

        QueryScope open(int parallel, CachePolicy policy) {
            return open(parallel, policy, Overrides.NONE, false);
        }

        QueryScope open(int parallel, CachePolicy policy, Overrides overrides, boolean impure) {
            Cascade cascade =
                    new Cascade(
                            "x",
                            "",
                            "x.yaml",
                            "hash of x",
                            "",
                            Map.of(),
                            Set.of(),
                            null,
                            List.of(),
                            List.of(),
                            null,
                            impure);
            CallSpec call =
                    new CallSpec(
                            Verb.MAP,
                            cascade,
                            OnError.NULL,
                            overrides,
                            1_000,
                            false,
                            CallSpec.NO_BOUND,
                            List.of(),
                            null,
                            policy);
            return scopes.open(
                    new StatementSpec(
                            new CallerId(
                                    "sql-brave-otter-%07d".formatted(statements.incrementAndGet())),
                            List.of(call),
                            FunctionSpec.DEFAULT,
                            parallel,
                            runner,
                            cache,
                            new NoCascades(),
                            (_, _) -> {
                                throw new AssertionError("nothing is staged here");
                            },
                            null));
        }
    }

    private record NoCascades() implements CascadeLookup {
        @Override
        public Cascade named(String name) {
            throw new AssertionError(name);
        }

        @Override
        public Cascade inline(String definition) {
            throw new AssertionError(definition);
        }
    }

    private static CompletableFuture<Answer> start(QueryScope scope, long row, String text) {
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("c1", text);
        return scope.calls().row(0, row, object);
    }

    private static Answer ask(QueryScope scope, String text)
            throws InterruptedException, ExecutionException, TimeoutException {
        return start(scope, 1, text).get(30, TimeUnit.SECONDS);
    }

    private Answer askOnce(Statements statements, CachePolicy policy, String text)
            throws Exception {
        try (QueryScope scope = statements.open(1, policy)) {
            return ask(scope, text);
        }
    }

    @Test
    void eight_statements_at_once_compute_each_input_once() throws Exception {
        Statements all = new Statements(null);
        AtomicInteger value = new AtomicInteger();
        runner.runs((invocation, id) -> {
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

        assertThat(runner.invocations).hasSize(370);
        long sessions = open.stream().mapToLong(scope -> scope.totals().sessions()).sum();
        long hits = open.stream().mapToLong(scope -> scope.totals().cacheHits()).sum();
        assertThat(sessions).isEqualTo(370);
        assertThat(hits).isEqualTo(8 * 300 - 370);
        Map<CallerId, Long> paid =
                runner.invocations.stream()
                        .collect(Collectors.groupingBy(Invocation::caller, Collectors.counting()));
        for (QueryScope scope : open) {
            assertThat(scope.totals().sessions()).isEqualTo(paid.getOrDefault(scope.caller(), 0L));
        }
        assertThat(events).hasSize(8 * 300 - 370).allMatch(Event.AnswerServed.class::isInstance);
    }

    @Test
    void statements_with_one_permit_that_wait_for_each_other_s_rows_both_end() throws Exception {
        Statements all = new Statements(null);
        CountDownLatch both = new CountDownLatch(2);
        runner.runs((invocation, id) -> {
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
        assertThat(runner.invocations).hasSize(2);
    }

    @Test
    void who_waits_takes_over_when_the_one_that_pays_is_cancelled() throws Exception {
        Statements all = new Statements(null);
        CountDownLatch started = new CountDownLatch(1);
        runner.hangs(started);
        QueryScope leader = all.open(1, ON);
        CompletableFuture<Answer> lost = start(leader, 1, "a");
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
        try (QueryScope heir = all.open(1, ON)) {
            CompletableFuture<Answer> waiting = start(heir, 1, "a");
            runner.runs((invocation, id) -> value(id, "from the heir"));
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
        Statements all = new Statements(null);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        runner.runs((invocation, id) -> {
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
        assertThat(runner.interrupted).hasValue(0);
    }

    @Test
    void failures_are_neither_stored_nor_shared() throws Exception {
        Statements all = new Statements(null);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        runner.runs((_, id) -> {
            started.countDown();
            assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            return failed(id, "budget");
        });
        try (QueryScope one = all.open(1, ON);
                QueryScope other = all.open(1, ON)) {
            CompletableFuture<Answer> failing = start(one, 1, "a");
            assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Answer> waiting = start(other, 1, "a");
            runner.runs((_, id) -> value(id, "better"));
            go.countDown();

            assertThat(failing.get(30, TimeUnit.SECONDS).error()).isNotNull();
            assertThat(waiting.get(30, TimeUnit.SECONDS).value()).isEqualTo("better");
        }
        assertThat(askOnce(all, ON, "a").value()).isEqualTo("better");
        assertThat(runner.invocations).hasSize(2);
    }

    @Test
    void a_served_row_names_the_session_that_computed_it_and_costs_nothing() throws Exception {
        Statements all = new Statements(null);
        Answer paid = askOnce(all, ON, "a");
        try (QueryScope scope = all.open(1, ON)) {
            Answer served = ask(scope, "a");
            Answer again = start(scope, 2, "a").get(30, TimeUnit.SECONDS);

            assertThat(served.value()).isEqualTo(paid.value());
            assertThat(served.sessionId()).isEqualTo(paid.sessionId());
            assertThat(served.cached()).isTrue();
            assertThat(served.cost()).isEqualTo("0.000000000000");
            assertThat(served.tokensIn()).isZero();
            assertThat(again).isEqualTo(served);
            assertThat(scope.totals().cacheHits()).isEqualTo(2);
            assertThat(scope.totals().modelCalls()).isZero();
        }
        assertThat(events)
                .singleElement()
                .satisfies(event -> {
                    Event.AnswerServed served = (Event.AnswerServed) event;
                    assertThat(served.computedBy()).isEqualTo(paid.sessionId());
                    assertThat(served.caller().value()).endsWith("2");
                    assertThat(served.savedCostUsd()).isEqualTo("0.000001500000");
                    assertThat(served.savedTokensIn()).isEqualTo(10);
                    assertThat(served.sourceRowIndex()).isZero();
                });
    }

    @Test
    void cache_false_neither_joins_nor_is_joined_nor_stores() throws Exception {
        Statements all = new Statements(null);
        CountDownLatch three = new CountDownLatch(3);
        runner.runs((invocation, id) -> {
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
        assertThat(askOnce(all, OFF, "a").cached()).isFalse();
        assertThat(askOnce(all, OFF, "b").cached()).isFalse();
        assertThat(askOnce(all, ON, "b").cached()).isFalse();
        assertThat(runner.invocations).hasSize(6);
    }

    @Test
    void cache_only_computes_nothing_and_a_miss_is_the_row_s_error() throws Exception {
        Statements all = new Statements(null);
        askOnce(all, ON, "a");
        try (QueryScope scope = all.open(1, ONLY)) {
            assertThat(ask(scope, "a").value()).isEqualTo("<a>");
            assertThat(ask(scope, "b").error())
                    .satisfies(error -> assertThat(error.errorClass()).isEqualTo("cache_miss"));
            assertThat(scope.totals().failedByClass()).containsExactly(Map.entry("cache_miss", 1L));
            assertThat(scope.totals().cacheHits()).isEqualTo(1);
        }
        assertThat(runner.invocations).hasSize(1);
    }

    @Test
    void an_answer_older_than_asked_for_is_replaced() throws Exception {
        Statements all = new Statements(null);
        AtomicInteger version = new AtomicInteger();
        runner.runs((_, id) -> value(id, "v" + version.incrementAndGet()));
        askOnce(all, ON, "a");

        pass(Duration.ofMinutes(30));
        assertThat(askOnce(all, HALF_AN_HOUR, "a").value()).isEqualTo("v1");
        pass(Duration.ofMillis(1));
        assertThat(askOnce(all, ON, "a").value()).isEqualTo("v1");
        assertThat(askOnce(all, HALF_AN_HOUR, "a").value()).isEqualTo("v2");
        assertThat(askOnce(all, ON, "a").value()).isEqualTo("v2");
    }

    @Test
    void the_server_s_time_to_live_binds_everybody() throws Exception {
        Statements all = new Statements(Duration.ofMinutes(10));
        askOnce(all, ON, "a");
        pass(Duration.ofMinutes(11));

        assertThat(askOnce(all, ONLY, "a").error()).isNotNull();
        assertThat(askOnce(all, HALF_AN_HOUR, "a").cached()).isFalse();
        assertThat(askOnce(all, ON, "a").cached()).isTrue();
    }

    private void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    @Test
    void a_cascade_that_reads_outside_its_input_is_for_its_statement_alone() throws Exception {
        Statements all = new Statements(null);
        for (CachePolicy policy : List.of(ON, ON, HALF_AN_HOUR)) {
            try (QueryScope scope = all.open(1, policy, Overrides.NONE, true)) {
                assertThat(ask(scope, "a").cached()).isFalse();
                assertThat(start(scope, 2, "a").get(30, TimeUnit.SECONDS).cached()).isTrue();
            }
        }
        try (QueryScope scope = all.open(1, ONLY, Overrides.NONE, true)) {
            assertThat(ask(scope, "a").error())
                    .satisfies(error ->
                            assertThat(error.message())
                                    .isEqualTo("answers of this cascade are not stored"));
        }
        assertThat(runner.invocations).hasSize(3);
    }

    @Test
    void a_row_waits_for_another_statement_no_longer_than_its_timeout() throws Exception {
        Statements all = new Statements(null);
        CountDownLatch started = new CountDownLatch(1);
        runner.hangs(started);
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
        Statements all = new Statements(null);
        int heirs = 6;
        List<CountDownLatch> begun = new ArrayList<>();
        for (int run = 0; run <= heirs; run++) {
            begun.add(new CountDownLatch(1));
        }
        AtomicInteger runs = new AtomicInteger();
        runner.runs((_, id) -> {
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
        assertThat(runner.invocations).extracting(Invocation::caller).doesNotHaveDuplicates();
    }

    /** The statement whose session was begun as number {@code run}. */
    private int payer(int run, List<QueryScope> open) {
        CallerId caller =
                runner.invocations.stream()
                        .skip(run)
                        .map(Invocation::caller)
                        .findFirst()
                        .orElseThrow();
        return open.stream().map(QueryScope::caller).toList().indexOf(caller);
    }
}
