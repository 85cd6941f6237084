package io.rvbbit.it.testkit;

import java.time.Duration;
import java.util.Map;

/** What may go wrong with one request. */
public sealed interface StubFault {
    /**
     * An error reply; costs nothing.
     *
     * @param code goes into the error object, with {@code message}
     */
    record Status(int status, Map<String, String> headers, String code, String message)
            implements StubFault {}

    /** No byte comes until the client closes; costs nothing. */
    record Hang() implements StubFault {}

    /** The connection ends without a byte; costs nothing. */
    record Close() implements StubFault {}

    /** A 200 with these bytes; costs nothing, for no bill can be read from it. */
    record Garbage(String body) implements StubFault {}

    /** A good reply with an answer that follows no schema; is paid. */
    record WrongSchema() implements StubFault {}

    /** A good reply whose body comes in {@code parts} parts, {@code pause} apart; is paid. */
    record Drip(int parts, Duration pause) implements StubFault {}

    static StubFault tooManyRequests(Duration retryAfter) {
        return new Status(
                429,
                Map.of("Retry-After", Long.toString(retryAfter.toSeconds())),
                "rate_limit_exceeded",
                "slow down");
    }

    /** With a wait in milliseconds, which the standard header cannot say. */
    static StubFault tooManyRequestsMillis(long retryAfterMillis) {
        return new Status(
                429,
                Map.of("retry-after-ms", Long.toString(retryAfterMillis)),
                "rate_limit_exceeded",
                "slow down");
    }

    static StubFault status(int status) {
        return new Status(status, Map.of(), "stub_error", "scripted " + status);
    }

    static StubFault unauthorized() {
        return new Status(401, Map.of(), "invalid_api_key", "incorrect API key provided");
    }

    static StubFault unknownModel(String model) {
        return new Status(
                404, Map.of(), "model_not_found", "the model `" + model + "` does not exist");
    }
}
