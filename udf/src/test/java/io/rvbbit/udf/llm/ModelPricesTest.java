package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.tracking.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPricesTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final ModelPrices BUILT_IN = new ModelPrices(List.of());

    @Test
    void a_call_costs_exactly_its_tokens_times_their_prices() {
        ModelPrice price = price("", "m", "0.15", "0.60", null, null);

        assertThat(price.costUsd(1_001, 1, 7)).isEqualByComparingTo("0.000154275");
    }

    @ParameterizedTest
    @CsvSource({"2025-06-09T23:59:59Z,10.00", "2025-06-10T00:00:00Z,2.00"})
    void an_old_call_keeps_its_price(Instant at, BigDecimal input) {
        assertThat(BUILT_IN.find("openai", "o3", at)).get().returns(input, ModelPrice::inputUsd);
    }

    @Test
    void a_dated_snapshot_has_its_models_price_unless_it_has_its_own() {
        assertThat(BUILT_IN.find("openai", "gpt-4.1-mini-2025-04-14", NOW))
                .isEqualTo(BUILT_IN.find("openai", "gpt-4.1-mini", NOW))
                .isPresent();
        assertThat(BUILT_IN.find("openai", "gpt-4o-2024-05-13", NOW))
                .get()
                .returns(new BigDecimal("5.00"), ModelPrice::inputUsd);
    }

    @Test
    void what_a_name_costs_elsewhere_is_not_known() {
        assertThat(BUILT_IN.find("localhost", "gpt-4o", NOW)).isEmpty();
        assertThat(BUILT_IN.find("openai", "gpt-4o-unheard-of", NOW)).isEmpty();
        assertThat(BUILT_IN.find("openai", "gpt-4.1", Instant.EPOCH)).isEmpty();
    }

    @Test
    void configured_prices_come_first_in_their_order() {
        ModelPrices prices =
                new ModelPrices(
                        List.of(
                                price("openai", "gpt-4o*", "9", "9", null, NOW),
                                price("", "gpt-*", "1", "1", null, null)));

        assertThat(prices.find("openai", "gpt-4o", NOW.minusSeconds(1)))
                .get()
                .returns(new BigDecimal("9"), ModelPrice::inputUsd);
        assertThat(prices.find("openai", "gpt-4o", NOW))
                .get()
                .returns(new BigDecimal("1"), ModelPrice::inputUsd);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-4o, gpt-4o, true",
        "gpt-4o, gpt-4o-mini, false",
        "*, anything, true",
        "a*b*c, aXbYc, true",
        "a*b*c, abcd, false",
        "meta/*, meta/llama, true",
    })
    void a_star_stands_for_any_characters(String pattern, String name, boolean expected) {
        assertThat(ModelPrice.matches(pattern, name)).isEqualTo(expected);
    }

    @Test
    void a_reported_cost_wins_over_the_table() throws Exception {
        Usage usage =
                read("{\"prompt_tokens\":10,\"completion_tokens\":2,\"cost\":0.0000001234567}")
                        .orElseThrow()
                        .priced(Optional.of(price("", "m", "1", "1", null, null)));

        assertThat(usage).isEqualTo(new Usage(10, 2, new BigDecimal("0.000000123457")));
    }

    @Test
    void cached_tokens_have_their_own_price() throws Exception {
        Usage usage =
                read("""
                {"prompt_tokens":10,"completion_tokens":2,
                 "prompt_tokens_details":{"cached_tokens":4}}\
                """)
                        .orElseThrow()
                        .priced(
                                Optional.of(
                                        new ModelPrice(
                                                "",
                                                "m",
                                                new BigDecimal("10"),
                                                new BigDecimal("100"),
                                                BigDecimal.ONE,
                                                null,
                                                null)));

        assertThat(usage.costUsd()).isEqualByComparingTo("0.000264");
    }

    @Test
    void without_cost_and_price_tokens_are_kept_and_the_cost_is_not_claimed() throws Exception {
        Usage usage =
                read("{\"prompt_tokens\":10,\"completion_tokens\":2}")
                        .orElseThrow()
                        .priced(Optional.empty());

        assertThat(usage).isEqualTo(Usage.unpriced(10, 2));
        assertThat(usage.plus(new Usage(1, 1, BigDecimal.ONE)))
                .returns(false, Usage::priced)
                .returns(new BigDecimal("1.000000000000"), Usage::costUsd);
    }

    /** Rounding 1e-999999999 to 12 digits would keep a processor busy for hours. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "1e999999999",
                "1e-999999999",
                "\"1e999999999\"",
                "\"free\"",
                "[]",
                "true",
                "1e9"
            })
    void a_cost_that_makes_no_sense_is_no_cost(String cost) throws Exception {
        assertThat(read("{\"prompt_tokens\":1,\"completion_tokens\":1,\"cost\":" + cost + "}"))
                .get()
                .matches(usage -> usage.costUsd() == null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "7",
                "{\"prompt_tokens\":-1}",
                "{\"prompt_tokens\":\"many\"}",
                "{\"prompt_tokens\":99999999999999999999}",
                "{\"prompt_tokens\":1.5}"
            })
    void usage_that_makes_no_sense_is_no_usage(String usage) throws Exception {
        assertThat(read(usage)).isEmpty();
    }

    private static Optional<ReportedUsage> read(String usage) throws Exception {
        return ReportedUsage.read(
                new ObjectMapper()
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .readTree("{\"usage\":" + usage + "}"));
    }

    private static ModelPrice price(
            String provider,
            String model,
            String input,
            String output,
            @Nullable Instant from,
            @Nullable Instant until) {
        return new ModelPrice(
                provider,
                model,
                new BigDecimal(input),
                new BigDecimal(output),
                new BigDecimal("0.075"),
                from,
                until);
    }
}
