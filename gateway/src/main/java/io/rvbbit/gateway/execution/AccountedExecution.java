package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.rewriter.Rewritten;
import io.rvbbit.rewriter.RowBound;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.CallerTotals;
import io.rvbbit.tracking.Event.StatementStatus;
import io.rvbbit.udf.Functions;
import io.rvbbit.udf.QueryScope;
import io.rvbbit.udf.QueryTotals;
import io.rvbbit.udf.Savings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One execution that runs cascades: its caller, its scope, its rows, and its end on the books.
 *
 * <p>Threading: the session's thread only.
 */
final class AccountedExecution implements Execution {
    private static final Logger LOG = LoggerFactory.getLogger(AccountedExecution.class);

    private final ClientContext client;
    private final AccountedStatement statement;
    private final Cancellation cancellation;
    private final StatementBooks books;
    private final OpenedScope opened;
    private final QueryScope scope;
    private final @Nullable Function<QueryScope, ResultCursor> answering;
    private final AnsweredRows answered;
    private long rows;
    private final Set<String> told = new HashSet<>();
    private Notices.Repetition progress = () -> {};
    private boolean leftOut;
    private boolean over;

    /** Whether the session's thread works on this statement: others may run between portions. */
    private volatile boolean working;

    private AccountedExecution(
            ClientContext client,
            AccountedStatement statement,
            @Nullable Resumption resumption,
            @Nullable Function<QueryScope, ResultCursor> answering,
            List<@Nullable Object> parameters,
            Cancellation cancellation) {
        this.client = client;
        this.answering = answering;
        this.statement = statement;
        this.cancellation = cancellation;
        this.books = new StatementBooks(client, statement, resumption, () -> working);
        this.opened = opened(resumption, parameters);
        this.scope = opened.scope();
        this.answered = new AnsweredRows(client, statement, scope, books.spans());
    }

    private OpenedScope opened(@Nullable Resumption resumption, List<@Nullable Object> parameters) {
        try {
            return OpenedScope.of(client, statement, books, resumption, parameters);
        } catch (SqlException e) {
            try {
                books.start(statement.parallel(), null, false, null, false);
            } finally {
                books.end(StatementStatus.ERROR, null, 0, false, String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    /** Starts the statement; its {@link #outcome} is there once it has ended. */
    static AccountedExecution start(
            ClientContext client,
            AccountedStatement statement,
            List<@Nullable Object> parameters,
            Cancellation cancellation) {
        return begun(client, statement, null, null, parameters, cancellation);
    }

    /**
     * Runs something else of the statement's clauses than its SQL.
     *
     * @param answering gives no rows, and has answered what it has to when it says so
     */
    static AccountedExecution answering(
            ClientContext client,
            AccountedStatement statement,
            Function<QueryScope, ResultCursor> answering,
            Cancellation cancellation) {
        return begun(client, statement, null, answering, List.of(), cancellation);
    }

    /**
     * Finds out what a statement gives before it runs, under the caller that it will have.
     *
     * @param earlier what went before of the same; null for the first step
     */
    static AccountedExecution deciding(
            ClientContext client,
            AccountedStatement statement,
            @Nullable Resumption earlier,
            Function<QueryScope, ResultCursor> answering,
            Cancellation cancellation) {
        return begun(client, statement, earlier, answering, List.of(), cancellation);
    }

    /** Goes on with a statement that ran before. */
    static Execution resume(
            ClientContext client,
            AccountedStatement statement,
            Resumption resumption,
            List<@Nullable Object> parameters,
            Cancellation cancellation) {
        return begun(client, statement, resumption, null, parameters, cancellation);
    }

    private static AccountedExecution begun(
            ClientContext client,
            AccountedStatement statement,
            @Nullable Resumption resumption,
            @Nullable Function<QueryScope, ResultCursor> answering,
            List<@Nullable Object> parameters,
            Cancellation cancellation) {
        AccountedExecution execution =
                new AccountedExecution(
                        client, statement, resumption, answering, parameters, cancellation);
        execution.working = true;
        try {
            execution.begin(parameters);
        } finally {
            execution.working = false;
        }
        return execution;
    }

    private void begin(List<@Nullable Object> parameters) {
        try {
            RunningStatement running = books.runs(scope, cancellation, statement.parallel());
            cancellation.onCancel(this::stop);
            books.awaitRoom(cancellation);
            client.connection().setCaller(scope.token());
            ReplayedStatement replayed = statement.replayed();
            if (replayed != null) {
                scope.replay(replayed.open());
            }
            StatementSpans spans = books.spans();
            StatementSpans.Step step = spans == null ? null : spans.begin(StatementSpans.REWRITE);
            Rewritten rewritten = statement.sql().apply(Functions.CALLER_SQL);
            if (step != null) {
                step.end();
            }
            RunInputs inputs =
                    RunInputs.stage(
                            client, statement, scope, spans, cancellation, rewritten, parameters);
            leftOut = inputs.leftOut();
            startBooks(inputs.rows());
            progress = ProgressNotices.begin(client, running, () -> working);
            client.notices().flush();
            cancellation.check();
            if (answering == null) {
                answered.begin(rewritten, parameters, cancellation);
            } else {
                answered.begin(answering);
            }
        } catch (SqlException e) {
            throw failed(e);
        } catch (RuntimeException e) {
            failed(new SqlException(SqlState.INTERNAL_ERROR, "internal error", e));
            throw e;
        }
    }

    /** Threading: whoever cancels. */
    private void stop() {
        cancellation.cause().ifPresent(why -> scope.cancel(String.valueOf(why.getMessage())));
        if (working) {
            client.connection().interrupt();
        }
    }

    private void startBooks(@Nullable Long collected) {
        Long limit = null;
        boolean injected = false;
        for (RowBound bound : statement.bounds()) {
            switch (bound.reason()) {
                case DEFAULT -> {
                    limit = bound.rows();
                    injected = true;
                }
                case OPTION -> limit = bound.rows();
                case OWN, AROUND, SERVER_MAXIMUM -> {}
            }
        }
        books.start(statement.parallel(), limit, injected, collected, leftOut);
        tellWarnings();
        client.tellOffline();
        if (answering == null
                && statement.warnsOfOffline()
                && client.services().models().isOffline()) {
            client.notices()
                    .warning(
                            SqlState.WARNING,
                            "the rows that are stored come from the offline model");
        }
    }

    /** Of clauses when the statement begins; which cascades functions name is known later. */
    private void tellWarnings() {
        for (String warning : scope.warnings()) {
            if (told.add(warning)) {
                client.notices().warning(SqlState.WARNING, warning);
            }
        }
    }

    @Override
    public @Nullable Chunk next() {
        if (!answered.hasBegun() || over) {
            return null;
        }
        working = true;
        try {
            cancellation.check();
            books.tellLate();
            Chunk chunk = answered.next();
            if (chunk != null) {
                rows += chunk.rows();
                return chunk;
            }
            Optional<SqlException> failure = cancellation.cause().or(this::insideCascades);
            if (failure.isPresent()) {
                throw failure.get();
            }
            complete();
            return null;
        } catch (SqlException e) {
            throw failed(e);
        } finally {
            working = false;
        }
    }

    CallerId caller() {
        return books.caller();
    }

    /** What a statement that has ended came to. */
    record Outcome(QueryTotals totals, Savings savings, CallerTotals.Totals spent, Duration took) {}

    /** What a statement goes on from under the same caller. Only after the end. */
    EarlierRun asEarlier() {
        return books.asEarlier(scope.totals());
    }

    /** Only after the end. */
    Outcome outcome() {
        CallerTotals.Totals spent = books.spent();
        if (spent == null) {
            throw new IllegalStateException("the statement has not ended");
        }
        return new Outcome(scope.totals(), scope.savings(), spent, books.took());
    }

    @Override
    public void demand(long wanted) {
        answered.demand(wanted);
    }

    @Override
    public void beforeWaiting(Runnable letGo) {
        answered.beforeWaiting(letGo);
    }

    private void complete() {
        over = true;
        releaseToken();
        answered.dropStored();
        scope.close();
        QueryTotals totals = scope.totals();
        boolean truncated = leftOut || RowBound.cuts(statement.bounds(), totals.truncatedCalls());
        tellWarnings();
        books.tellLate();
        ClosingNotices.tell(client, statement, opened, totals, leftOut);
        if (!statement.tag().counting() || statement.tag().words().startsWith("CREATE")) {
            client.services().functionUses().definitionsChanged(statement.tag().words());
        }
        books.end(
                totals.failed() > 0 ? StatementStatus.PARTIAL : StatementStatus.COMPLETED,
                totals,
                answered.changedRows().orElse(rows),
                truncated,
                "");
    }

    /** Whatever it points at, it is not the client's text. */
    private Optional<SqlException> insideCascades() {
        return scope.failure().map(failure -> failure.at(0));
    }

    /** Books the end and gives what the client is told: the first cause, not its echo. */
    private SqlException failed(SqlException echo) {
        SqlException cause =
                cancellation
                        .cause()
                        .or(this::insideCascades)
                        .orElseGet(() -> statement.positions().apply(echo));
        if (!over) {
            over = true;
            StatementSpans spans = books.spans();
            if (spans != null) {
                spans.failed(cause);
            }
            releaseEngine();
            scope.close();
            books.start(statement.parallel(), null, false, null, false);
            tellWarnings();
            books.tellLate();
            books.end(
                    cause.state() == SqlState.QUERY_CANCELED
                            ? StatementStatus.CANCELLED
                            : StatementStatus.ERROR,
                    scope.totals(),
                    rows,
                    false,
                    String.valueOf(cause.getMessage()));
        }
        return cause;
    }

    @Override
    public String tag(long sent) {
        return statement.tag().complete(answered.changedRows().orElse(sent));
    }

    @Override
    public void close() {
        if (!over) {
            over = true;
            scope.cancel("the portal was closed");
            releaseEngine();
            scope.close();
            books.end(
                    StatementStatus.CANCELLED,
                    scope.totals(),
                    rows,
                    false,
                    "the portal was closed");
        }
        releaseEngine();
    }

    private void releaseEngine() {
        answered.release();
        releaseToken();
        answered.dropStored();
    }

    /**
     * No later statement of this connection shows or uses the token.
     *
     * <p>A cancel that comes this late has nothing left to stop, but its interrupt would hit our
     * own statement. The token is dead without it; what matters is that the end gets on the books.
     */
    private void releaseToken() {
        cancellation.over();
        progress.close();
        try {
            client.connection().setCaller("");
        } catch (SqlException e) {
            LOG.debug("the caller's token stays set until the next statement", e);
        }
    }
}
