package io.rvbbit.udf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.udf.CallSpec.Verb;
import io.rvbbit.udf.budget.StatementBudget;
import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cache.AnswerStore;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.llm.Models;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Statements that map one column and share a cache; the clock stands still unless told. */
final class CachedStatements implements AutoCloseable {
    static final CachePolicy ON = new CachePolicy.On();
    static final CachePolicy OFF = new CachePolicy.Off();

    final FakeRunner runner = new FakeRunner();
    final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final QueryScopes scopes = new QueryScopes(new SecureRandom());
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-23T00:00:00Z"));
    private final AtomicInteger statements = new AtomicInteger();
    private final AnswerStore store;
    private final AnswerCache cache;

    CachedStatements(Path directory, @Nullable Duration timeToLive) {
        InstantSource source = now::get;
        Models none =
                model -> {
                    throw new AssertionError("no cell asks for model " + model);
                };
        store = AnswerStore.open(directory, 16 << 20);
        cache =
                new AnswerCache(
                        store, none, events::add, source.withZone(ZoneOffset.UTC), timeToLive);
    }

    void pass(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
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
                        RowWindow.rowsWaiting(parallel),
                        runner,
                        cache,
                        new NoCascades(),
                        (_, _) -> {
                            throw new AssertionError("nothing is staged here");
                        },
                        StatementBudget.unlimited(),
                        TestJournal.fresh("sql-brave-otter-0000001"),
                        null));
    }

    static CompletableFuture<Answer> start(QueryScope scope, long row, String text) {
        ObjectNode object = JsonNodeFactory.instance.objectNode().put("c1", text);
        return scope.calls().row(0, row, object.toString()).answer();
    }

    static Answer ask(QueryScope scope, String text)
            throws InterruptedException, ExecutionException, TimeoutException {
        return start(scope, 1, text).get(30, TimeUnit.SECONDS);
    }

    /** By a statement of its own. */
    Answer askOnce(CachePolicy policy, String text) throws Exception {
        try (QueryScope scope = open(1, policy)) {
            return ask(scope, text);
        }
    }

    @Override
    public void close() {
        store.close();
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
}
