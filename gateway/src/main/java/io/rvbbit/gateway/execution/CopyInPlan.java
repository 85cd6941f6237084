package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.catalog.CatalogQuery;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.RowLoad;
import io.rvbbit.rewriter.CopyStatement.FromClient;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * COPY table FROM STDIN: makes ready to take rows; the session brings them.
 *
 * <p>As in PostgreSQL nothing but the syntax is checked before it is executed. Threading: the
 * session's thread only.
 */
public final class CopyInPlan implements CopyPlan {
    private final ClientContext client;
    private final FromClient statement;

    CopyInPlan(ClientContext client, FromClient statement) {
        this.client = client;
        this.statement = statement;
    }

    @Override
    public Role role() {
        return Role.WRITES;
    }

    @Override
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return Optional.of(UnrepeatableChange.sent());
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        cancellation.onCancel(client.connection()::interrupt);
        cancellation.check();
        CopyTable table = CopyTable.find(client, statement.table());
        switch (table.kind()) {
            case "view" ->
                    throw new SqlException(
                                    SqlState.WRONG_OBJECT_TYPE,
                                    "cannot copy to view \"" + table.lastName() + "\"")
                            .hint("copy into the table that the view reads");
            case "sequence" ->
                    throw new SqlException(
                            SqlState.WRONG_OBJECT_TYPE,
                            "cannot copy to sequence \"" + table.lastName() + "\"");
            default -> {}
        }
        List<Column> columns = table.copied(statement.columns());
        table.check(statement.options(), columns);
        checkWhere();
        boolean ownTransaction = !client.connection().inTransaction();
        if (ownTransaction) {
            client.run("BEGIN TRANSACTION");
        }
        try {
            RowLoad rows = client.connection().load(columns, insert(columns), query(columns));
            return new CopyInExecution(
                    client, table, statement.options(), columns, rows, ownTransaction);
        } catch (SqlException e) {
            if (ownTransaction) {
                client.run("ROLLBACK");
            }
            throw cancellation.cause().orElseGet(() -> inClientText(e, columns));
        }
    }

    private void checkWhere() {
        statement
                .where()
                .filter(where ->
                        client.services()
                                .functionUses()
                                .calls("SELECT " + where.text(), client.connection()))
                .ifPresent(where -> {
                    throw new SqlException(
                                    SqlState.FEATURE_NOT_SUPPORTED,
                                    "cascades cannot decide which rows COPY takes")
                            .at(where.offset() + 1)
                            .hint("copy into a table, then INSERT … SELECT … WHERE from it");
                });
    }

    private String insert(List<Column> columns) {
        return "INSERT INTO %s (%s)".formatted(statement.table().text(), CopyTable.names(columns));
    }

    private String head(List<Column> columns) {
        return "SELECT * FROM (SELECT %s FROM %s) AS %s"
                .formatted(
                        RowLoad.casts(columns),
                        RowLoad.STAGE,
                        SqlText.identifier(statement.table().parts().getLast()));
    }

    private String query(List<Column> columns) {
        String head = head(columns);
        return CatalogQuery.rewrite(
                statement
                        .where()
                        .map(where -> head + " WHERE (" + where.text() + "\n)")
                        .orElse(head));
    }

    /** Only a position inside the condition is one in the client's text. */
    private SqlException inClientText(SqlException failure, List<Column> columns) {
        if (failure.state() == SqlState.READ_ONLY_TRANSACTION) {
            return new SqlException(
                    SqlState.READ_ONLY_TRANSACTION,
                    "cannot execute COPY FROM in a read-only transaction");
        }
        if (failure.position() == 0 || statement.where().isEmpty()) {
            return failure.at(0);
        }
        String head = insert(columns) + " " + head(columns) + " WHERE (";
        int before = head.codePointCount(0, head.length());
        int inside = failure.position() - before;
        int length = statement.where().get().text().length();
        return inside > 0 && inside <= length
                ? failure.at(statement.where().get().offset() + inside)
                : failure.at(0);
    }
}
