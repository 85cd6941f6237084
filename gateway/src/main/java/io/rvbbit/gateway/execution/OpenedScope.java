package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.Journal;
import io.rvbbit.udf.JournalHead;
import io.rvbbit.udf.QueryScope;
import io.rvbbit.udf.StatementSpec;
import io.rvbbit.udf.budget.StatementBudget;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The scope of one execution, with what binds it and what it is written to.
 *
 * <p>Threading: the session's thread only.
 */
record OpenedScope(QueryScope scope, StatementBudget budget, Journal journal) {

    /**
     * Opens the scope; its journal is closed with it.
     *
     * @param resumption null for a statement that begins
     * @throws SqlException 53100 if no journal can be written
     */
    static OpenedScope of(
            ClientContext client,
            AccountedStatement statement,
            StatementBooks books,
            @Nullable Resumption resumption,
            List<@Nullable Object> parameters) {
        BigDecimal named = statement.budgetDollars();
        BigDecimal dollars =
                resumption == null ? named : resumption.budget(client.budgets().statement(named));
        StatementBudget budget = client.budgets().of(dollars);
        Journal earlier = resumption == null ? null : resumption.journal();
        Journal journal =
                earlier == null
                        ? client.services()
                                .journals()
                                .begin(head(client, statement, books.caller(), parameters))
                        : earlier;
        try {
            StatementSpec spec = spec(client, statement, books.caller(), budget, journal);
            return new OpenedScope(client.services().scopes().open(spec), budget, journal);
        } catch (RuntimeException fault) {
            journal.close();
            throw fault;
        }
    }

    private static JournalHead head(
            ClientContext client,
            AccountedStatement statement,
            CallerId caller,
            List<@Nullable Object> parameters) {
        return new JournalHead(
                caller.value(),
                statement.text(),
                statement.kind(),
                client.user(),
                client.connection().database(),
                statement.parameterTypes(),
                StoredParameters.written(parameters),
                StoredSettings.of(client.settings()),
                client.services().clock().instant().toString(),
                statement.inputs(),
                statement.functions());
    }

    private static StatementSpec spec(
            ClientContext client,
            AccountedStatement statement,
            CallerId caller,
            StatementBudget budget,
            Journal journal) {
        Services services = client.services();
        return new StatementSpec(
                caller,
                statement.specs(),
                client.functionSpec(),
                statement.parallel(),
                client.settings().rowsWaiting(statement.parallel()),
                services.runner(),
                services.answers(),
                new CatalogLookup(services.cascades()),
                new EngineBatches(services.databases().staging(), client.connection()),
                budget,
                journal,
                services.databases().cells(client.connection()));
    }
}
