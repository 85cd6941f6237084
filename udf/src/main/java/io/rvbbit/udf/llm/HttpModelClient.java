package io.rvbbit.udf.llm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Usage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Asks an OpenAI-compatible endpoint, and asks again where that can help.
 *
 * <p>Every attempt has a request id of its own, sent as {@code X-Client-Request-Id}, and is told to
 * the {@link AttemptLog} before it leaves and when it has ended, however it ended. When an attempt
 * leaves, {@link Traffic} decides: a request that waits to be sent again holds no place, and one
 * whose circuit is open is not sent. Threading: any thread, blocking.
 */
public final class HttpModelClient implements ModelClient, AutoCloseable {
    private final ProviderConfig config;
    private final Traffic traffic;
    private final RetryPolicy retries;
    private final Sleeper sleeper;
    private final RandomGenerator random;
    private final ReplyJudge judge;
    private final Charges charges;
    private final ChatEndpoint endpoint;

    public HttpModelClient(ProviderConfig config, ModelPrices prices, Traffic traffic) {
        this(
                config,
                prices,
                traffic,
                RetryPolicy.DEFAULT,
                Clock.systemUTC(),
                Sleeper.SYSTEM,
                () -> ThreadLocalRandom.current().nextLong());
    }

    public HttpModelClient(
            ProviderConfig config,
            ModelPrices prices,
            Traffic traffic,
            RetryPolicy retries,
            Clock clock,
            Sleeper sleeper,
            RandomGenerator random) {
        this.config = config;
        this.traffic = traffic;
        this.retries = retries;
        this.sleeper = sleeper;
        this.random = random;
        this.judge = new ReplyJudge(config, prices, clock);
        this.charges = new Charges(config.name(), prices, clock);
        this.endpoint = new ChatEndpoint(config);
    }

    @Override
    public String provider() {
        return config.name();
    }

    @Override
    public ModelReply send(ModelRequest asked, AttemptLog attempts) throws InterruptedException {
        ModelRequest request = Charges.bounded(asked);
        Lane lane = traffic.lane(config, request.model());
        String body = ChatRequestBody.of(request, config.tokenLimitField());
        try (CircuitBreaker.Pass pass = lane.breaker().enter(request.timeout())) {
            for (int attempt = 1; ; attempt++) {
                String requestId = "req-" + UUID.randomUUID();
                CircuitBreaker.Pass first = attempt == 1 ? pass : null;
                switch (attempt(requestId, request, body, attempts, lane, first)) {
                    case Outcome.Answered answered -> {
                        pass.answered();
                        return reply(requestId, request, answered);
                    }
                    case Outcome.Failed failed -> {
                        if (!failed.retryable() || attempt >= request.attempts().most()) {
                            throw pass.failed(failed.cause());
                        }
                        Duration wait =
                                request.attempts()
                                        .waitAfter(attempt, failed.advice(), retries, random);
                        attempts.retrying(wait, failed.cause().errorClass());
                        sleeper.sleep(wait);
                    }
                }
            }
        }
    }

    @Override
    public Optional<ModelException> refusal(String model) {
        return traffic.lane(config, model).breaker().refusal();
    }

    @Override
    public void checkPrice(String model) {
        charges.checkPrice(model);
    }

    @Override
    public Optional<ModelPrice> price(String model) {
        return charges.price(model);
    }

    /** The most that a request can have cost, in picodollars; 0 where no price tells. */
    long most(String model, String body, Instant at) {
        return charges.most(model, body, at);
    }

    private Outcome attempt(
            String requestId,
            ModelRequest request,
            String body,
            AttemptLog attempts,
            Lane lane,
            CircuitBreaker.@Nullable Pass first)
            throws InterruptedException {
        attempts.awaitRoom();
        try (Charge charge = charges.begin(request, body);
                Slot slot =
                        first == null
                                ? lane.take(request, body)
                                : lane.take(request, body, first)) {
            Outcome outcome = attempt(requestId, request, body, attempts, charge, slot);
            charge.ended(outcome);
            if (Thread.interrupted()) {
                throw new InterruptedException("cancelled as the answer came");
            }
            if (outcome instanceof Outcome.Answered && request.allowance().needsPrice()) {
                charges.checkPrice(request.model());
            }
            return outcome;
        }
    }

    /** With the interrupt status set if the answer had come before the interrupt. */
    private Outcome attempt(
            String requestId,
            ModelRequest request,
            String body,
            AttemptLog attempts,
            Charge charge,
            Slot slot)
            throws InterruptedException {
        attempts.started(requestId, request.model(), provider(), body);
        charge.sent();
        long began = System.nanoTime();
        Outcome outcome;
        try {
            outcome = exchange(requestId, request, body, slot);
        } catch (InterruptedException cancelled) {
            String error = interrupted(attempts);
            attempts.ended(requestId, request.model(), null, "{}", "", error, since(began));
            throw cancelled;
        }
        Duration took = since(began);
        slot.ended(outcome, retries.longestAdvice());
        // The books must take this end without being stopped by the interrupt.
        boolean cancelled = Thread.interrupted();
        tell(requestId, request, outcome, took, attempts);
        if (cancelled) {
            Thread.currentThread().interrupt();
        }
        return outcome;
    }

    private static String interrupted(AttemptLog attempts) {
        return attempts.late()
                .map(late -> errorJson("timeout", SqlState.QUERY_CANCELED, late))
                .orElseGet(() -> errorJson("cancelled", SqlState.QUERY_CANCELED, "cancelled"));
    }

    private Outcome exchange(String requestId, ModelRequest request, String body, Slot slot)
            throws InterruptedException {
        try {
            ChatResponse response = endpoint.post(requestId, body, request.timeout());
            slot.heard(RateHeaders.of(response.headers()));
            return judge.judge(request.model(), response);
        } catch (TimeoutException late) {
            return judge.late(request.model(), request.timeout());
        } catch (IOException broken) {
            return judge.unreachable(request.model(), broken);
        }
    }

    private static void tell(
            String requestId,
            ModelRequest request,
            Outcome outcome,
            Duration duration,
            AttemptLog attempts) {
        String model = request.model();
        String toolCalls = "";
        String error = "";
        switch (outcome) {
            case Outcome.Answered answered -> {
                model = modelOf(request, answered);
                toolCalls =
                        Optional.ofNullable(answered.reply().toolCalls())
                                .map(Object::toString)
                                .orElse("");
            }
            case Outcome.Failed failed -> {
                ModelException cause = failed.cause();
                error =
                        (failed.unbilled() ? error(cause).put("billed", false) : error(cause))
                                .toString();
            }
        }
        attempts.ended(
                requestId,
                model,
                outcome.usage(),
                outcome.responseJson(),
                toolCalls,
                error,
                duration);
    }

    private static ModelReply reply(
            String requestId, ModelRequest request, Outcome.Answered answered) {
        ChatReply reply = answered.reply();
        Usage usage = answered.usage();
        String content = reply.content();
        return new ModelReply(
                modelOf(request, answered),
                content == null ? "" : content,
                reply.toolCalls(),
                reply.finishReason(),
                usage == null ? Usage.unpriced(0, 0) : usage,
                requestId);
    }

    private static String modelOf(ModelRequest request, Outcome.Answered answered) {
        return answered.reply().model().isEmpty() ? request.model() : answered.reply().model();
    }

    private static ObjectNode error(ModelException cause) {
        return error(cause.errorClass(), cause.state(), String.valueOf(cause.getMessage()));
    }

    private static ObjectNode error(String errorClass, SqlState state, String message) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("class", errorClass)
                .put("sqlstate", state.code())
                .put("message", message);
    }

    static String errorJson(String errorClass, SqlState state, String message) {
        return error(errorClass, state, message).toString();
    }

    private static Duration since(long began) {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** Aborts what is in flight and closes the connections. */
    @Override
    public void close() {
        endpoint.close();
    }

    @Override
    public String toString() {
        return "HttpModelClient[" + config + "]";
    }
}
