package io.rvbbit.tracking;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a statement, a session, a cell, an attempt.
 *
 * <p>Only {@link StatementStarted} and {@link SessionStarted} name the caller, and {@link
 * AnswerServed}, and {@link StatementEstimated}, which have no session; every other event names its
 * session, and the books look the caller up by it (the Echo pattern). JSON components hold JSON
 * text, {@code "{}"} or {@code ""} where there is nothing. Money and tokens stand on {@link
 * CellEnded} (the sum of all attempts, paid failures included) and, per attempt, on {@link
 * AttemptEnded}; nowhere else.
 */
public sealed interface Event {
    /** The {@link #take} of what belongs to none. */
    int NO_TAKE = -1;

    Instant at();

    /** 0-based number of the take of the cell that it belongs to; {@link #NO_TAKE} if to none. */
    default int take() {
        return NO_TAKE;
    }

    /**
     * Begins a caller, or begins it again: what {@code metadataJson} said first, it says then too.
     *
     * @param run 1, and one more each time the statement is resumed
     * @param at when the first run began
     */
    record StatementStarted(
            CallerId caller,
            String metadataJson,
            String query,
            String fingerprint,
            String queryType,
            String protocol,
            String userName,
            String applicationName,
            String databaseName,
            int run,
            Instant at)
            implements Event {}

    /**
     * Ends a caller. Numbers are those of all runs, but rows are those of the last.
     *
     * @param rowsInput rows after limit and dedupe
     * @param modelCalls attempts sent
     * @param cacheHits rows served without a session of their own
     */
    record StatementEnded(
            CallerId caller,
            StatementStatus status,
            long rowsInput,
            long rowsOutput,
            long modelCalls,
            long cacheHits,
            Usage usage,
            boolean truncated,
            String errorMessage,
            Duration duration,
            Instant at)
            implements Event {
        /** What is said of a statement that was cancelled because its time was over. */
        public static final String TIMED_OUT = "canceling statement due to statement timeout";

        boolean timedOut() {
            return status == StatementStatus.CANCELLED && errorMessage.equals(TIMED_OUT);
        }
    }

    /**
     * Begins one run of one cascade.
     *
     * @param caller whose money it is
     * @param parentSessionId empty for a session of depth 0
     * @param parentCell the cell of it that runs this one; empty for a session of depth 0
     * @param cascadeFile path as found, empty for an inline cascade
     * @param contentHash of the definition and of those of all cascades that it may run; empty
     *     where it may run none
     * @param sourceRowIndex 0-based row of the statement's input; -1 where there is none
     * @param rowKeyJson object of the columns that name that row; empty where none do
     */
    record SessionStarted(
            String sessionId,
            CallerId caller,
            String parentSessionId,
            String parentCell,
            int depth,
            String cascadeId,
            String cascadeFile,
            String cascadeDefinition,
            String contentHash,
            String inputJson,
            String inputHash,
            long sourceRowIndex,
            String rowKeyJson,
            Instant at)
            implements Event {}

    /** Ends a session. {@code errorJson} is {@code {class, sqlstate, message, attempts}} or "". */
    record SessionEnded(
            String sessionId,
            SessionStatus status,
            String outputJson,
            String errorJson,
            Duration duration,
            Instant at)
            implements Event {}

    /** {@code nodeType}: {@code llm} or the name of a deterministic tool, such as sql_data. */
    record CellStarted(String sessionId, String cell, String nodeType, Instant at)
            implements Event {}

    /**
     * Ends a cell, also a failed, cancelled or orphaned one ({@code errorJson} not empty).
     *
     * @param usage the sum of all its answered attempts; null for a cell that calls no model
     * @param model the model that answered last, empty where none did
     */
    record CellEnded(
            String sessionId,
            String cell,
            String nodeType,
            String contentJson,
            @Nullable Usage usage,
            String model,
            String provider,
            int attempts,
            Duration duration,
            String errorJson,
            Instant at)
            implements Event {}

    /**
     * One request to a model leaves.
     *
     * @param requestId names the call everywhere, also in its {@link AttemptEnded}
     * @param attempt 1-based within the cell; {@code turn} 1-based within the conversation
     */
    record AttemptStarted(
            String sessionId,
            String cell,
            String requestId,
            int attempt,
            int turn,
            int take,
            String modelRequested,
            String provider,
            String requestJson,
            Instant at)
            implements Event {
        /** Of no take. */
        public AttemptStarted(
                String sessionId,
                String cell,
                String requestId,
                int attempt,
                int turn,
                String modelRequested,
                String provider,
                String requestJson,
                Instant at) {
            this(
                    sessionId,
                    cell,
                    requestId,
                    attempt,
                    turn,
                    NO_TAKE,
                    modelRequested,
                    provider,
                    requestJson,
                    at);
        }
    }

    /**
     * One request to a model has been answered, refused, or given up.
     *
     * @param usage null where no reply told it: the attempt is uncosted
     * @param errorJson empty for a good answer
     */
    record AttemptEnded(
            String sessionId,
            String cell,
            String requestId,
            int attempt,
            int turn,
            int take,
            String modelRequested,
            String model,
            String provider,
            @Nullable Usage usage,
            String responseJson,
            String toolCallsJson,
            String errorJson,
            Duration duration,
            Instant at)
            implements Event {
        /** Of no take. */
        public AttemptEnded(
                String sessionId,
                String cell,
                String requestId,
                int attempt,
                int turn,
                String modelRequested,
                String model,
                String provider,
                @Nullable Usage usage,
                String responseJson,
                String toolCallsJson,
                String errorJson,
                Duration duration,
                Instant at) {
            this(
                    sessionId,
                    cell,
                    requestId,
                    attempt,
                    turn,
                    NO_TAKE,
                    modelRequested,
                    model,
                    provider,
                    usage,
                    responseJson,
                    toolCallsJson,
                    errorJson,
                    duration,
                    at);
        }
    }

    /** A deterministic tool runs; {@code inputJson} is what it was given. */
    record ToolStarted(
            String sessionId, String cell, String tool, int take, String inputJson, Instant at)
            implements Event {}

    /** A deterministic tool has ended; {@code errorJson} is empty if it succeeded. */
    record ToolEnded(
            String sessionId,
            String cell,
            String tool,
            int take,
            String outputJson,
            String errorJson,
            Duration duration,
            Instant at)
            implements Event {}

    /** Something worth a row that neither begins nor ends anything. */
    record Noted(
            String sessionId,
            String cell,
            NoteType type,
            int attempt,
            int take,
            String contentJson,
            Instant at)
            implements Event {}

    /**
     * A statement was given an answer that another has paid for; it has no session of its own.
     *
     * @param inputHash of the input, or of the rows of a RUN
     * @param sourceRowIndex of the first row that was given it; -1 where there is none
     * @param rowKeyJson as {@link SessionStarted} has it
     * @param computedBy the session that computed it
     * @param models that were asked then
     * @param savedTokensIn what it took then, as {@code savedTokensOut} and {@code savedCostUsd}
     * @param savedCostUsd decimal text; empty where it is not known
     */
    record AnswerServed(
            CallerId caller,
            String cascadeId,
            String cascadeFile,
            String inputHash,
            long sourceRowIndex,
            String rowKeyJson,
            String computedBy,
            String models,
            Instant computedAt,
            long savedTokensIn,
            long savedTokensOut,
            String savedCostUsd,
            Instant at)
            implements Event {}

    /**
     * What a statement is expected to come to; what it has come to tells its end.
     *
     * @param kind {@code analyze} or {@code sample}
     * @param sampledInputs that were answered to tell; -1 where none were
     * @param callsMin if each call succeeds at once; {@code callsMax} if each is repeated
     * @param cost US dollars; null where nothing tells them, as {@code low} and {@code high}
     * @param most the upper bound, US dollars; null where there is none
     */
    record StatementEstimated(
            CallerId caller,
            String kind,
            long sampledInputs,
            long rows,
            long distinctInputs,
            long cacheHits,
            long callsMin,
            long callsMax,
            long promptTokens,
            boolean promptTokensExact,
            @Nullable BigDecimal cost,
            @Nullable BigDecimal low,
            @Nullable BigDecimal high,
            @Nullable BigDecimal most,
            Duration duration,
            Instant at)
            implements Event {}

    /**
     * A step of a traced statement has ended that has no other events of its own.
     *
     * @param spanId that it was shown by while it ran; empty if it was not
     * @param service what worked, such as {@code gateway} or {@code store}
     * @param metadataJson an object; empty for nothing to tell
     * @param errorJson empty if it succeeded
     */
    record SpanEnded(
            CallerId caller,
            String spanId,
            String service,
            String operation,
            String metadataJson,
            String errorJson,
            Duration duration,
            Instant at)
            implements Event {}

    /** A model was asked for what a function that does not exist would have given. */
    record FallbackEnded(Fallback fallback, Instant at) implements Event {}

    /** The {@code event_type} of a {@link Noted}, in lower case in the books. */
    enum NoteType {
        VALIDATION,
        RETRY,
        HANDOFF
    }

    /** {@code sql_query_log.status}, in lower case in the books. */
    enum StatementStatus {
        RUNNING,
        COMPLETED,
        PARTIAL,
        ERROR,
        CANCELLED,
        ORPHANED
    }

    /** {@code session_state.status}, in lower case in the books. */
    enum SessionStatus {
        STARTING,
        RUNNING,
        BLOCKED,
        COMPLETED,
        ERROR,
        CANCELLED,
        ORPHANED
    }
}
