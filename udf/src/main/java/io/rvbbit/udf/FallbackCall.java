package io.rvbbit.udf;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Fallback.Decision;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A function that does not exist, as a statement calls it, and how a model may answer it.
 *
 * <p>Stands as JSON in the rewritten SQL. Threading: immutable.
 *
 * @param service the function's schema, {@code sql} where it has none
 * @param given what it gives; null as long as that is not decided
 * @param user who calls
 * @param model as its users name it; empty for the default one
 * @param timeoutMillis of one answer
 * @param maxCostUsd of one answer; empty for no bound
 * @param needsPrice whether that bound holds off models whose cost nobody tells
 * @param cache as {@link CachePolicy#named} reads it
 */
public record FallbackCall(
        String service,
        String method,
        List<Argument> arguments,
        @Nullable Given given,
        String user,
        String model,
        long timeoutMillis,
        String maxCostUsd,
        boolean needsPrice,
        String cache) {
    /** The service of functions that are called without a schema. */
    public static final String NO_SERVICE = "sql";

    /** One argument's name and its type in SQL. */
    public record Argument(String name, String type) {}

    /**
     * @param type in SQL; JSON for an object
     */
    public record Given(Decision decision, String type) {
        /** JSON Schema of a value of a type in SQL; empty for text and objects. */
        public static Optional<String> valueSchema(String type) {
            return FallbackPrompts.valueSchema(type);
        }
    }

    public FallbackCall {
        arguments = List.copyOf(arguments);
    }

    public FallbackCall giving(Given newGiven) {
        return new FallbackCall(
                service,
                method,
                arguments,
                newGiven,
                user,
                model,
                timeoutMillis,
                maxCostUsd,
                needsPrice,
                cache);
    }

    /** In SQL; text as long as that is not decided. */
    public String resultType() {
        return given == null ? "VARCHAR" : given.type();
    }

    /** As people call it. */
    public String name() {
        return service.equals(NO_SERVICE) ? method : service + "." + method;
    }

    /** Name and types, such as {@code stripe.charge(amount INTEGER, currency VARCHAR)}. */
    public String signature() {
        return arguments.stream()
                .map(argument -> argument.name() + " " + argument.type())
                .collect(Collectors.joining(", ", name() + "(", ")"));
    }

    Overrides overrides() {
        return new Overrides(
                model.isEmpty() ? null : model, null, null, Duration.ofMillis(timeoutMillis));
    }

    CachePolicy cachePolicy() {
        return CachePolicy.named(cache).orElse(new CachePolicy.Off());
    }

    Given known() {
        Given known = given;
        if (known == null) {
            throw new SqlException(
                    SqlState.INTERNAL_ERROR, "nobody has decided what " + name() + " gives");
        }
        return known;
    }

    public String json() {
        try {
            return new String(Json.bytes(this), StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record is JSON", e);
        }
    }

    /**
     * @throws SqlException 22023 for what {@link #json} has not written
     */
    static FallbackCall read(@Nullable String json) {
        try {
            return Json.value(
                    String.valueOf(json).getBytes(StandardCharsets.UTF_8), FallbackCall.class);
        } catch (IOException e) {
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE, "this is no description of a function", e);
        }
    }
}
