package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.dialect.DialectSql;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.PlainStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A statement of the client that is several of the engine's: all of them take effect or none.
 *
 * <p>Nothing is prepared before it runs, since each may need what the one before makes.
 */
final class DefinitionPlan implements Plan {
    private final ClientContext client;
    private final PlainStatement statement;
    private final DialectSql sql;
    private boolean skipped;

    DefinitionPlan(ClientContext client, PlainStatement statement, DialectSql sql) {
        this.client = client;
        this.statement = statement;
        this.sql = sql;
    }

    /** Whether this is more than one statement to the engine. */
    static boolean serves(DialectSql sql) {
        return !sql.before().isEmpty() || CommandTag.of(sql.text()).words().equals("DROP TABLE");
    }

    @Override
    public List<Column> columns() {
        return List.of();
    }

    @Override
    public List<String> parameterTypes() {
        return List.of();
    }

    @Override
    public Role role() {
        return Role.WRITES;
    }

    @Override
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return Optional.of(new Definition());
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        cancellation.onCancel(client.connection()::interrupt);
        cancellation.check();
        skipped = SkippedObjects.tell(client, statement.text());
        if (skipped) {
            return new Done(CommandTag.of(statement.text()));
        }
        try {
            if (client.connection().inTransaction()) {
                runAll();
            } else {
                inOwnTransaction();
            }
        } catch (SqlException e) {
            throw cancellation
                    .cause()
                    .orElseGet(() ->
                            new TextPositions(statement.text(), statement.offset(), sql.text())
                                    .inClientText(e));
        } finally {
            client.services()
                    .functionUses()
                    .definitionsChanged(CommandTag.of(statement.text()).words());
        }
        sql.notices()
                .forEach(text -> client.notices().notice(SqlState.SUCCESSFUL_COMPLETION, text));
        return new Done(CommandTag.of(statement.text()));
    }

    private void inOwnTransaction() {
        client.run("BEGIN TRANSACTION");
        try {
            runAll();
            client.run("COMMIT");
        } catch (SqlException e) {
            if (client.connection().inTransaction()) {
                client.run("ROLLBACK");
            }
            throw e;
        }
    }

    private void runAll() {
        sql.before().forEach(client::run);
        OwnedSequences owned = OwnedSequences.of(client, sql);
        client.run(sql.text());
        owned.drop();
    }

    /** A definition gives the same whenever it is made. */
    private final class Definition implements JournalEntry {
        @Override
        public void completed(String tag) {
            // There is nothing to compare.
        }

        @Override
        public boolean defines() {
            return true;
        }

        @Override
        public Optional<SqlException> obstacle(boolean defined) {
            return Optional.empty();
        }

        @Override
        public boolean readsTables() {
            return false;
        }

        @Override
        public void replay() {
            if (!skipped) {
                runAll();
            }
        }
    }

    private record Done(CommandTag tag) implements Execution {
        @Override
        public @Nullable Chunk next() {
            return null;
        }

        @Override
        public String tag(long rows) {
            return tag.complete(0);
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}
