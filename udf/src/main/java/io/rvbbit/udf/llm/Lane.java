package io.rvbbit.udf.llm;

import io.rvbbit.tracking.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One model of one provider: how much may be asked of it now, and who waits for that.
 *
 * <p>Threading: {@link #take} and {@link #breaker} any thread; all else is guarded by {@link
 * Traffic}.
 */
final class Lane {
    private static final double FIRST_GUESS_TOKENS = 256;

    /** A reply's weight in the running mean of answers' lengths. */
    private static final double WEIGHT = 0.125;

    private final Traffic traffic;
    private final String provider;
    private final String model;
    private final Road road;
    private final CircuitBreaker breaker;
    private final FairQueue queue = new FairQueue();
    private final Window window = new Window();
    private final Pace requests;
    private final Pace tokens;
    private int inFlight;
    private long departures;
    private long notBefore = Long.MIN_VALUE;
    private volatile boolean countsTokens;
    private volatile double tokensPerByte = 0.25;
    private volatile double answerTokens = Double.NaN;

    /** What all models of a provider share. Threading: guarded by {@link Traffic}. */
    static final class Road {
        private final int most;
        private int inFlight;

        Road(int most) {
            this.most = most;
        }
    }

    Lane(Traffic traffic, ProviderConfig config, String model, Road road, InstantSource clock) {
        this.traffic = traffic;
        this.provider = config.name();
        this.model = model;
        this.road = road;
        this.breaker = new CircuitBreaker(provider + "/" + model, clock);
        RateLimit limit = config.limit(model);
        this.requests = new Pace(limit.requestsPerMinute());
        this.tokens = new Pace(limit.tokensPerMinute());
        this.countsTokens = limit.tokensPerMinute() > 0;
    }

    CircuitBreaker breaker() {
        return breaker;
    }

    /**
     * Waits for the turn of one attempt.
     *
     * @param body as it will be sent
     * @throws InterruptedException with nothing taken
     */
    Slot take(ModelRequest request, String body) throws InterruptedException {
        int bytes = countsTokens ? body.getBytes(StandardCharsets.UTF_8).length : 0;
        long tokens = countsTokens ? estimate(bytes, request.maxTokens()) : 0;
        return traffic.take(this, request.caller(), bytes, tokens);
    }

    /**
     * As {@link #take(ModelRequest, String)} for a request's first attempt, which is not sent if
     * the circuit opens while it waits. Whoever waits for a probe holds no place.
     *
     * @throws ModelException fatal, with nothing taken, if the circuit is open
     */
    Slot take(ModelRequest request, String body, CircuitBreaker.Pass pass)
            throws InterruptedException {
        Slot slot = take(request, body);
        while (!pass.holds()) {
            slot.withdraw();
            pass.renew(request.timeout());
            slot = take(request, body);
        }
        return slot;
    }

    /** What an attempt will count for, as far as the last replies tell. */
    private long estimate(int bytes, @Nullable Integer maxTokens) {
        double bound = maxTokens == null ? Double.POSITIVE_INFINITY : maxTokens;
        double unknown = maxTokens == null ? FIRST_GUESS_TOKENS : maxTokens;
        double mean = answerTokens;
        double answer = Double.isNaN(mean) ? unknown : Math.min(mean, bound);
        return Math.max(1, Math.round(bytes * tokensPerByte + answer));
    }

    FairQueue queue() {
        return queue;
    }

    int inFlight() {
        return inFlight;
    }

    boolean hasRoom() {
        return window.hasRoom(inFlight) && road.inFlight < road.most;
    }

    /** When the next attempt may leave, as far as time decides it. */
    long earliest() {
        return Math.max(notBefore, Math.max(requests.earliest(), tokens.earliest()));
    }

    /** The next in the queue leaves. */
    void depart(long now) {
        Slot slot = queue.next();
        inFlight++;
        road.inFlight++;
        requests.charge(now, 1);
        tokens.charge(now, slot.tokens());
        slot.grant(++departures);
    }

    /** An attempt that had left will not be sent after all. */
    void recall(Slot slot, long now) {
        arrive();
        requests.correct(now, -1);
        tokens.correct(now, -slot.tokens());
    }

    /** An attempt is over. */
    void settle(Slot slot, long now) {
        learn(slot.headers());
        Outcome outcome = slot.outcome();
        if (outcome != null) {
            count(slot, outcome.usage(), now);
            if (outcome instanceof Outcome.Answered) {
                window.answered();
            } else if (outcome instanceof Outcome.Failed failed
                    && failed.cause().errorClass().equals("rate_limit")) {
                window.refused(inFlight, slot.number(), departures);
            }
            Duration pause = slot.pause();
            if (!pause.isZero()) {
                notBefore = Math.max(notBefore, now + pause.toNanos());
            }
        }
        arrive();
    }

    private void arrive() {
        inFlight--;
        road.inFlight--;
    }

    private void learn(RateHeaders told) {
        if (told.requests().perMinute() > 0) {
            requests.told(told.requests().perMinute());
        }
        if (told.tokens().perMinute() > 0) {
            tokens.told(told.tokens().perMinute());
            countsTokens = true;
        }
    }

    /** Where no reply tells its tokens, the estimate stands: failed requests count too. */
    private void count(Slot slot, @Nullable Usage usage, long now) {
        if (usage == null) {
            return;
        }
        long in = Math.clamp(usage.tokensIn(), 0, Integer.MAX_VALUE);
        long out = Math.clamp(usage.tokensOut(), 0, Integer.MAX_VALUE);
        if (slot.bytes() > 0) {
            tokens.correct(now, in + out - slot.tokens());
            double perByte = tokensPerByte;
            tokensPerByte = perByte + WEIGHT * ((double) in / slot.bytes() - perByte);
        }
        double mean = answerTokens;
        answerTokens = Double.isNaN(mean) ? out : mean + WEIGHT * (out - mean);
    }

    /** Whether it may be forgotten: nobody uses it, nothing holds it up. */
    boolean isIdle(long now) {
        return inFlight == 0
                && queue.size() == 0
                && earliest() <= now
                && window.size() == Integer.MAX_VALUE;
    }

    LaneReading reading(long now, Instant instant) {
        return new LaneReading(
                provider,
                model,
                inFlight,
                queue.size(),
                window.size(),
                requests.perMinute(),
                tokens.perMinute(),
                notBefore > now
                        ? Optional.of(instant.plusNanos(notBefore - now))
                        : Optional.empty());
    }
}
