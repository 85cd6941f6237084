package io.rvbbit.udf.llm;

import java.util.List;
import java.util.Optional;

/**
 * Sends one conversation to one model and waits for its answer.
 *
 * <p>Threading: any thread, blocking; meant for virtual threads. An interrupt aborts the request in
 * flight.
 */
public interface ModelClient {
    /**
     * Sends, and sends again where that can help; each attempt is told to {@code attempts}.
     *
     * @throws ModelException if no attempt was answered well
     * @throws InterruptedException if the statement was cancelled; the attempt in flight has then
     *     been told as ended without usage
     */
    ModelReply send(ModelRequest request, AttemptLog attempts) throws InterruptedException;

    /**
     * Refuses a model that cannot be held to a budget, as far as that is known before a call.
     *
     * @throws ModelException 22023
     */
    default void checkPrice(String model) {}

    /** Why the model is not to be asked now, if another can be asked instead. */
    default Optional<ModelException> refusal(String model) {
        return Optional.empty();
    }

    /** What calls to a model cost now; empty where nobody knows it beforehand. */
    default Optional<ModelPrice> price(String model) {
        return Optional.empty();
    }

    /** Who is asked, in order, if the model is down. */
    default List<Models.Resolved> fallbacks() {
        return List.of();
    }

    /** The provider's name in the books; {@code offline} for the built-in one. */
    String provider();
}
