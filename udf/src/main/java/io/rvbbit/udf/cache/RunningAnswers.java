package io.rvbbit.udf.cache;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who computes which answer now, over all statements of the server.
 *
 * <p>A key is claimed by whoever is about to run its cascade, and by nobody who still waits for
 * anything: so whoever runs goes on, and those who wait for it get somewhere. Threading: any
 * thread.
 */
public final class RunningAnswers {
    private final Map<AnswerKey, CompletableFuture<Optional<StoredAnswer>>> running =
            new ConcurrentHashMap<>();

    /** What a claim comes to. */
    public sealed interface Claim {}

    /** Another statement computes the answer; the future is empty if it gives up. */
    public record Theirs(CompletableFuture<Optional<StoredAnswer>> answer) implements Claim {}

    /**
     * The claimant computes it. Closing without an answer lets one of those who wait take over.
     *
     * <p>Threading: one thread.
     */
    public final class Ours implements Claim, AutoCloseable {
        private final AnswerKey key;
        private final CompletableFuture<Optional<StoredAnswer>> answer;

        private Ours(AnswerKey key, CompletableFuture<Optional<StoredAnswer>> answer) {
            this.key = key;
            this.answer = answer;
        }

        /** To be called when the answer is stored: whoever comes too late to wait looks there. */
        public void answered(StoredAnswer value) {
            end(Optional.of(value));
        }

        @Override
        public void close() {
            end(Optional.empty());
        }

        private void end(Optional<StoredAnswer> outcome) {
            running.remove(key, answer);
            answer.complete(outcome);
        }
    }

    Claim claim(AnswerKey key) {
        CompletableFuture<Optional<StoredAnswer>> fresh = new CompletableFuture<>();
        CompletableFuture<Optional<StoredAnswer>> earlier = running.putIfAbsent(key, fresh);
        return earlier == null ? new Ours(key, fresh) : new Theirs(earlier);
    }

    /** For a call that is shared with nobody: always granted, and seen by nobody. */
    Claim alone(AnswerKey key) {
        return new Ours(key, new CompletableFuture<>());
    }
}
