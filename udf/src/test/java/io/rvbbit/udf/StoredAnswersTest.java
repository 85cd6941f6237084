package io.rvbbit.udf;

import static io.rvbbit.udf.CachedStatements.ON;
import static io.rvbbit.udf.CachedStatements.ask;
import static io.rvbbit.udf.CachedStatements.start;
import static io.rvbbit.udf.FakeRunner.failed;
import static io.rvbbit.udf.FakeRunner.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.tracking.Event;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a statement gets of what others have stored. */
final class StoredAnswersTest {
    private static final CachePolicy ONLY = new CachePolicy.Only();
    private static final CachePolicy HALF_AN_HOUR = new CachePolicy.MaxAge(Duration.ofMinutes(30));

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
    void failures_are_neither_stored_nor_shared() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        all.runner.runs((_, id) -> {
            started.countDown();
            assertThat(go.await(30, TimeUnit.SECONDS)).isTrue();
            return failed(id, "budget");
        });
        try (QueryScope one = all.open(1, ON);
                QueryScope other = all.open(1, ON)) {
            CompletableFuture<Answer> failing = start(one, 1, "a");
            assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Answer> waiting = start(other, 1, "a");
            all.runner.runs((_, id) -> value(id, "better"));
            go.countDown();

            assertThat(failing.get(30, TimeUnit.SECONDS).error()).isNotNull();
            assertThat(waiting.get(30, TimeUnit.SECONDS).value()).isEqualTo("better");
        }
        assertThat(all.askOnce(ON, "a").value()).isEqualTo("better");
        assertThat(all.runner.invocations).hasSize(2);
    }

    @Test
    void a_served_row_names_the_session_that_computed_it_and_costs_nothing() throws Exception {
        Answer paid = all.askOnce(ON, "a");
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
        assertThat(all.events)
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
    void cache_only_computes_nothing_and_a_miss_is_the_row_s_error() throws Exception {
        all.askOnce(ON, "a");
        try (QueryScope scope = all.open(1, ONLY)) {
            assertThat(ask(scope, "a").value()).isEqualTo("<a>");
            assertThat(ask(scope, "b").error())
                    .satisfies(error -> assertThat(error.errorClass()).isEqualTo("cache_miss"));
            assertThat(scope.totals().failedByClass()).containsExactly(Map.entry("cache_miss", 1L));
            assertThat(scope.totals().cacheHits()).isEqualTo(1);
        }
        assertThat(all.runner.invocations).hasSize(1);
    }

    @Test
    void an_answer_older_than_asked_for_is_replaced() throws Exception {
        AtomicInteger version = new AtomicInteger();
        all.runner.runs((_, id) -> value(id, "v" + version.incrementAndGet()));
        all.askOnce(ON, "a");

        all.pass(Duration.ofMinutes(30));
        assertThat(all.askOnce(HALF_AN_HOUR, "a").value()).isEqualTo("v1");
        all.pass(Duration.ofMillis(1));
        assertThat(all.askOnce(ON, "a").value()).isEqualTo("v1");
        assertThat(all.askOnce(HALF_AN_HOUR, "a").value()).isEqualTo("v2");
        assertThat(all.askOnce(ON, "a").value()).isEqualTo("v2");
    }

    @Test
    void the_server_s_time_to_live_binds_everybody() throws Exception {
        all.close();
        all = new CachedStatements(directory, Duration.ofMinutes(10));
        all.askOnce(ON, "a");
        all.pass(Duration.ofMinutes(11));

        assertThat(all.askOnce(ONLY, "a").error()).isNotNull();
        assertThat(all.askOnce(HALF_AN_HOUR, "a").cached()).isFalse();
        assertThat(all.askOnce(ON, "a").cached()).isTrue();
    }

    @Test
    void a_cascade_that_reads_outside_its_input_is_for_its_statement_alone() throws Exception {
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
        assertThat(all.runner.invocations).hasSize(3);
    }
}
