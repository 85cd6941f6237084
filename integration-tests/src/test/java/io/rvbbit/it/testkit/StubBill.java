package io.rvbbit.it.testkit;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every paid call with its exact price.
 *
 * <p>Unless the stub is told what to charge, the nth paid call costs n times 0.000001234567
 * dollars: each its own odd amount, so that a lost, doubled or rounded call shows in the sum.
 * Threading: any thread.
 */
public final class StubBill {
    private static final BigDecimal UNIT_USD = new BigDecimal("0.000001234567");

    private final Map<Long, Item> items = new LinkedHashMap<>();
    private long lastNumber;

    /**
     * One paid call.
     *
     * @param requestId the client's {@code X-Client-Request-Id}; empty if it sent none
     */
    public record Item(
            long number, String requestId, long tokensIn, long tokensOut, BigDecimal costUsd) {}

    /** What was paid in total. */
    public record Sum(long calls, long tokensIn, long tokensOut, BigDecimal costUsd) {}

    /** Begins an empty bill; prices go on rising, so no two calls ever cost the same. */
    synchronized void reset() {
        items.clear();
    }

    /** {@code price}: empty for one that rises with each call. */
    synchronized Item add(
            String requestId, long tokensIn, long tokensOut, Optional<BigDecimal> price) {
        lastNumber++;
        Item item =
                new Item(
                        lastNumber,
                        requestId,
                        tokensIn,
                        tokensOut,
                        price.orElseGet(() -> UNIT_USD.multiply(BigDecimal.valueOf(lastNumber))));
        items.put(item.number(), item);
        return item;
    }

    /** The reply could not be delivered. */
    synchronized void strike(Item item) {
        items.remove(item.number());
    }

    public synchronized List<Item> items() {
        return List.copyOf(items.values());
    }

    public synchronized Sum sum() {
        long in = 0;
        long out = 0;
        BigDecimal cost = BigDecimal.ZERO.setScale(UNIT_USD.scale());
        for (Item item : items.values()) {
            in += item.tokensIn();
            out += item.tokensOut();
            cost = cost.add(item.costUsd());
        }
        return new Sum(items.size(), in, out, cost);
    }
}
