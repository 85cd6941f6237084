package io.rvbbit.udf.llm;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a model costs during a time.
 *
 * @param provider which provider's; empty for any
 * @param model name, {@code *} stands for any characters
 * @param inputUsd US dollars per million input tokens; {@code outputUsd} alike
 * @param cachedInputUsd per million input tokens that the endpoint had cached
 * @param validFrom inclusive; null for always
 * @param validUntil exclusive; null for ever
 */
public record ModelPrice(
        String provider,
        String model,
        BigDecimal inputUsd,
        BigDecimal outputUsd,
        BigDecimal cachedInputUsd,
        @Nullable Instant validFrom,
        @Nullable Instant validUntil) {
    /** Of a model that costs nothing. */
    static final ModelPrice FREE =
            new ModelPrice("", "*", BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, null, null);

    /** Prices are per this many tokens, as a power of ten. */
    private static final int PER_TOKENS_DIGITS = 6;

    public ModelPrice {
        if (inputUsd.signum() < 0 || outputUsd.signum() < 0 || cachedInputUsd.signum() < 0) {
            throw new IllegalArgumentException("a price is never negative");
        }
    }

    /** The exact cost of a call; {@code cachedIn} is a part of {@code tokensIn}. */
    public BigDecimal costUsd(long tokensIn, long cachedIn, long tokensOut) {
        return inputUsd.multiply(BigDecimal.valueOf(tokensIn - cachedIn))
                .add(cachedInputUsd.multiply(BigDecimal.valueOf(cachedIn)))
                .add(outputUsd.multiply(BigDecimal.valueOf(tokensOut)))
                .movePointLeft(PER_TOKENS_DIGITS);
    }

    /** The most that a call can cost: no input token of it is cached, or all are. */
    public BigDecimal mostUsd(long tokensIn, long tokensOut) {
        BigDecimal dearestInput = inputUsd.max(cachedInputUsd);
        return dearestInput
                .multiply(BigDecimal.valueOf(tokensIn))
                .add(outputUsd.multiply(BigDecimal.valueOf(tokensOut)))
                .movePointLeft(PER_TOKENS_DIGITS);
    }

    /** The same in picodollars. */
    long most(long tokensIn, long tokensOut) {
        return Picodollars.atLeast(mostUsd(tokensIn, tokensOut));
    }

    boolean covers(String aProvider, String aModel, Instant at) {
        return (provider.isEmpty() || provider.equals(aProvider))
                && (validFrom == null || !at.isBefore(validFrom))
                && (validUntil == null || at.isBefore(validUntil))
                && matches(model, aModel);
    }

    /** Whether a name fits a pattern in which {@code *} stands for any characters. */
    static boolean matches(String pattern, String name) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(name);
        }
        if (!name.startsWith(pattern.substring(0, star))) {
            return false;
        }
        String rest = pattern.substring(star + 1);
        for (int from = star; from <= name.length(); from++) {
            if (matches(rest, name.substring(from))) {
                return true;
            }
        }
        return false;
    }
}
