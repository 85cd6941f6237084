package io.rvbbit.gateway.execution;

import static io.rvbbit.tracking.BookReader.BookType.BIGINT;
import static io.rvbbit.tracking.BookReader.BookType.INTEGER;
import static io.rvbbit.tracking.BookReader.BookType.MONEY;
import static io.rvbbit.tracking.BookReader.BookType.TEXT;
import static io.rvbbit.tracking.BookReader.BookType.TIMESTAMPTZ;

import io.rvbbit.tracking.BookReader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The books, and beside them {@code progress} and {@code statements}: what stands in no store
 * because it changes with every answer.
 *
 * <p>Threading: any thread.
 */
public final class LiveBooks implements BookReader {
    private static final LiveTable PROGRESS =
            new LiveTable("progress")
                    .column("caller_id", TEXT, state -> state.origin().caller().value())
                    .column("rows_total", BIGINT, state -> known(state.rows().total()))
                    .column("rows_done", BIGINT, state -> state.rows().done())
                    .column("rows_failed", BIGINT, state -> state.rows().failed())
                    .column("rows_cached", BIGINT, state -> state.rows().cached())
                    .column("spent_usd", MONEY, state -> state.spent().costUsd())
                    .column("eta_seconds", BIGINT, state -> known(state.rows().etaSeconds()))
                    .column("started_at", TIMESTAMPTZ, state -> state.origin().startedAt());

    private static final LiveTable STATEMENTS =
            new LiveTable("statements")
                    .column("caller_id", TEXT, state -> state.origin().caller().value())
                    .column("process_id", INTEGER, state -> state.origin().processId())
                    .column("user_name", TEXT, state -> state.origin().user())
                    .column("database_name", TEXT, state -> state.origin().database())
                    .column("application_name", TEXT, state -> state.origin().applicationName())
                    .column("query", TEXT, state -> state.origin().query())
                    .column("query_type", TEXT, state -> state.origin().queryType())
                    .column("status", TEXT, state -> state.status().name().toLowerCase(Locale.ROOT))
                    .column("started_at", TIMESTAMPTZ, state -> state.origin().startedAt())
                    .column("finished_at", TIMESTAMPTZ, StatementState::finishedAt)
                    .column("cascades", TEXT, state -> String.join(", ", state.cascades()))
                    .column("models", TEXT, state -> String.join(", ", state.models()))
                    .column("parallel", INTEGER, state -> state.origin().parallel())
                    .column("calls_in_flight", BIGINT, StatementState::callsInFlight)
                    .column("calls", BIGINT, StatementState::calls)
                    .column("tokens_in", BIGINT, state -> state.spent().tokensIn())
                    .column("tokens_out", BIGINT, state -> state.spent().tokensOut())
                    .column("spent_usd", MONEY, state -> state.spent().costUsd())
                    .column("error_message", TEXT, StatementState::errorMessage)
                    .column("held_up_by", TEXT, StatementState::heldUpBy);

    private static final Map<String, LiveTable> LIVE =
            Map.of(PROGRESS.name, PROGRESS, STATEMENTS.name, STATEMENTS);

    private final BookReader books;
    private final RecentStatements statements;

    public LiveBooks(BookReader books, RecentStatements statements) {
        this.books = books;
        this.statements = statements;
    }

    private static @Nullable Long known(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }

    @Override
    public List<BookTable> tables() {
        List<BookTable> all = new ArrayList<>(books.tables());
        all.add(PROGRESS.table());
        all.add(STATEMENTS.table());
        return all;
    }

    @Override
    public Scan scan(String table, List<String> columns) {
        LiveTable live = LIVE.get(table);
        return live == null
                ? books.scan(table, columns)
                : live.scan(statements, Optional.empty(), columns);
    }

    @Override
    public Scan scan(
            String table, List<String> columns, Optional<String> user, List<Condition> conditions) {
        LiveTable live = LIVE.get(table);
        return live == null
                ? books.scan(table, columns, user, conditions)
                : live.scan(statements, user, columns);
    }

    @Override
    public Scan scanOwn(String table, List<String> columns, String userName) {
        LiveTable live = LIVE.get(table);
        return live == null
                ? books.scanOwn(table, columns, userName)
                : live.scan(statements, Optional.of(userName), columns);
    }

    /** A table of which each row is a statement as it stands when it is read. */
    private static final class LiveTable {
        final String name;
        private final List<BookColumn> columns = new ArrayList<>();
        private final Map<String, Function<StatementState, @Nullable Object>> values =
                new LinkedHashMap<>();

        LiveTable(String name) {
            this.name = name;
        }

        LiveTable column(
                String column, BookType type, Function<StatementState, @Nullable Object> value) {
            columns.add(new BookColumn(column, type));
            values.put(column, value);
            return this;
        }

        /** Ordinary words, which clients may well use for tables of their own. */
        BookTable table() {
            return new BookTable(name, columns, false);
        }

        Scan scan(RecentStatements statements, Optional<String> user, List<String> wanted) {
            List<Function<StatementState, @Nullable Object>> read =
                    wanted.stream().map(this::value).toList();
            Iterator<StatementState> states =
                    statements.all().stream()
                            .filter(state ->
                                    user.isEmpty() || state.origin().user().equals(user.get()))
                            .iterator();
            return new Scan() {
                @Override
                public @Nullable Object @Nullable [] next() {
                    if (!states.hasNext()) {
                        return null;
                    }
                    StatementState state = states.next();
                    @Nullable Object[] row = new Object[read.size()];
                    for (int i = 0; i < row.length; i++) {
                        row[i] = read.get(i).apply(state);
                    }
                    return row;
                }

                @Override
                public void close() {
                    // Nothing is held open.
                }
            };
        }

        private Function<StatementState, @Nullable Object> value(String column) {
            Function<StatementState, @Nullable Object> value = values.get(column);
            if (value == null) {
                throw new IllegalArgumentException(name + " has no column " + column);
            }
            return value;
        }
    }
}
