package io.rvbbit.udf.llm;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.MessageHeaders;

/**
 * What a reply says of its endpoint's limits: {@code x-ratelimit-limit-requests}, {@code
 * -remaining-requests}, {@code -reset-requests}, and the same of tokens.
 *
 * @see <a href="https://platform.openai.com/docs/guides/rate-limits">Rate limits in headers</a>
 */
record RateHeaders(Budget requests, Budget tokens) {
    static final RateHeaders NONE = new RateHeaders(Budget.NONE, Budget.NONE);

    /**
     * One of the two limits.
     *
     * @param limit 0 where it is not told
     * @param remaining -1 where it is not told
     * @param reset until all of the limit is there again; zero where it is not told
     */
    record Budget(long limit, long remaining, Duration reset) {
        static final Budget NONE = new Budget(0, -1, Duration.ZERO);
        private static final Duration MINUTE = Duration.ofMinutes(1);

        /**
         * The limit, if it is one per minute, as is usual; else 0: such as a day's, which may be
         * spent at once.
         */
        long perMinute() {
            return reset.compareTo(MINUTE) > 0 ? 0 : limit;
        }

        boolean isSpent() {
            return remaining == 0;
        }
    }

    private static final String PREFIX = "x-ratelimit-";
    private static final Pattern COUNT = Pattern.compile("\\d{1,15}");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
    private static final Pattern PART =
            Pattern.compile("\\G(\\d{1,9}(?:\\.\\d{1,9})?)(ms|us|µs|ns|d|h|m|s)");

    static RateHeaders of(MessageHeaders headers) {
        RateHeaders told = new RateHeaders(budget(headers, "requests"), budget(headers, "tokens"));
        return told.equals(NONE) ? NONE : told;
    }

    /** How long to wait after a 429 that does not say so: for the larger of what is spent. */
    Optional<Duration> wait429() {
        boolean any = requests.isSpent() || tokens.isSpent();
        Duration one = !any || requests.isSpent() ? requests.reset() : Duration.ZERO;
        Duration other = !any || tokens.isSpent() ? tokens.reset() : Duration.ZERO;
        Duration larger = one.compareTo(other) > 0 ? one : other;
        return larger.isZero() ? Optional.empty() : Optional.of(larger);
    }

    private static Budget budget(MessageHeaders headers, String of) {
        long limit = count(headers, PREFIX + "limit-" + of, 0);
        long remaining = count(headers, PREFIX + "remaining-" + of, -1);
        Duration reset =
                value(headers, PREFIX + "reset-" + of)
                        .map(RateHeaders::duration)
                        .orElse(Duration.ZERO);
        return limit == 0 && remaining < 0 && reset.isZero()
                ? Budget.NONE
                : new Budget(limit, remaining, reset);
    }

    /** The first header of that name, however it is written. */
    static Optional<String> value(MessageHeaders headers, String name) {
        return Optional.ofNullable(headers.getFirstHeader(name)).map(Header::getValue);
    }

    private static long count(MessageHeaders headers, String name, long otherwise) {
        return value(headers, name)
                .map(String::strip)
                .filter(text -> COUNT.matcher(text).matches())
                .map(Long::parseLong)
                .orElse(otherwise);
    }

    /** Such as {@code 1s}, {@code 6m0s}, {@code 20ms} or, in seconds, {@code 0.25}; else zero. */
    static Duration duration(String written) {
        String text = written.strip();
        if (SECONDS.matcher(text).matches()) {
            return nanos(text, 1_000_000_000L);
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        int end = 0;
        while (part.find()) {
            sum = sum.plus(nanos(part.group(1), nanosOf(part.group(2))));
            end = part.end();
        }
        return end == text.length() ? sum : Duration.ZERO;
    }

    private static long nanosOf(String unit) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> 86_400_000_000_000L;
        };
    }

    private static Duration nanos(String number, long each) {
        BigDecimal nanos =
                new BigDecimal(number)
                        .multiply(BigDecimal.valueOf(each))
                        .setScale(0, RoundingMode.UP);
        // A billion days are more nanoseconds than a long can hold.
        return Duration.ofNanos(nanos.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValueExact());
    }
}
