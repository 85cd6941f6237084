package io.rvbbit.udf.llm;

/**
 * What a provider allows for a model.
 *
 * @param model the models' name, {@code *} allowed; each model has the limit for itself
 * @param requestsPerMinute 0 if there is no such limit
 * @param tokensPerMinute of prompt and answer together; 0 if there is no such limit
 */
public record RateLimit(String model, long requestsPerMinute, long tokensPerMinute) {
    static final RateLimit NONE = new RateLimit("*", 0, 0);

    public RateLimit {
        if (requestsPerMinute < 0 || tokensPerMinute < 0) {
            throw new IllegalArgumentException("a limit is not negative");
        }
    }

    boolean covers(String name) {
        return ModelPrice.matches(model, name);
    }
}
