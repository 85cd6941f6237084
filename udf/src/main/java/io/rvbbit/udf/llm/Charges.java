package io.rvbbit.udf.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.rewriter.SqlState;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The most that calls to one provider can cost.
 *
 * <p>The input has at most as many tokens as the request body has bytes, since no token is shorter
 * than one; the output is bounded by {@code max_tokens}, which is always sent under a limited
 * allowance. Threading: any thread.
 */
final class Charges {
    /** Where neither cell nor statement says it. */
    static final int DEFAULT_MAX_TOKENS = Allowance.DEFAULT_MAX_TOKENS;

    /** No request body is shorter. */
    private static final int LEAST_BODY_BYTES = 64;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String provider;
    private final ModelPrices prices;
    private final InstantSource clock;
    private final ConcurrentMap<String, LearnedPrice> learned = new ConcurrentHashMap<>();

    Charges(String provider, ModelPrices prices, InstantSource clock) {
        this.provider = provider;
        this.prices = prices;
        this.clock = clock;
    }

    /** The request as it is sent: with a bound on its output if its cost has to have one. */
    static ModelRequest bounded(ModelRequest request) {
        return request.allowance().limited() && request.maxTokens() == null
                ? request.withMaxTokens(DEFAULT_MAX_TOKENS)
                : request;
    }

    /**
     * Sets aside what one attempt can cost; may wait.
     *
     * @throws ModelException if the budget is used up, or if nothing tells what the model costs
     */
    Charge begin(ModelRequest request, String body) throws InterruptedException {
        Optional<ModelPrice> price = prices.find(provider, request.model(), clock.instant());
        Allowance allowance = request.allowance();
        Integer maxTokens = request.maxTokens();
        if (!allowance.limited() || maxTokens == null) {
            return new Charge(
                    Allowance.Reservation.NONE,
                    price.isPresent() ? null : learned(request.model()),
                    false);
        }
        long bytes = bytes(body);
        if (price.isPresent()) {
            return new Charge(
                    allowance.reserve(
                            price.get().most(bytes, maxTokens),
                            price.get().most(LEAST_BODY_BYTES, maxTokens)),
                    null,
                    false);
        }
        LearnedPrice told = learned(request.model());
        if (told.isSilent() && !allowance.needsPrice()) {
            return new Charge(Allowance.Reservation.NONE, told, false);
        }
        boolean turn = told.takeTurn();
        boolean begun = false;
        try {
            if (allowance.needsPrice()) {
                checkPrice(request.model());
            }
            Charge charge =
                    new Charge(
                            allowance.reserve(
                                    told.most(bytes + maxTokens),
                                    told.most(LEAST_BODY_BYTES + maxTokens)),
                            told,
                            turn);
            begun = true;
            return charge;
        } finally {
            if (turn && !begun) {
                told.endTurn();
            }
        }
    }

    /**
     * Refuses a model of which it is known that nothing tells its cost.
     *
     * @throws ModelException 22023, of the statement
     */
    void checkPrice(String model) {
        LearnedPrice told = learned.get(model);
        if (told != null
                && told.isSilent()
                && prices.find(provider, model, clock.instant()).isEmpty()) {
            throw new ModelException(
                    "no_price",
                    SqlState.INVALID_PARAMETER_VALUE,
                    true,
                    ("model \"%s\" of provider \"%s\" has no price, and its replies tell no cost:"
                                    + " no budget can be kept")
                            .formatted(model, provider),
                    "add the model to prices: in the server's configuration");
        }
    }

    /** What calls cost now. */
    Optional<ModelPrice> price(String model) {
        return prices.find(provider, model, clock.instant());
    }

    /** The most that a request which was sent at that time can have cost; 0 without a price. */
    long most(String model, String body, Instant at) {
        return prices.find(provider, model, at)
                .map(price -> price.most(bytes(body), maxTokens(body)))
                .orElse(0L);
    }

    private static int maxTokens(String body) {
        try {
            JsonNode request = JSON.readTree(body);
            for (ProviderConfig.TokenLimitField field : ProviderConfig.TokenLimitField.values()) {
                if (request.path(field.key()).canConvertToInt()) {
                    return request.path(field.key()).intValue();
                }
            }
            return DEFAULT_MAX_TOKENS;
        } catch (JsonProcessingException notOurs) {
            return DEFAULT_MAX_TOKENS;
        }
    }

    private static long bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8).length;
    }

    private LearnedPrice learned(String model) {
        return learned.computeIfAbsent(model, _ -> new LearnedPrice());
    }
}
