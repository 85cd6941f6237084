package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Fingerprint;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Books;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.CallerMetadata;
import io.rvbbit.tracking.CallerTotals;
import io.rvbbit.tracking.Event.StatementEnded;
import io.rvbbit.tracking.Event.StatementStarted;
import io.rvbbit.tracking.Event.StatementStatus;
import io.rvbbit.tracking.TraceContext;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.QueryScope;
import io.rvbbit.udf.QueryTotals;
import io.rvbbit.udf.RowProgress;
import io.rvbbit.udf.cascade.BookRoom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One statement's own row in the books, from its beginning to its end.
 *
 * <p>Threading: the session's thread only.
 */
final class StatementBooks {
    private static final Logger LOG = LoggerFactory.getLogger(StatementBooks.class);

    /** Of a character, in the text, its metadata, its fingerprint and what was wrong with it. */
    private static final int MOST_BYTES = 24;

    private static final int FIXED_BYTES = 16 << 10;

    private final ClientContext client;
    private final CallerId caller;
    private final String text;
    private final String kind;
    private final Instant began;
    private @Nullable RunningStatement running;
    private final Optional<EarlierRun> earlier;
    private final @Nullable CallerId replayOf;
    private final int run;
    private final HeldUpWarning heldUp;
    private boolean admitted;
    private boolean refused;
    private boolean started;
    private boolean ended;
    private final @Nullable TraceContext trace;
    private final @Nullable StatementSpans spans;
    private final boolean sameRun;
    private String metadataJson = "";
    private CallerTotals.@Nullable Totals spent;
    private Duration took = Duration.ZERO;

    /**
     * Goes on with the row of an earlier run; {@code resumption} null begins a new one.
     *
     * @param working whether the client waits for this statement; asked on any thread
     */
    StatementBooks(
            ClientContext client,
            AccountedStatement statement,
            @Nullable Resumption resumption,
            BooleanSupplier working) {
        this(
                client,
                statement.text(),
                statement.kind(),
                resumption,
                statement.replayed() == null ? null : statement.replayed().caller(),
                working);
    }

    private StatementBooks(
            ClientContext client,
            String text,
            String kind,
            @Nullable Resumption resumption,
            @Nullable CallerId replayOf,
            BooleanSupplier working) {
        this.client = client;
        this.earlier = resumption == null ? Optional.empty() : resumption.earlier();
        this.run = resumption == null ? 1 : earlier.map(EarlierRun::runs).orElse(1) + 1;
        this.sameRun = resumption != null && resumption.isSameRun();
        this.replayOf = replayOf;
        this.text = text;
        this.kind = kind;
        this.caller =
                resumption == null
                        ? client.services().books().newCaller(client.origin().callerPrefix())
                        : resumption.caller();
        this.began = client.services().clock().instant();
        this.trace = client.trace(caller);
        this.spans =
                trace == null
                        ? null
                        : new StatementSpans(
                                caller,
                                run,
                                trace,
                                client.services().books(),
                                client.services().clock());
        this.heldUp = new HeldUpWarning(client.notices(), working);
        client.services().totals().begin(caller, heldUp);
        client.tally().hasCaller();
    }

    /** Books a RVBBIT statement that was refused before it could begin. */
    static void refused(ClientContext client, String text, SqlException why) {
        new StatementBooks(client, text, "rvbbit_refused", null, null, () -> true).failed(why);
    }

    /** Books that a statement of which a step has run cannot go on. */
    static void failed(
            ClientContext client,
            AccountedStatement statement,
            Resumption resumption,
            SqlException why) {
        new StatementBooks(client, statement, resumption, () -> true).failed(why);
    }

    private void failed(SqlException why) {
        try {
            start(client.settings().parallel(), null, false, null, false);
        } finally {
            end(StatementStatus.ERROR, null, 0, false, String.valueOf(why.getMessage()));
        }
    }

    /**
     * Waits until the books have room for the statement. One for which they have none never began:
     * nothing of it is booked.
     *
     * @throws SqlException 53100 if that takes too long, 57014 if it is cancelled meanwhile
     */
    void awaitRoom(Cancellation cancellation) {
        var stopped = new CompletableFuture<Void>();
        cancellation.onCancel(() -> stopped.complete(null));
        refused = true;
        try {
            if (!BookRoom.await(client.services().totals(), caller, stopped)) {
                cancellation.check();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SqlException(SqlState.ADMIN_SHUTDOWN, "the session was ended", e);
        }
        admitted = true;
        refused = false;
    }

    /** Says what could not be said when it was due. */
    void tellLate() {
        heldUp.tellLate();
    }

    CallerId caller() {
        return caller;
    }

    /** Null for a statement that is not traced. */
    @Nullable StatementSpans spans() {
        return spans;
    }

    /** The run as an earlier one of the same statement. Only after the end. */
    EarlierRun asEarlier(QueryTotals totals) {
        CallerTotals.Totals counted = spent;
        if (counted == null) {
            throw new IllegalStateException("the statement has not ended");
        }
        return new EarlierRun(
                caller,
                "completed",
                run,
                counted.attempts() + earlier.map(EarlierRun::modelCalls).orElse(0L),
                totals.cacheHits() + earlier.map(EarlierRun::cacheHits).orElse(0L),
                totals.rowsIn(),
                earlier.map(before -> before.usage().plus(counted.usage())).orElse(counted.usage()),
                earlier.map(EarlierRun::startedAt).orElse(began),
                took.plus(earlier.map(EarlierRun::duration).orElse(Duration.ZERO)),
                metadataJson);
    }

    /** What the run has sent and paid; null before its end. */
    CallerTotals.@Nullable Totals spent() {
        return spent;
    }

    /** How long the run took; zero before its end. */
    Duration took() {
        return took;
    }

    /** Others see the statement from here on, and may stop it. */
    RunningStatement runs(QueryScope scope, Cancellation cancellation, int parallel) {
        RunningStatement statement =
                new RunningStatement(
                        origin(parallel), scope, client.services().totals(), cancellation, spans);
        running = statement;
        if (run > 1) {
            client.services().statements().goesOn(caller);
        }
        client.services().statements().began(statement);
        return statement;
    }

    private StatementState.Origin origin(int parallel) {
        return new StatementState.Origin(
                caller,
                client.processId(),
                client.user(),
                client.connection().database(),
                client.settings().get("application_name"),
                text,
                kind,
                parallel,
                began);
    }

    /** What others saw of it last. */
    private StatementState state() {
        RunningStatement statement = running;
        return statement != null
                ? statement.state()
                : new StatementState(
                        origin(client.settings().parallel()),
                        StatementStatus.RUNNING,
                        null,
                        RowProgress.NONE,
                        List.of(),
                        List.of(),
                        0,
                        0,
                        Usage.NONE,
                        "",
                        "");
    }

    /**
     * Whether the books take a statement that was refused before it asked them for room: it is
     * answered now, whatever they wait for.
     */
    private boolean isTaken() {
        Books books = client.services().books();
        String why = books.refusing();
        if (why.isEmpty() || books.hasReserve(MOST_BYTES * (long) text.length() + FIXED_BYTES)) {
            return true;
        }
        LOG.warn("a statement that was refused is not on the books: {}", why);
        client.notices()
                .tell(
                        Notices.Severity.WARNING,
                        SqlState.WARNING,
                        "the statement is not on the books: " + why,
                        HeldUpWarning.HINT);
        return false;
    }

    /**
     * Books the beginning, unless there was no room for it.
     *
     * @param limit the most rows that are mapped, null for none
     * @param collected rows that RUN has collected, null for any other statement
     */
    void start(
            int parallel,
            @Nullable Long limit,
            boolean autoLimited,
            @Nullable Long collected,
            boolean leftOut) {
        if (started || refused) {
            return;
        }
        if (!admitted && !isTaken()) {
            refused = true;
            return;
        }
        started = true;
        Fingerprint fingerprint = Fingerprint.of(text);
        CallerMetadata.Sql sql =
                client.origin()
                        .sql(text, fingerprint, parallel)
                        .withLimit(limit, autoLimited)
                        .withReplayOf(replayOf);
        CallerMetadata.Sql complete =
                collected == null ? sql : sql.withCollected(collected, leftOut);
        CallerMetadata metadata = client.origin().metadata(complete, began).withTrace(trace);
        Books books = client.services().books();
        metadataJson = earlier.map(EarlierRun::metadataJson).orElseGet(metadata::toJson);
        books.record(
                new StatementStarted(
                        caller,
                        metadataJson,
                        text,
                        fingerprint.text(),
                        kind,
                        client.origin().protocol(),
                        client.user(),
                        client.settings().get("application_name"),
                        client.connection().database(),
                        run,
                        earlier.map(EarlierRun::startedAt).orElse(began)));
        if (spans != null) {
            spans.statementBooked();
        }
        client.settings().assign("rvbbit.last_caller_id", caller.value());
        client.notices().began(caller);
        if (!sameRun && client.settings().isOn("rvbbit.notices")) {
            client.notices().notice(SqlState.SUCCESSFUL_COMPLETION, "caller_id " + caller);
        }
    }

    /** {@code totals} is null for a statement that never got so far. */
    void end(
            StatementStatus status,
            @Nullable QueryTotals totals,
            long rowsOutput,
            boolean truncated,
            String error) {
        if (ended) {
            return;
        }
        ended = true;
        CallerTotals.Totals counted = client.services().totals().soFar(caller).totals();
        spent = counted;
        Usage usage = counted.usage();
        Usage ofAllRuns = earlier.map(first -> first.usage().plus(usage)).orElse(usage);
        Instant now = client.services().clock().instant();
        client.services()
                .statements()
                .ended(state().ended(status, counted.attempts(), usage, error, now));
        took = Duration.between(began, now);
        client.services().totals().end(caller);
        if (!started) {
            return;
        }
        client.services()
                .books()
                .record(
                        new StatementEnded(
                                caller,
                                status,
                                totals == null ? 0 : totals.rowsIn(),
                                rowsOutput,
                                counted.attempts() + earlier.map(EarlierRun::modelCalls).orElse(0L),
                                (totals == null ? 0 : totals.cacheHits())
                                        + earlier.map(EarlierRun::cacheHits).orElse(0L),
                                ofAllRuns,
                                truncated,
                                error,
                                Duration.between(began, now)
                                        .plus(
                                                earlier.map(EarlierRun::duration)
                                                        .orElse(Duration.ZERO)),
                                now));
        Usage told = sameRun ? ofAllRuns : usage;
        client.lastCost(told.costUsd());
        client.notices().ended(caller, told);
    }
}
