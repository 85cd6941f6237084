package io.rvbbit.it.testkit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Allows so many requests and tokens per second, and tells it as OpenAI does: per minute.
 *
 * <p>A second's allowance may be used at once. A prompt counts when it comes, an answer when it
 * leaves. Threading: any thread.
 */
final class StubLimiter {
    private static final double NANOS = 1e9;

    private final Allowance requests;
    private final Allowance tokens;
    private long refused;

    /** Per second; {@code each} is 0 where there is no limit. */
    private static final class Allowance {
        private final double each;
        private double left;
        private long at = System.nanoTime();

        Allowance(double perSecond) {
            each = perSecond;
            left = perSecond;
        }

        boolean has(double units) {
            long now = System.nanoTime();
            left = Math.min(each, left + (now - at) / NANOS * each);
            at = now;
            return each == 0 || left >= units;
        }

        double secondsUntil(double units) {
            return each == 0 ? 0 : Math.max(0, (units - left) / each);
        }

        void tell(String of, Map<String, String> headers) {
            if (each > 0) {
                headers.put("x-ratelimit-limit-" + of, Long.toString(Math.round(each * 60)));
                headers.put("x-ratelimit-remaining-" + of, Long.toString((long) Math.max(0, left)));
                headers.put("x-ratelimit-reset-" + of, millis(secondsUntil(each)) + "ms");
            }
        }
    }

    StubLimiter(double requestsPerSecond, double tokensPerSecond) {
        requests = new Allowance(requestsPerSecond);
        tokens = new Allowance(tokensPerSecond);
    }

    /** The 429, if the request is one too many. */
    synchronized Optional<StubFault> refusal(StubRequest request) {
        double prompt = StubReplies.tokens(request.prompt());
        boolean requestFits = requests.has(1);
        boolean promptFits = tokens.has(prompt);
        if (requestFits && promptFits) {
            requests.left -= 1;
            tokens.left -= prompt;
            return Optional.empty();
        }
        refused++;
        double wait = Math.max(requests.secondsUntil(1), tokens.secondsUntil(prompt));
        Map<String, String> headers = headers();
        headers.put("retry-after", Long.toString((long) Math.ceil(wait)));
        headers.put("retry-after-ms", Long.toString(millis(wait)));
        return Optional.of(new StubFault.Status(429, headers, "rate_limit_exceeded", "slow down"));
    }

    /** An answer of so many tokens leaves. */
    synchronized void spend(long answerTokens) {
        tokens.left -= answerTokens;
    }

    synchronized Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        requests.tell("requests", headers);
        tokens.tell("tokens", headers);
        return headers;
    }

    synchronized long refused() {
        return refused;
    }

    private static long millis(double seconds) {
        return (long) Math.ceil(seconds * 1_000);
    }
}
