package io.rvbbit.tracking;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Event to row of {@code estimates}. Threading: stateless. */
final class EstimateRows {
    /** No column of the books holds more. */
    private static final BigDecimal MOST = new BigDecimal("999999.999999999999");

    private EstimateRows() {}

    static Row<EstimateColumn> of(Event.StatementEstimated event) {
        return Row.of(EstimateColumn.class)
                .set(EstimateColumn.CALLER_ID, event.caller().value())
                .set(EstimateColumn.KIND, event.kind())
                .set(EstimateColumn.ESTIMATED_AT, event.at())
                .set(
                        EstimateColumn.SAMPLED_INPUTS,
                        event.sampledInputs() < 0 ? null : event.sampledInputs())
                .set(EstimateColumn.ROWS_INPUT, event.rows())
                .set(EstimateColumn.DISTINCT_INPUTS, event.distinctInputs())
                .set(EstimateColumn.CACHE_HITS, event.cacheHits())
                .set(EstimateColumn.CALLS_MIN, event.callsMin())
                .set(EstimateColumn.CALLS_MAX, event.callsMax())
                .set(EstimateColumn.PROMPT_TOKENS, event.promptTokens())
                .set(EstimateColumn.PROMPT_TOKENS_EXACT, event.promptTokensExact())
                .set(EstimateColumn.COST_ESTIMATE, money(event.cost()))
                .set(EstimateColumn.COST_LOW, money(event.low()))
                .set(EstimateColumn.COST_HIGH, money(event.high()))
                .set(EstimateColumn.COST_MAX, money(event.most()))
                .set(EstimateColumn.DURATION_MS, event.duration().toMillis());
    }

    private static @Nullable BigDecimal money(@Nullable BigDecimal usd) {
        return usd == null
                ? null
                : usd.setScale(Usage.COST_SCALE, RoundingMode.HALF_EVEN).min(MOST);
    }
}
