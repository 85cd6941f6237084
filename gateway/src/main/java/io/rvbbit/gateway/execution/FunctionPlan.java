package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Rewritten;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.Statement.PlainStatement;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Plain SQL that calls {@code rvbbit}, {@code rvbbit_run} or {@code rvbbit_run_batch}.
 *
 * <p>The engine binds the caller's token when it prepares, so each execution prepares anew.
 * Threading: the session's thread only.
 */
final class FunctionPlan implements AccountedPlan {
    private final ClientContext client;
    private final String booked;
    private final String kind;
    private final String text;
    private final List<String> declaredTypes;
    private final String sql;
    private final TextPositions positions;
    private final List<Column> columns;
    private final List<String> parameterTypes;

    /**
     * @param booked the client's statement for the books: COPY has more around this one
     */
    FunctionPlan(
            ClientContext client,
            PlainStatement statement,
            List<String> parameterTypes,
            String booked) {
        this(client, statement, parameterTypes, booked, "rvbbit_function", statement.text());
    }

    /**
     * @param statement as the client wrote it
     * @param kind for {@code sql_query_log.query_type}
     * @param text what is run in its place, in the client's dialect
     */
    FunctionPlan(
            ClientContext client,
            PlainStatement statement,
            List<String> parameterTypes,
            String booked,
            String kind,
            String text) {
        this.client = client;
        this.booked = booked;
        this.kind = kind;
        this.text = text;
        this.declaredTypes = List.copyOf(parameterTypes);
        this.sql = ClientQuery.engineText(client, text);
        this.positions = new TextPositions(statement.text(), statement.offset(), sql);
        try (EnginePrepared prepared = client.connection().prepare(sql, parameterTypes)) {
            this.columns =
                    prepared.kind() == EnginePrepared.Kind.ROWS
                            ? PgColumns.described(client, statement.text(), prepared.columns())
                            : List.of();
            this.parameterTypes = prepared.parameterTypes();
        } catch (SqlException e) {
            throw positions.inClientText(e);
        }
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
        return StatementRole.of(sql);
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
        return AccountedExecution.start(client, accounted(), parameters, cancellation);
    }

    @Override
    public AccountedStatement accounted() {
        return accounted(text);
    }

    /** With something else of the same shape that is run. */
    AccountedStatement accounted(String run) {
        CommandTag tag = CommandTag.of(booked);
        boolean keeps = tag.words().equals("INSERT") || tag.words().equals("UPDATE");
        return new AccountedStatement(
                booked,
                kind,
                tag,
                List.of(),
                List.of(),
                null,
                client.settings().parallel(),
                declaredTypes,
                _ -> new Rewritten(run, List.of()),
                _ -> Optional.empty(),
                (_, _) -> Optional.empty(),
                positions::inClientText,
                keeps,
                List.of(),
                null,
                List.of());
    }
}
