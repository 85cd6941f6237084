package io.rvbbit.udf.cache;

import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.udf.cascade.BookRoom;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.llm.Models;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The answers of the whole server: those that are stored, and those that are being computed.
 *
 * <p>What several statements ask for at once is computed by one of them, which pays; the others
 * wait and get it for nothing. If it gives up (cancelled, failed, out of budget), one of those who
 * wait computes it and pays from then on. Failures are neither stored nor shared. Threading: any
 * thread.
 */
public final class AnswerCache {
    private final AnswerStore store;
    private final Models models;
    private final EventSink events;
    private final Clock clock;
    private final @Nullable Duration timeToLive;
    private final RunningAnswers running = new RunningAnswers();
    private final LongAdder misses = new LongAdder();

    /**
     * @param models tell what a model's name stands for
     * @param events hears of each answer that is served
     * @param timeToLive no older answer is served; null: any is
     */
    public AnswerCache(
            AnswerStore store,
            Models models,
            EventSink events,
            Clock clock,
            @Nullable Duration timeToLive) {
        this.store = store;
        this.models = models;
        this.events = events;
        this.clock = clock;
        this.timeToLive = timeToLive;
    }

    public CascadeIdentity identity(
            Cascade cascade, Overrides overrides, @Nullable Integer maxTokens) {
        return CascadeIdentity.of(cascade, overrides, models, maxTokens);
    }

    /**
     * One call of a cascade.
     *
     * @param pure false: nobody else may get the answer, whatever the policy says
     * @param inputHash and {@code rowsHash} as {@link CascadeIdentity#key} has them
     */
    public SharedCall call(
            CascadeIdentity identity,
            CachePolicy policy,
            boolean pure,
            String inputHash,
            String rowsHash) {
        return new SharedCall(
                this,
                identity.key(inputHash, rowsHash),
                policy,
                pure && !identity.isOffline(),
                identity.models());
    }

    /** A stored answer that the server's time to live allows. */
    Optional<StoredAnswer> find(AnswerKey key) {
        Optional<StoredAnswer> found = store.find(key);
        return timeToLive == null ? found : found.filter(answer -> age(answer, timeToLive));
    }

    /** A stored answer that is at most this old, too. */
    Optional<StoredAnswer> find(AnswerKey key, Duration oldest) {
        return find(key).filter(answer -> age(answer, oldest));
    }

    private boolean age(StoredAnswer answer, Duration oldest) {
        return answer.createdAt() >= clock.millis() - oldest.toMillis();
    }

    void missed() {
        misses.increment();
    }

    /** How often a stored answer would have done, but there was none. */
    public long misses() {
        return misses.sum();
    }

    AnswerStore store() {
        return store;
    }

    RunningAnswers running() {
        return running;
    }

    /**
     * Waits until the books have room for an answer that would be served.
     *
     * @return false if {@code stopped} has completed before
     * @throws SqlException 53100 if they have none for too long
     */
    public boolean awaitRoom(CallerId caller, CompletableFuture<?> stopped)
            throws InterruptedException {
        return BookRoom.await(events, caller, stopped);
    }

    /** Books that a statement was served; an input counts once for each statement. */
    public void served(Event.AnswerServed event) {
        events.record(event);
    }

    /** Books what else there is to tell of an answer. */
    public void book(Event event) {
        events.record(event);
    }

    public Clock clock() {
        return clock;
    }

    /** Removes all stored answers; how many there were. */
    public long clear() {
        return store.clear();
    }

    /** Removes the stored answers of one cascade; how many there were. */
    public long clear(String cascadeId) {
        return store.clear(cascadeId);
    }
}
