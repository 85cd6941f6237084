package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.hc.core5.http.MessageHeaders;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.message.HeaderGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

    /** Its nextDouble() is 0.5. */
    private static final RandomGenerator HALF = () -> Long.MIN_VALUE;

    @ParameterizedTest
    @CsvSource({"1,250", "2,500", "3,1000", "6,8000", "7,10000", "1000,10000"})
    void without_advice_the_ceiling_doubles_up_to_the_longest(int failures, long millis) {
        assertThat(RetryPolicy.DEFAULT.waitAfter(failures, Optional.empty(), HALF))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void jitter_is_full() {
        assertThat(RetryPolicy.DEFAULT.waitAfter(3, Optional.empty(), () -> 0)).isZero();
    }

    @Test
    void advice_is_followed_up_to_a_bound_and_spread() {
        assertThat(RetryPolicy.DEFAULT.waitAfter(1, Optional.of(Duration.ofSeconds(3)), HALF))
                .isEqualTo(Duration.ofMillis(3_250));
        assertThat(RetryPolicy.DEFAULT.waitAfter(1, Optional.of(Duration.ofDays(3)), HALF))
                .isEqualTo(Duration.ofMillis(60_250));
    }

    @Test
    void a_request_s_own_waits_are_kept_unless_the_endpoint_asks_for_more() {
        Attempts own = new Attempts(3, failures -> Duration.ofMillis(400L * failures));

        assertThat(own.waitAfter(2, Optional.empty(), RetryPolicy.DEFAULT, HALF))
                .isEqualTo(Duration.ofMillis(800));
        assertThat(own.waitAfter(2, Optional.of(Duration.ZERO), RetryPolicy.DEFAULT, HALF))
                .isEqualTo(Duration.ofMillis(800));
        assertThat(own.waitAfter(2, Optional.of(Duration.ofSeconds(3)), RetryPolicy.DEFAULT, HALF))
                .isEqualTo(Duration.ofMillis(3_250));
        assertThat(Attempts.upTo(3).waitAfter(2, Optional.empty(), RetryPolicy.DEFAULT, HALF))
                .isEqualTo(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @CsvSource({
        "retry-after-ms, 1500, 1500",
        "retry-after-ms, 0.5, 1",
        "Retry-After, 2, 2000",
        "Retry-After, 1.5, 1500",
        "Retry-After, 999999999, 999999999000",
        "Retry-After, 'Sun, 22 Nov 2026 12:00:09 GMT', 9000",
        "Retry-After, 'Sun, 22 Nov 2026 11:00:00 GMT', 0",
    })
    void advice_is_read_from_headers(String name, String value, long millis) {
        Optional<Duration> advice = RetryPolicy.advice(headers(Map.of(name, value)), CLOCK);

        assertThat(advice).isPresent();
        assertThat(advice.orElseThrow().plusNanos(999_999).toMillis()).isEqualTo(millis);
    }

    @Test
    void milliseconds_count_more_than_seconds() {
        assertThat(
                        RetryPolicy.advice(
                                headers(Map.of("retry-after-ms", "20", "retry-after", "1")), CLOCK))
                .contains(Duration.ofMillis(20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "soon", "1e9", "99999999999999999999", "NaN"})
    void advice_that_makes_no_sense_is_no_advice(String value) {
        assertThat(RetryPolicy.advice(headers(Map.of("retry-after", value)), CLOCK)).isEmpty();
    }

    private static MessageHeaders headers(Map<String, String> values) {
        HeaderGroup headers = new HeaderGroup();
        values.forEach((name, value) -> headers.addHeader(new BasicHeader(name, value)));
        return headers;
    }
}
