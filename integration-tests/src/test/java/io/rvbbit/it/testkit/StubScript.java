package io.rvbbit.it.testkit;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What the stub has been told to do. Threading: any thread. */
final class StubScript {
    private final Map<String, List<StubAnswer>> keyedAnswers = new LinkedHashMap<>();
    private final Map<String, Deque<StubFault>> keyedFaults = new LinkedHashMap<>();
    private final Deque<StubFault> nextFaults = new ArrayDeque<>();
    private Function<StubRequest, Optional<StubFault>> faults = _ -> Optional.empty();
    private Function<StubRequest, StubAnswer> answers = StubAnswer::byDefault;
    private Supplier<Duration> latency = () -> Duration.ZERO;
    private Set<String> models = Set.of();
    private @Nullable String key;
    private boolean reportsCost = true;
    private ToLongFunction<StubRequest> cached = _ -> 0;
    private Function<StubRequest, Optional<BigDecimal>> prices = _ -> Optional.empty();

    /** Forgets everything that it was told. */
    synchronized void reset() {
        keyedAnswers.clear();
        keyedFaults.clear();
        nextFaults.clear();
        faults = _ -> Optional.empty();
        answers = StubAnswer::byDefault;
        latency = () -> Duration.ZERO;
        models = Set.of();
        key = null;
        reportsCost = true;
        cached = _ -> 0;
        prices = _ -> Optional.empty();
    }

    synchronized void charging(Function<StubRequest, BigDecimal> newPrices) {
        prices = newPrices.andThen(Optional::of);
    }

    /** Empty for the bill's own rising price. */
    Optional<BigDecimal> priceOf(StubRequest request) {
        Function<StubRequest, Optional<BigDecimal>> current;
        synchronized (this) {
            current = prices;
        }
        return current.apply(request);
    }

    /** One answer for each turn of a conversation; the last one serves all that follow. */
    synchronized void answer(String text, List<StubAnswer> turns) {
        keyedAnswers.put(text, List.copyOf(turns));
    }

    synchronized void answering(Function<StubRequest, StubAnswer> newAnswers) {
        answers = newAnswers;
    }

    synchronized void fault(StubFault fault) {
        nextFaults.add(fault);
    }

    synchronized void fault(String text, StubFault fault) {
        keyedFaults.computeIfAbsent(text, _ -> new ArrayDeque<>()).add(fault);
    }

    synchronized void faulting(Function<StubRequest, Optional<StubFault>> newFaults) {
        faults = newFaults;
    }

    synchronized void latency(Supplier<Duration> newLatency) {
        latency = newLatency;
    }

    synchronized void models(Set<String> known) {
        models = Set.copyOf(known);
    }

    synchronized void key(String required) {
        key = required;
    }

    synchronized void caching(ToLongFunction<StubRequest> tokens) {
        cached = tokens;
    }

    long cachedOf(StubRequest request) {
        ToLongFunction<StubRequest> current;
        synchronized (this) {
            current = cached;
        }
        return current.applyAsLong(request);
    }

    synchronized void reportsCost(boolean reports) {
        reportsCost = reports;
    }

    synchronized boolean reportsCost() {
        return reportsCost;
    }

    Duration nextLatency() {
        Supplier<Duration> current;
        synchronized (this) {
            current = latency;
        }
        return current.get();
    }

    /** The longest key that the prompt contains decides, else the function. */
    StubAnswer answerTo(StubRequest request) {
        Function<StubRequest, StubAnswer> current;
        synchronized (this) {
            String prompt = request.prompt();
            Optional<StubAnswer> keyed =
                    keyedAnswers.entrySet().stream()
                            .filter(entry -> prompt.contains(entry.getKey()))
                            .max(Comparator.comparingInt(entry -> entry.getKey().length()))
                            .map(Map.Entry::getValue)
                            .map(turns -> turns.get(Math.min(request.turn(), turns.size()) - 1));
            if (keyed.isPresent()) {
                return keyed.get();
            }
            current = answers;
        }
        return current.apply(request);
    }

    /** Each scripted fault strikes once: by prompt, else the next one in line, else by function. */
    Optional<StubFault> faultFor(StubRequest request) {
        Function<StubRequest, Optional<StubFault>> current;
        synchronized (this) {
            if (key != null && !("Bearer " + key).equals(request.headers().get("authorization"))) {
                return Optional.of(StubFault.unauthorized());
            }
            if (!models.isEmpty() && !models.contains(request.model())) {
                return Optional.of(StubFault.unknownModel(request.model()));
            }
            String prompt = request.prompt();
            for (Map.Entry<String, Deque<StubFault>> entry : keyedFaults.entrySet()) {
                if (!entry.getValue().isEmpty() && prompt.contains(entry.getKey())) {
                    return Optional.of(entry.getValue().remove());
                }
            }
            if (!nextFaults.isEmpty()) {
                return Optional.of(nextFaults.remove());
            }
            current = faults;
        }
        return current.apply(request);
    }
}
