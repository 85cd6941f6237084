package io.rvbbit.udf.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.tracking.Usage;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@code usage} block of a reply, as far as it makes sense.
 *
 * @param cachedIn the part of {@code tokensIn} that the endpoint had cached
 * @param costUsd null where the endpoint reports none
 */
record ReportedUsage(long tokensIn, long cachedIn, long tokensOut, @Nullable BigDecimal costUsd) {
    /** A cost outside these bounds is a fault of the endpoint, and rounding it could take hours. */
    private static final int MAX_INTEGER_DIGITS = 9;

    private static final int MAX_SCALE = 60;

    /** Empty if the reply has no usage that can be read. */
    static Optional<ReportedUsage> read(JsonNode root) {
        JsonNode usage = root.path("usage");
        if (!usage.isObject()) {
            return Optional.empty();
        }
        long in = tokens(usage.path("prompt_tokens"));
        long out = tokens(usage.path("completion_tokens"));
        BigDecimal cost = cost(usage.path("cost"));
        if (in < 0 && out < 0 && cost == null) {
            return Optional.empty();
        }
        long tokensIn = Math.max(in, 0);
        long cached = tokens(usage.path("prompt_tokens_details").path("cached_tokens"));
        return Optional.of(
                new ReportedUsage(
                        tokensIn, Math.clamp(cached, 0, tokensIn), Math.max(out, 0), cost));
    }

    /** The reported cost, else by price, else unpriced. */
    Usage priced(Optional<ModelPrice> price) {
        if (costUsd != null) {
            return new Usage(tokensIn, tokensOut, costUsd);
        }
        return price.map(known ->
                        new Usage(
                                tokensIn, tokensOut, known.costUsd(tokensIn, cachedIn, tokensOut)))
                .orElseGet(() -> Usage.unpriced(tokensIn, tokensOut));
    }

    private static long tokens(JsonNode count) {
        return count.isIntegralNumber() && count.canConvertToLong() ? count.longValue() : -1;
    }

    private static @Nullable BigDecimal cost(JsonNode node) {
        BigDecimal cost;
        if (node.isNumber()) {
            cost = node.decimalValue();
        } else if (node.isTextual() && node.textValue().length() <= MAX_SCALE) {
            try {
                cost = new BigDecimal(node.textValue().strip());
            } catch (NumberFormatException notANumber) {
                return null;
            }
        } else {
            return null;
        }
        boolean sane =
                cost.signum() >= 0
                        && Math.abs((long) cost.scale()) <= MAX_SCALE
                        && (long) cost.precision() - cost.scale() <= MAX_INTEGER_DIGITS;
        return sane ? cost : null;
    }
}
