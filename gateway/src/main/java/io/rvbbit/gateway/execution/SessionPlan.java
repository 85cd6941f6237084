package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.rewriter.Statement.PlainStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A query that asks the session for its settings, or changes them by a function.
 *
 * <p>Planned anew for each execution, since the engine binds what it is told when it prepares.
 * Threading: the session's thread only.
 */
final class SessionPlan implements Plan {
    private final ClientContext client;
    private final PlainStatement statement;
    private final Optional<SettingCalls> calls;
    private final List<String> declaredTypes;
    private final List<String> parameterTypes;
    private final List<Column> columns;

    private SessionPlan(
            ClientContext client,
            PlainStatement statement,
            Optional<SettingCalls> calls,
            List<String> declaredTypes) {
        this.client = client;
        this.statement = statement;
        this.calls = calls;
        this.declaredTypes = List.copyOf(declaredTypes);
        try (Plan described = engine(calls.map(SettingCalls::described))) {
            this.parameterTypes = described.parameterTypes();
            this.columns = PgColumns.named(statement.text(), described.columns());
        }
    }

    /** Empty for a statement that asks the session nothing. */
    static Optional<Plan> of(
            ClientContext client, PlainStatement statement, List<String> declaredTypes) {
        Optional<SettingCalls> calls = SettingCalls.in(statement.text());
        return calls.isPresent() || SessionState.isMentioned(statement.text())
                ? Optional.of(new SessionPlan(client, statement, calls, declaredTypes))
                : Optional.empty();
    }

    private Plan engine(Optional<String> text) {
        new SessionState(client).tell();
        return new EnginePlan(
                client,
                new PlainStatement(text.orElse(statement.text()), statement.offset()),
                declaredTypes);
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
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return Optional.of(UnrepeatableChange.changing());
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        Plan plan = engine(calls.map(made -> made.made(client, parameters)));
        try {
            return new Running(plan, plan.start(parameters, cancellation));
        } catch (RuntimeException fault) {
            plan.close();
            throw fault;
        }
    }

    /** Closes its plan with itself. */
    private record Running(Plan plan, Execution execution) implements Execution {
        @Override
        public @Nullable Chunk next() {
            return execution.next();
        }

        @Override
        public String tag(long rows) {
            return execution.tag(rows);
        }

        @Override
        public void close() {
            execution.close();
            plan.close();
        }
    }
}
