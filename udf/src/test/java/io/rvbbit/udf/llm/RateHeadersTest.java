package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.hc.core5.http.message.BasicHeader;
import org.apache.hc.core5.http.message.HeaderGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RateHeadersTest {
    @ParameterizedTest
    @CsvSource({
        "1s, PT1S",
        "6m0s, PT6M",
        "20ms, PT0.02S",
        "1h2m3.5s, PT1H2M3.5S",
        "1d, PT24H",
        "7.66ms, PT0.00766S",
        "0.25, PT0.25S",
        "12, PT12S",
        "'', PT0S",
        "soon, PT0S",
        "1s!, PT0S",
        "-5s, PT0S",
        "0s, PT0S",
        "999999999d, PT2562047H47M16.854775807S"
    })
    void waits_are_read_as_endpoints_write_them(String written, Duration read) {
        assertThat(RateHeaders.duration(written)).isEqualTo(read);
    }

    @Test
    void limits_remains_and_resets_are_read() {
        RateHeaders read =
                headers(
                        "limit-requests",
                        "500",
                        "remaining-requests",
                        "499",
                        "reset-requests",
                        "120ms",
                        "limit-tokens",
                        "30000",
                        "remaining-tokens",
                        "0",
                        "reset-tokens",
                        "1m0s");

        assertThat(read.requests())
                .isEqualTo(new RateHeaders.Budget(500, 499, Duration.ofMillis(120)));
        assertThat(read.tokens())
                .isEqualTo(new RateHeaders.Budget(30_000, 0, Duration.ofMinutes(1)));
        assertThat(read.tokens().isSpent()).isTrue();
        assertThat(read.tokens().perMinute()).isEqualTo(30_000);
    }

    @Test
    void a_limit_that_takes_longer_than_a_minute_to_reset_is_not_one_per_minute() {
        assertThat(
                        headers("limit-requests", "200", "reset-requests", "7m12s")
                                .requests()
                                .perMinute())
                .isZero();
    }

    @Test
    void nothing_is_read_from_what_cannot_be_read() {
        assertThat(headers()).isSameAs(RateHeaders.NONE);
        assertThat(headers("limit-requests", "many", "reset-tokens", "-"))
                .isSameAs(RateHeaders.NONE);
    }

    @Test
    void a_429_waits_for_the_larger_reset_of_what_is_spent() {
        assertThat(headers("reset-requests", "2s", "reset-tokens", "5s").wait429())
                .contains(Duration.ofSeconds(5));
        assertThat(
                        headers(
                                        "reset-requests",
                                        "2s",
                                        "remaining-requests",
                                        "0",
                                        "reset-tokens",
                                        "5s",
                                        "remaining-tokens",
                                        "900")
                                .wait429())
                .contains(Duration.ofSeconds(2));
        assertThat(headers("limit-requests", "5").wait429()).isEmpty();
    }

    private static RateHeaders headers(String... pairs) {
        HeaderGroup all = new HeaderGroup();
        for (int i = 0; i < pairs.length; i += 2) {
            all.addHeader(new BasicHeader("X-RateLimit-" + pairs[i], pairs[i + 1]));
        }
        return RateHeaders.of(all);
    }
}
