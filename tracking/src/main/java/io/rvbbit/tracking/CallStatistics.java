package io.rvbbit.tracking;

/**
 * What the good calls of one cell to one model have taken so far. Threading: immutable.
 *
 * @param model as it was asked for
 * @param calls that told their tokens
 * @param pricedCalls that have a cost; {@code meanCost} and {@code deviationCost} are theirs, in US
 *     dollars
 */
public record CallStatistics(
        String cell,
        String provider,
        String model,
        long calls,
        double meanTokensIn,
        double meanTokensOut,
        double deviationTokensOut,
        long pricedCalls,
        double meanCost,
        double deviationCost,
        double meanMillis) {}
