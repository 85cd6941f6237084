package io.rvbbit.udf.llm;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.MessageHeaders;

/**
 * How long to wait before the next attempt.
 *
 * <p>Without advice from the endpoint: full jitter, a random time up to {@code base} doubled with
 * every failure. With advice ({@code retry-after-ms}, {@code Retry-After} in seconds or as a date):
 * that long, at most {@code longestAdvice}, and a random time up to {@code base} on top, because
 * all rows of a statement are told the same second. Threading: immutable.
 *
 * @param base upper end of the first wait
 * @param longestBackoff upper end of any wait that we choose ourselves
 * @param longestAdvice bound on what an endpoint may ask for
 */
public record RetryPolicy(Duration base, Duration longestBackoff, Duration longestAdvice) {
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(Duration.ofMillis(500), Duration.ofSeconds(20), Duration.ofSeconds(60));

    private static final Pattern DECIMAL = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

    public RetryPolicy {
        if (base.isNegative() || longestBackoff.compareTo(base) < 0 || longestAdvice.isNegative()) {
            throw new IllegalArgumentException(
                    "waits are not negative, and the longest is longest");
        }
    }

    /**
     * The wait before the next attempt.
     *
     * @param failures attempts that have failed so far, at least 1
     */
    Duration waitAfter(int failures, Optional<Duration> advice, RandomGenerator random) {
        if (advice.isPresent()) {
            Duration asked = advice.get();
            Duration bounded = asked.compareTo(longestAdvice) > 0 ? longestAdvice : asked;
            return bounded.plus(upTo(base, random));
        }
        Duration ceiling = base;
        for (int i = 1; i < failures && ceiling.compareTo(longestBackoff) < 0; i++) {
            ceiling = ceiling.multipliedBy(2);
        }
        return upTo(ceiling.compareTo(longestBackoff) > 0 ? longestBackoff : ceiling, random);
    }

    /** What the endpoint asks for; empty if it says nothing that can be read. */
    static Optional<Duration> advice(MessageHeaders headers, Clock clock) {
        return RateHeaders.value(headers, "retry-after-ms")
                .flatMap(text -> decimal(text, 6))
                .or(() ->
                        RateHeaders.value(headers, "retry-after").flatMap(text -> decimal(text, 9)))
                .or(() ->
                        RateHeaders.value(headers, "retry-after")
                                .flatMap(text -> until(text, clock)));
    }

    private static Optional<Duration> decimal(String text, int toNanos) {
        String trimmed = text.strip();
        if (!DECIMAL.matcher(trimmed).matches()) {
            return Optional.empty();
        }
        BigDecimal nanos = new BigDecimal(trimmed).movePointRight(toNanos);
        return Optional.of(Duration.ofNanos(nanos.setScale(0, RoundingMode.UP).longValueExact()));
    }

    private static Optional<Duration> until(String date, Clock clock) {
        try {
            ZonedDateTime at =
                    ZonedDateTime.parse(date.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration wait = Duration.between(clock.instant(), at.toInstant());
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeException unreadable) {
            return Optional.empty();
        }
    }

    private static Duration upTo(Duration ceiling, RandomGenerator random) {
        return Duration.ofNanos((long) (ceiling.toNanos() * random.nextDouble()));
    }
}
