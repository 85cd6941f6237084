package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.dialect.DialectSql;
import io.rvbbit.gateway.dialect.EmptySelect;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.PlainStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A statement that runs no cascade: the engine's own affair, and not on the books. */
final class EnginePlan implements Plan {
    private static final long NEVER = -1;

    private final ClientContext client;
    private final TextPositions positions;
    private final CommandTag tag;
    private final Role role;
    private final String text;
    private final String sql;
    private final List<String> notices;
    private final List<String> declaredTypes;
    private final List<Column> columns;
    private final boolean bare;
    private EnginePrepared prepared;
    private @Nullable EnginePrepared keeping;
    private Optional<KeptRows> kept = Optional.empty();
    private Optional<KeptRows.Target> target = Optional.empty();
    private long targetAsOf = NEVER;
    private long definitions;

    EnginePlan(ClientContext client, PlainStatement statement, List<String> parameterTypes) {
        this(client, statement, ClientQuery.engine(client, statement.text()), parameterTypes);
    }

    EnginePlan(
            ClientContext client,
            PlainStatement statement,
            DialectSql dialect,
            List<String> parameterTypes) {
        ParameterGaps.check(statement.text(), parameterTypes);
        this.client = client;
        this.text = statement.text();
        this.tag = CommandTag.of(text);
        this.role = StatementRole.of(text);
        this.sql = dialect.text();
        this.notices = dialect.notices();
        this.declaredTypes = List.copyOf(parameterTypes);
        this.definitions = client.services().functionUses().version();
        this.positions = new TextPositions(statement.text(), statement.offset(), sql);
        try {
            this.prepared = client.connection().prepare(sql, parameterTypes);
        } catch (SqlException e) {
            throw positions.inClientText(e);
        }
        this.bare = !sql.equals(text) && EmptySelect.isOne(text);
        this.columns =
                bare
                        ? List.of()
                        : PgColumns.described(client, statement.text(), prepared.columns());
    }

    @Override
    public List<Column> columns() {
        return columns;
    }

    @Override
    public boolean givesRows() {
        return bare || !columns.isEmpty();
    }

    @Override
    public List<String> parameterTypes() {
        return prepared.parameterTypes();
    }

    @Override
    public Role role() {
        return role;
    }

    @Override
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        boolean changing = EngineChange.isChanging(client, text);
        kept = changing ? target().map(KeptRows::new) : Optional.empty();
        return Optional.of(
                new EngineChange(client, text, sql, declaredTypes, parameters, changing, kept));
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        cancellation.onCancel(client.connection()::interrupt);
        cancellation.check();
        try {
            followDefinitions();
            if (changesDefinitions() && SkippedObjects.tell(client, text)) {
                return RowsPlan.command(tag.words(), () -> {}).start(List.of(), cancellation);
            }
            notices.forEach(
                    notice -> client.notices().notice(SqlState.SUCCESSFUL_COMPLETION, notice));
            Optional<KeptRows> keeps = kept;
            kept = Optional.empty();
            EnginePrepared runs = keeps.isPresent() ? keeping(keeps.get()) : prepared;
            Execution running = new Running(runs.execute(parameters), keeps, cancellation);
            if (tag.words().endsWith(" SCHEMA")) {
                client.applied().forget();
                new SettingCommands(client).applyChanged();
            }
            return running;
        } catch (SqlException e) {
            throw cancellation.cause().orElseGet(() -> told(e));
        } finally {
            if (tag.words().equals("USE")) {
                client.applied().forget();
            }
            if (changesDefinitions()) {
                client.services().functionUses().definitionsChanged(tag.words());
            }
        }
    }

    /** Where the rows go, looked up once for as long as no definition changes. */
    private Optional<KeptRows.Target> target() {
        long now = client.services().functionUses().version();
        if (now != targetAsOf) {
            target = KeptRows.Target.of(client, sql);
            targetAsOf = now;
        }
        return target;
    }

    /** The statement that also gives the rows it inserts. */
    private EnginePrepared keeping(KeptRows rows) {
        EnginePrepared known = keeping;
        if (known != null) {
            return known;
        }
        try {
            known = client.connection().prepare(rows.sql(), declaredTypes);
        } catch (SqlException _) {
            rows.giveUp();
            return prepared;
        }
        keeping = known;
        return known;
    }

    private void forgetKeeping() {
        EnginePrepared known = keeping;
        if (known != null) {
            keeping = null;
            known.close();
        }
    }

    private SqlException told(SqlException fault) {
        return fault.state() == SqlState.READ_ONLY_TRANSACTION
                ? Transaction.readOnly(tag.words())
                : ConstraintFault.named(client, text, positions.inClientText(fault));
    }

    /**
     * Prepares again if a table or view may have changed since: the engine would give rows of
     * another shape than the client was told.
     */
    private void followDefinitions() {
        long now = client.services().functionUses().version();
        if (now == definitions) {
            return;
        }
        EnginePrepared again = client.connection().prepare(sql, declaredTypes);
        if (!again.columns().equals(prepared.columns())) {
            again.close();
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "cached plan must not change result type")
                    .hint("prepare the statement again");
        }
        prepared.close();
        forgetKeeping();
        prepared = again;
        definitions = now;
    }

    private boolean changesDefinitions() {
        String words = tag.words();
        return words.startsWith("CREATE")
                || words.startsWith("DROP")
                || words.startsWith("ALTER")
                || words.equals("ROLLBACK");
    }

    @Override
    public void close() {
        forgetKeeping();
        prepared.close();
    }

    private final class Running implements Execution {
        private final ResultCursor cursor;
        private final Optional<KeptRows> keeps;
        private final Cancellation cancellation;

        Running(ResultCursor cursor, Optional<KeptRows> keeps, Cancellation cancellation) {
            this.cursor = cursor;
            this.keeps = keeps;
            this.cancellation = cancellation;
        }

        @Override
        public @Nullable Chunk next() {
            try {
                Chunk chunk = cursor.next();
                if (chunk != null && keeps.isPresent() && keeps.get().takesMore()) {
                    keeps.get().keep(chunk, cursor.columns().size());
                }
                return chunk;
            } catch (SqlException e) {
                throw cancellation.cause().orElseGet(() -> told(e));
            }
        }

        @Override
        public String tag(long rows) {
            return tag.complete(cursor.changedRows() >= 0 ? cursor.changedRows() : rows);
        }

        @Override
        public void close() {
            cursor.close();
        }
    }
}
