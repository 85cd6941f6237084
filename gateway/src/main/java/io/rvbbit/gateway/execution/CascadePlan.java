package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.gateway.engine.RowStage;
import io.rvbbit.rewriter.CascadeCall;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Rewriter;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import io.rvbbit.rewriter.StoredMap;
import io.rvbbit.rewriter.StreamedMap;
import io.rvbbit.rewriter.Target;
import io.rvbbit.udf.Functions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A statement with RVBBIT clauses.
 *
 * <p>Each execution checks it again, since a cascade or a table may have changed since Parse, and
 * has a caller of its own. Threading: the session's thread only.
 */
final class CascadePlan implements AccountedPlan {
    private final ClientContext client;
    private final CascadePlanner planner;
    private final CascadeStatement statement;
    private final String booked;
    private final List<String> declaredTypes;
    private final List<Column> columns;
    private final List<String> parameterTypes;
    private final UnaryOperator<SqlException> positions;
    private boolean fresh = true;
    private CascadePlanner.Calls calls;

    /**
     * @param booked the client's statement for the books: COPY has more around this one
     */
    CascadePlan(
            ClientContext client,
            CascadePlanner planner,
            CascadeStatement statement,
            List<String> parameterTypes,
            String booked) {
        this(client, planner, statement, parameterTypes, booked, UnaryOperator.identity());
    }

    /**
     * @param positions puts places in the statement's text into the client's whole text
     */
    CascadePlan(
            ClientContext client,
            CascadePlanner planner,
            CascadeStatement statement,
            List<String> parameterTypes,
            String booked,
            UnaryOperator<SqlException> positions) {
        this.client = client;
        this.booked = booked;
        this.planner = planner;
        this.statement = statement;
        this.declaredTypes = List.copyOf(parameterTypes);
        this.positions = positions;
        this.calls = checked();
        String sql = rewritten(CascadePlanner.NO_CALLER).sql();
        try (EnginePrepared prepared =
                client.connection().prepare(ClientQuery.engineText(client, sql), parameterTypes)) {
            this.columns =
                    prepared.kind() == EnginePrepared.Kind.ROWS
                            ? PgColumns.named(statement.text(), prepared.columns())
                            : List.of();
            this.parameterTypes = prepared.parameterTypes();
        } catch (SqlException e) {
            throw e.at(0);
        }
    }

    private CascadePlanner.Calls checked() {
        try {
            return planner.check(statement, declaredTypes);
        } catch (SqlException e) {
            throw positions.apply(e);
        }
    }

    /** Of a statement with such clauses, for {@code sql_query_log.query_type}. */
    static String kind(CascadeStatement statement) {
        return statement.calls().stream().anyMatch(call -> call.verb() == CascadeCall.Verb.MAP)
                ? "rvbbit_map"
                : "rvbbit_run";
    }

    private io.rvbbit.rewriter.Rewritten rewritten(String caller) {
        return Rewriter.rewrite(statement, caller, calls.shapes());
    }

    private Optional<StreamedMap> streamed(String caller) {
        return client.settings().isOn("rvbbit.streaming")
                ? Rewriter.streamed(statement, caller, calls.shapes(), RowStage.TABLE)
                        .map(map ->
                                new StreamedMap(
                                        map.call(),
                                        ClientQuery.engineText(client, map.input()),
                                        ClientQuery.engineText(client, map.output())))
                : Optional.empty();
    }

    private Optional<StoredMap> stored(String stage, String rows) {
        return client.settings().isOn("rvbbit.streaming")
                ? Rewriter.stored(statement, Functions.CALLER_SQL, calls.shapes(), stage, rows)
                : Optional.empty();
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public List<String> parameterTypes() {
        return parameterTypes;
    }

    @Override
    public Role role() {
        return StatementRole.of(statement.text());
    }

    @Override
    public boolean spends() {
        return true;
    }

    @Override
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return Optional.of(UnrepeatableChange.paid());
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        AccountedStatement ready;
        try {
            ready = accounted();
            Optional<Execution> nothingToDo = nothingToDo();
            if (nothingToDo.isPresent()) {
                return nothingToDo.get();
            }
        } catch (SqlException e) {
            StatementBooks.refused(client, booked, e);
            throw e;
        }
        return AccountedExecution.start(client, ready, parameters, cancellation);
    }

    @Override
    public AccountedStatement accounted() {
        if (!fresh) {
            calls = checked();
        }
        fresh = false;
        int parallel =
                statement.calls().stream()
                        .map(call -> call.options().parallel())
                        .filter(Objects::nonNull)
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElseGet(client.settings()::parallel);
        boolean keeps =
                switch (statement.target()) {
                    case Target.CreateTable _, Target.Insert _ -> true;
                    case Target.ToClient _, Target.Embedded _, Target.CopyTo _ -> false;
                };
        return new AccountedStatement(
                booked,
                kind(statement),
                CommandTag.of(booked),
                calls.specs(),
                calls.bounds(),
                calls.budgetDollars(),
                parallel,
                declaredTypes,
                this::rewritten,
                this::streamed,
                this::stored,
                failure -> failure.at(0),
                keeps,
                calls.mapped(),
                null,
                List.of());
    }

    /** The clauses as they were checked last. */
    CascadePlanner.Calls calls() {
        return calls;
    }

    /** CREATE TABLE on a name that is taken: told before anything is spent. */
    @Override
    public Optional<Execution> nothingToDo() {
        if (!(statement.target() instanceof Target.CreateTable create)
                || !TakenTable.isTaken(client, create)) {
            return Optional.empty();
        }
        return Optional.of(TakenTable.plan(client, create).start(List.of(), new Cancellation()));
    }
}
