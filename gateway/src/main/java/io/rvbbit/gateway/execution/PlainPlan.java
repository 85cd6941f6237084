package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.dialect.DialectSql;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.PlainStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plain SQL, on the books for as long as it calls one of our functions, perhaps through a view.
 *
 * <p>A view that is made anew can make the one of the other: a statement that was prepared before
 * is looked at again. Threading: the session's thread only.
 */
final class PlainPlan implements Plan {
    private final ClientContext client;
    private final PlainStatement statement;
    private final List<String> declaredTypes;
    private Plan plan;
    private boolean calls;
    private long definitions;

    private PlainPlan(
            ClientContext client,
            PlainStatement statement,
            List<String> declaredTypes,
            Plan plan,
            boolean calls,
            long definitions) {
        this.client = client;
        this.statement = statement;
        this.declaredTypes = List.copyOf(declaredTypes);
        this.plan = plan;
        this.calls = calls;
        this.definitions = definitions;
    }

    /** What calls our functions; empty if the statement does not. */
    static Optional<Plan> calling(
            ClientContext client, PlainStatement statement, List<String> declaredTypes) {
        long now = client.services().functionUses().version();
        return calls(client, statement)
                ? Optional.of(
                        new PlainPlan(
                                client,
                                statement,
                                declaredTypes,
                                accounted(client, statement, declaredTypes),
                                true,
                                now))
                : Optional.empty();
    }

    /** A statement that calls none of our functions as things are. */
    static Plan of(
            ClientContext client,
            PlainStatement statement,
            DialectSql sql,
            List<String> declaredTypes) {
        long now = client.services().functionUses().version();
        Plan plan = new EnginePlan(client, statement, sql, declaredTypes);
        return new PlainPlan(client, statement, declaredTypes, plan, false, now);
    }

    private static boolean calls(ClientContext client, PlainStatement statement) {
        return client.services().functionUses().calls(statement.text(), client.connection());
    }

    private static Plan accounted(
            ClientContext client, PlainStatement statement, List<String> declaredTypes) {
        return new FunctionPlan(client, statement, declaredTypes, statement.text());
    }

    /** The plan as the definitions of this moment demand it. */
    Plan current() {
        long now = client.services().functionUses().version();
        if (now == definitions) {
            return plan;
        }
        boolean callsNow = calls(client, statement);
        if (callsNow != calls) {
            Plan other =
                    callsNow
                            ? accounted(client, statement, declaredTypes)
                            : new EnginePlan(client, statement, declaredTypes);
            if (!other.columns().equals(plan.columns())) {
                other.close();
                throw new SqlException(
                                SqlState.FEATURE_NOT_SUPPORTED,
                                "cached plan must not change result type")
                        .hint("prepare the statement again");
            }
            plan.close();
            plan = other;
            calls = callsNow;
        }
        definitions = now;
        return plan;
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
        return current().spends();
    }

    @Override
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return current().journal(parameters);
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        return current().start(parameters, cancellation);
    }

    @Override
    public void close() {
        plan.close();
    }
}
