package io.rvbbit.udf.llm;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks other models in place of one that is down.
 *
 * <p>A model is down if its circuit is open, or if it gave no answer in all attempts of a request:
 * not reached, not in time, or for its rate limit. Its fallbacks are then asked in order, each with
 * all attempts; the last one's failure is the request's. A model that answers, be it with a refusal
 * or nonsense, is not down. The fallbacks' own fallbacks do not count. Threading: any thread.
 */
public final class FallbackModels implements Models {
    private static final Set<String> DOWN = Set.of("unavailable", "timeout", "rate_limit");

    private final Models models;
    private final Map<Resolved, List<Resolved>> fallbacks;

    /**
     * @param fallbacks by the model that they stand in for, in order
     */
    public FallbackModels(Models models, Map<Resolved, List<Resolved>> fallbacks) {
        this.models = models;
        Map<Resolved, List<Resolved>> copy = new HashMap<>();
        fallbacks.forEach((model, others) -> copy.put(model, List.copyOf(others)));
        this.fallbacks = Map.copyOf(copy);
    }

    @Override
    public Resolved resolve(String model) {
        Resolved first = models.resolve(model);
        List<Resolved> others = fallbacks.getOrDefault(first, List.of());
        return others.isEmpty()
                ? first
                : new Resolved(new FallbackClient(first.client(), others), first.model());
    }

    private record FallbackClient(ModelClient first, List<Resolved> others) implements ModelClient {
        @Override
        public ModelReply send(ModelRequest request, AttemptLog attempts)
                throws InterruptedException {
            ModelException failure;
            try {
                return ask(first, request, attempts, true);
            } catch (ModelException e) {
                failure = e;
            }
            for (int i = 0; i < others.size(); i++) {
                Resolved other = others.get(i);
                if (!isDown(failure)) {
                    throw failure;
                }
                attempts.retrying(
                        Duration.ZERO,
                        "%s, falling back to %s/%s"
                                .formatted(
                                        failure.errorClass(),
                                        other.client().provider(),
                                        other.model()));
                try {
                    return ask(
                            other.client(),
                            request.withModel(other.model()),
                            attempts,
                            i + 1 < others.size());
                } catch (ModelException e) {
                    e.addSuppressed(failure);
                    failure = e;
                }
            }
            throw failure;
        }

        /** Who has another to ask does not wait until it is clear whether this one is down. */
        private static ModelReply ask(
                ModelClient client, ModelRequest request, AttemptLog attempts, boolean another)
                throws InterruptedException {
            if (another) {
                Optional<ModelException> refusal = client.refusal(request.model());
                if (refusal.isPresent()) {
                    throw refusal.get();
                }
            }
            return client.send(request, attempts);
        }

        @Override
        public void checkPrice(String model) {
            first.checkPrice(model);
            others.forEach(other -> other.client().checkPrice(other.model()));
        }

        @Override
        public Optional<ModelPrice> price(String model) {
            return first.price(model);
        }

        @Override
        public List<Resolved> fallbacks() {
            return List.copyOf(others);
        }

        @Override
        public String provider() {
            return first.provider();
        }
    }

    /** A wrong URL is fatal too, but nothing that passes. */
    private static boolean isDown(ModelException failure) {
        return failure.errorClass().equals("circuit_open")
                || (!failure.isFatal() && DOWN.contains(failure.errorClass()));
    }
}
