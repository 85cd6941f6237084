package io.rvbbit.udf.cache;

import io.rvbbit.rewriter.Options.CachePolicy;
import java.util.Optional;

/**
 * One call of a cascade as other statements see it: what its statement may take from them, and what
 * it gives.
 *
 * <p>Threading: any thread.
 */
public final class SharedCall {
    private final AnswerCache cache;
    private final AnswerKey key;
    private final CachePolicy policy;
    private final boolean shareable;
    private final String models;

    SharedCall(
            AnswerCache cache,
            AnswerKey key,
            CachePolicy policy,
            boolean shareable,
            String models) {
        this.cache = cache;
        this.models = models;
        this.key = key;
        this.policy = policy;
        this.shareable = shareable;
    }

    public AnswerKey key() {
        return key;
    }

    /** Whether a stored answer is the only one that may be had. */
    public boolean isStoredOnly() {
        return policy instanceof CachePolicy.Only;
    }

    /** Whether other statements may get the answer at all. */
    public boolean isShareable() {
        return shareable;
    }

    private boolean isShared() {
        return shareable && !(policy instanceof CachePolicy.Off);
    }

    /** A stored answer that is young enough. */
    public Optional<StoredAnswer> find() {
        if (!isShared()) {
            return Optional.empty();
        }
        return policy instanceof CachePolicy.MaxAge(var age)
                ? cache.find(key, age)
                : cache.find(key);
    }

    /** Counts that the answer has to be computed, or cannot be had, for want of a stored one. */
    public void missed() {
        if (isShared()) {
            cache.missed();
        }
    }

    /** To be called only by whoever waits for nothing more before it computes the answer. */
    public RunningAnswers.Claim claim() {
        return isShared() ? cache.running().claim(key) : cache.running().alone(key);
    }

    /** An answer with what other statements want to know besides. */
    public StoredAnswer stored(Form answer) {
        return answer.with(models, cache.clock().millis());
    }

    /** Makes the stored form of an answer. */
    public interface Form {
        StoredAnswer with(String models, long createdAt);
    }

    /** Stores the answer for others. */
    public void store(StoredAnswer answer) {
        if (isShared()) {
            cache.store().put(key, answer);
        }
    }
}
