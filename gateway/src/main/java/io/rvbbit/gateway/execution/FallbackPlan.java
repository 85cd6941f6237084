package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.rewriter.CallSite;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.FallbackCall;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A statement whose missing functions a model answers.
 *
 * <p>Its first execution goes on with the caller that paid for finding out what they give.
 * Threading: the session's thread only.
 */
final class FallbackPlan implements AccountedPlan {
    private final ClientContext client;
    private final IncompleteStatement statement;
    private final Set<CallSite> sites;
    private final Set<String> notices = new LinkedHashSet<>();
    private final SqlException missing;
    private Map<CallSite, FallbackCall> calls;
    private AccountedPlan plan;
    private Optional<EarlierRun> deciding;
    private long definitions;

    /**
     * @param calls the functions, with what they give
     * @param deciding what finding out took; empty if all was known
     * @param missing what the client is told who wants no model
     */
    FallbackPlan(
            ClientContext client,
            IncompleteStatement statement,
            Map<CallSite, FallbackCall> calls,
            Optional<EarlierRun> deciding,
            SqlException missing) {
        this.client = client;
        this.statement = statement;
        this.deciding = deciding;
        this.sites = Set.copyOf(calls.keySet());
        this.missing = missing;
        this.definitions = client.services().functionUses().version();
        this.calls = Map.copyOf(calls);
        this.plan = statement.plan(FallbackText.of(statement.text(), calls));
        calls.values()
                .forEach(call ->
                        notices.add(
                                "function %s does not exist: a model answers it (%s)"
                                        .formatted(call.signature(), call.resultType())));
    }

    @Override
    public List<Column> columns() {
        return plan.columns();
    }

    @Override
    public boolean givesRows() {
        return plan.givesRows();
    }

    @Override
    public List<String> parameterTypes() {
        return plan.parameterTypes();
    }

    @Override
    public Role role() {
        return plan.role();
    }

    @Override
    public boolean spends() {
        return true;
    }

    @Override
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return plan.journal(parameters);
    }

    @Override
    public AccountedStatement accounted() {
        return guarded().accounted().answering(calls.values());
    }

    /** With the guards that the session has now: they may have been set since Parse. */
    private AccountedPlan guarded() {
        Map<CallSite, FallbackCall> now = new LinkedHashMap<>();
        calls.forEach((site, call) ->
                now.put(
                        site,
                        FallbackSettings.call(
                                client,
                                call.service(),
                                call.method(),
                                call.arguments(),
                                call.given())));
        if (!now.equals(calls)) {
            plan.close();
            plan = statement.plan(FallbackText.of(statement.text(), now));
            calls = Map.copyOf(now);
        }
        return plan;
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        if (!client.settings().isOn(FallbackSettings.SWITCH)) {
            throw missing;
        }
        checkStillMissing();
        Execution execution =
                deciding.isPresent()
                        ? first(deciding.get(), parameters, cancellation)
                        : further(parameters, cancellation);
        notices.forEach(notice -> client.notices().notice(SqlState.WARNING, notice));
        return execution;
    }

    private Execution further(List<@Nullable Object> parameters, Cancellation cancellation) {
        AccountedStatement ready;
        try {
            ready = accounted();
            Optional<Execution> nothingToDo = plan.nothingToDo();
            if (nothingToDo.isPresent()) {
                return nothingToDo.get();
            }
        } catch (SqlException e) {
            if (plan instanceof CascadePlan) {
                StatementBooks.refused(client, statement.booked(), e);
            }
            throw e;
        }
        return AccountedExecution.start(client, ready, parameters, cancellation);
    }

    /** What deciding took belongs to the first execution alone. */
    private Execution first(
            EarlierRun earlier, List<@Nullable Object> parameters, Cancellation cancellation) {
        Optional<Execution> nothingToDo = guarded().nothingToDo();
        if (nothingToDo.isPresent()) {
            return nothingToDo.get();
        }
        deciding = Optional.empty();
        try {
            return AccountedExecution.resume(
                    client, accounted(), FallbackPlanner.again(earlier), parameters, cancellation);
        } catch (RuntimeException e) {
            FallbackPlanner.leave(client, earlier);
            throw e;
        }
    }

    /** A function that somebody has made since is the one that was meant. */
    private void checkStillMissing() {
        long now = client.services().functionUses().version();
        if (now == definitions) {
            return;
        }
        if (!missingNow().equals(sites)) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "other functions exist now than when the statement was prepared")
                    .hint("prepare the statement again");
        }
        definitions = now;
    }

    private Set<CallSite> missingNow() {
        return statement
                .fault(statement.text())
                .map(fault -> Set.copyOf(new FallbackProbe(statement).calls(fault)))
                .orElse(Set.of());
    }

    @Override
    public void close() {
        deciding.ifPresent(run -> FallbackPlanner.leave(client, run));
        deciding = Optional.empty();
        plan.close();
    }
}
