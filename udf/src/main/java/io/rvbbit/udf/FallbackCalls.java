package io.rvbbit.udf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.Fallback;
import io.rvbbit.tracking.Fallback.Decision;
import io.rvbbit.tracking.Fallback.Stage;
import io.rvbbit.udf.CascadeCalls.FallbackBooking;
import io.rvbbit.udf.FallbackCall.Given;
import io.rvbbit.udf.budget.BudgetAccount;
import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cache.CascadeIdentity;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.RowError;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.Picodollars;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A statement's calls of functions that do not exist: decided and answered by a model, and each
 * booked, successful or not.
 *
 * <p>Threading: any thread.
 */
final class FallbackCalls {
    static final String MAX_COST = "rvbbit.ai_fallback_max_cost";
    private static final String HINT =
            "raise rvbbit.ai_fallback_max_cost, or pass less to the function";

    private final QueryScope scope;
    private final QueryScopes scopes;
    private final Map<String, Prepared> prepared = new ConcurrentHashMap<>();
    private volatile boolean decides;

    FallbackCalls(QueryScope scope, QueryScopes scopes) {
        this.scope = scope;
        this.scopes = scopes;
    }

    /** A function of the statement, ready to be called. */
    private record Prepared(FallbackCall call, Cascade cascade, CascadeIdentity identity) {}

    /** Books what was decided and not called; the statement may still do so if this decided it. */
    void close() {
        if (!decides || scope.failure().isPresent()) {
            scopes.bookDecisions(scope.caller());
        }
    }

    /** How the rewritten SQL describes a function: read once. */
    FallbackCall read(@Nullable String json) {
        return prepared(String.valueOf(json)).call();
    }

    private Prepared prepared(String json) {
        return prepared.computeIfAbsent(
                json,
                text -> {
                    FallbackCall call = FallbackCall.read(text);
                    return prepared(call, FallbackPrompts.answering(call.known()));
                });
    }

    private Prepared prepared(FallbackCall call, String definition) {
        Cascade cascade = scope.calls().inline(definition);
        boolean limited = !call.maxCostUsd().isEmpty() || scope.statement().budget().isLimited();
        return new Prepared(
                call,
                cascade,
                scope.statement()
                        .answers()
                        .identity(
                                cascade,
                                call.overrides(),
                                limited ? Allowance.DEFAULT_MAX_TOKENS : null));
    }

    /** One call, which has been counted as read. */
    CompletableFuture<Answer> answer(String json, JsonNode arguments) {
        Prepared function = prepared(json);
        FallbackCall call = function.call();
        return scope.calls()
                .fallback(
                        function.cascade(),
                        function.identity(),
                        call.overrides(),
                        call.cachePolicy(),
                        allowance(call),
                        FallbackPrompts.toAnswer(call, arguments),
                        new FallbackBooking() {
                            @Override
                            public void settled(Answer answer, boolean own) {
                                scope.ledger().functionAnswered(own, answer.error());
                                if (own) {
                                    book(function, arguments, answer, stage(answer));
                                }
                                judge(call, answer, own, scope.statement().functions().onError());
                            }

                            @Override
                            public void served(Answer answer) {
                                book(function, arguments, answer, Stage.NONE);
                            }
                        });
    }

    private void judge(FallbackCall call, Answer answer, boolean own, OnError onError) {
        RowError error = answer.error();
        if (error != null && onError == OnError.FAIL) {
            scope.fail(failed(call, error, "could not be answered"));
        } else if (own) {
            tooDear(call, answer).ifPresent(scope::fail);
        }
    }

    /** The bound could not be kept: nothing told before what the model costs. */
    private static Optional<SqlException> tooDear(FallbackCall call, Answer answer) {
        String cost = answer.cost();
        if (cost == null || call.maxCostUsd().isEmpty()) {
            return Optional.empty();
        }
        BigDecimal spent = new BigDecimal(cost);
        if (spent.compareTo(new BigDecimal(call.maxCostUsd())) <= 0) {
            return Optional.empty();
        }
        return Optional.of(
                new SqlException(
                                SqlState.CONFIGURATION_LIMIT_EXCEEDED,
                                "a call of \"%s\" has cost $%s, and %s is $%s"
                                        .formatted(
                                                call.name(),
                                                spent.toPlainString(),
                                                MAX_COST,
                                                call.maxCostUsd()))
                        .hint(HINT));
    }

    private Allowance allowance(FallbackCall call) {
        if (call.maxCostUsd().isEmpty()) {
            return scope.statement().budget().allowance();
        }
        return scope.statement()
                .budget()
                .allowance(
                        new BudgetAccount(
                                MAX_COST,
                                HINT,
                                Picodollars.atLeast(new BigDecimal(call.maxCostUsd()))),
                        call.needsPrice());
    }

    /**
     * Asks what a function gives.
     *
     * @throws StatementStopped if nobody can tell; the scope has the reason
     */
    FallbackCall decide(FallbackCall call, String samples) {
        scope.checkRunning();
        decides = true;
        Prepared deciding = prepared(call, FallbackPrompts.deciding());
        scope.ledger().functionsRead(1);
        Answer answer =
                scope.await(
                        scope.calls()
                                .fallback(
                                        deciding.cascade(),
                                        deciding.identity(),
                                        call.overrides(),
                                        call.cachePolicy(),
                                        allowance(call),
                                        FallbackPrompts.toDecide(call, samples),
                                        (made, own) -> decisionMade(deciding, made, own)));
        return call.giving(given(answer));
    }

    private static Given given(Answer decision) {
        String output = decision.output();
        return FallbackPrompts.given(
                output == null ? JsonNodeFactory.instance.objectNode() : Json.tree(output));
    }

    private void decisionMade(Prepared deciding, Answer answer, boolean own) {
        scope.ledger().functionAnswered(own, answer.error());
        FallbackCall call = deciding.call();
        if (answer.error() != null) {
            AnswerCache books = scope.statement().answers();
            books.book(decision(deciding, answer, Optional.empty()));
        } else if (own) {
            Given given = given(answer);
            scopes.decided(scope.caller())
                    .add(
                            call,
                            decision(
                                    new Prepared(
                                            call.giving(given),
                                            deciding.cascade(),
                                            deciding.identity()),
                                    answer,
                                    Optional.of(given.decision())),
                            scope.statement().answers());
        }
        // Without a type there is no statement, whatever on_error says of its rows.
        judge(call, answer, own, OnError.FAIL);
    }

    /** A row without a call: a decision that failed, or that nothing came of. */
    private Event.FallbackEnded decision(
            Prepared deciding, Answer answer, Optional<Decision> decision) {
        return event(
                deciding,
                "{}",
                answer,
                decision,
                stage(answer),
                Stage.NONE,
                cost(answer.cost()),
                false);
    }

    private void book(Prepared function, JsonNode arguments, Answer answer, Stage generating) {
        BigDecimal own = cost(answer.cost());
        BigDecimal cost = own;
        Optional<Fallback> decided =
                scopes.decisions(scope.caller())
                        .flatMap(decisions -> decisions.take(function.call(), own != null));
        Stage deciding = Stage.NONE;
        if (decided.isPresent()) {
            deciding = decided.get().deciding();
            BigDecimal before = decided.get().costUsd();
            cost = cost == null || before == null ? null : cost.add(before);
        }
        scope.statement()
                .answers()
                .book(
                        event(
                                function,
                                Json.text(arguments),
                                answer,
                                Optional.of(function.call().known().decision()),
                                deciding,
                                generating,
                                cost,
                                true));
    }

    private static Stage stage(Answer answer) {
        return Stage.of(
                Duration.ofMillis(answer.durationMillis()), answer.tokensIn() + answer.tokensOut());
    }

    private static @Nullable BigDecimal cost(@Nullable String usd) {
        return usd == null || usd.isEmpty() ? null : new BigDecimal(usd);
    }

    private Event.FallbackEnded event(
            Prepared function,
            String argumentsJson,
            Answer answer,
            Optional<Decision> decision,
            Stage deciding,
            Stage generating,
            @Nullable BigDecimal cost,
            boolean called) {
        FallbackCall call = function.call();
        RowError error = answer.error();
        String value = called ? value(call, answer) : "";
        Duration before = deciding.latency();
        Duration latency = Duration.ofMillis(answer.durationMillis());
        return new Event.FallbackEnded(
                new Fallback(
                        scope.nextUlid(),
                        scope.caller(),
                        answer.sessionId(),
                        call.user(),
                        call.service(),
                        call.method(),
                        argumentsJson,
                        decision,
                        function.identity().models(),
                        before == null || !called ? latency : latency.plus(before),
                        deciding,
                        generating,
                        cost,
                        value == null ? "" : value,
                        error == null ? "" : Answer.errorText(error),
                        metadata(call, answer, called)),
                scope.statement().answers().clock().instant());
    }

    private static String metadata(FallbackCall call, Answer answer, boolean called) {
        return Json.object(json -> {
            json.writeStringField("signature", call.signature());
            Given given = call.given();
            if (given != null) {
                json.writeStringField("type", given.type());
            }
            json.writeBooleanField("cached", answer.cached());
            if (!called) {
                json.writeBooleanField("called", false);
            }
        });
    }

    /** What the call gives: an object whole, or a value. */
    static @Nullable String value(FallbackCall call, Answer answer) {
        Given given = call.given();
        return given != null && given.decision() == Decision.OBJECT
                ? answer.output()
                : answer.value();
    }

    /** 38000, or 53400 where it costs too much. */
    private static SqlException failed(FallbackCall call, RowError error, String what) {
        SqlException failure =
                error.isBudget()
                        ? new SqlException(error.state(), error.message())
                                .detail("No result of function \"%s\".".formatted(call.name()))
                        : new SqlException(
                                        SqlState.EXTERNAL_ROUTINE,
                                        "function \"%s\" %s: %s: %s"
                                                .formatted(
                                                        call.name(),
                                                        what,
                                                        error.errorClass(),
                                                        error.message()))
                                .detail(
                                        "SQLSTATE of the call: %s, attempts: %d"
                                                .formatted(error.state().code(), error.attempts()));
        return error.hint().isEmpty() ? failure : failure.hint(error.hint());
    }
}
