package io.rvbbit.it.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * A model endpoint on a loopback port: speaks the OpenAI chat-completions API, does what it is
 * told, and bills every answer.
 *
 * <p>A call is billed before its reply leaves, so the bill is right when the client has read it; if
 * the reply cannot be delivered it is struck off. The JDK's HttpServer does not serve here: it
 * drops idle connections beyond 200 and cannot notice a client that gives up.
 *
 * <p>By hand: {@code main} with {@code --port 18080 --latency-ms 100}; {@code GET /__bill} shows
 * the sums. Threading: any thread; one virtual thread per connection.
 */
public final class StubEndpoint implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BACKLOG = 4_096;

    private final StubScript script = new StubScript();
    private final StubBill bill = new StubBill();
    private final StubTally tally = new StubTally();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("stub-", 0).factory());
    private final ServerSocket server;
    private volatile StubLimiter limiter = new StubLimiter(0, 0);

    private StubEndpoint(int port) throws IOException {
        server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** On a free port. */
    public static StubEndpoint start() {
        return start(0);
    }

    public static StubEndpoint start(int port) {
        try {
            return new StubEndpoint(port);
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        }
    }

    /** For OPENAI_BASE_URL. */
    public String url() {
        return "http://127.0.0.1:%d/v1".formatted(server.getLocalPort());
    }

    /** As it was when it started, at the same address; the bill is empty. */
    public StubEndpoint reset() {
        limiter = new StubLimiter(0, 0);
        script.reset();
        tally.reset();
        bill.reset();
        return this;
    }

    /** Prompts that contain {@code text} get this answer; the longest such text decides. */
    public StubEndpoint answers(String text, String answer) {
        return answers(text, StubAnswer.text(answer));
    }

    /** The same, with an answer for each turn of the conversation; the last one stays. */
    public StubEndpoint answers(String text, StubAnswer first, StubAnswer... next) {
        script.answer(text, Stream.concat(Stream.of(first), Stream.of(next)).toList());
        return this;
    }

    /** All other prompts; until told otherwise {@link StubAnswer#byDefault}. */
    public StubEndpoint answering(Function<StubRequest, StubAnswer> answers) {
        script.answering(answers);
        return this;
    }

    /** The next requests fare so, whoever sends them. */
    public StubEndpoint fails(StubFault... next) {
        List.of(next).forEach(script::fault);
        return this;
    }

    /** The next requests whose prompt contains {@code text} fare so. */
    public StubEndpoint failsOn(String text, StubFault... next) {
        List.of(next).forEach(fault -> script.fault(text, fault));
        return this;
    }

    /** Decides for every request that no scripted fault strikes. */
    public StubEndpoint failing(Function<StubRequest, Optional<StubFault>> faults) {
        script.faulting(faults);
        return this;
    }

    public StubEndpoint latency(Duration fixed) {
        script.latency(() -> fixed);
        return this;
    }

    /** Drawn anew for every request. */
    public StubEndpoint latency(Supplier<Duration> distribution) {
        script.latency(distribution);
        return this;
    }

    /** Whether replies tell {@code usage.cost}; the bill is kept in any case. */
    public StubEndpoint reportsCost(boolean reports) {
        script.reportsCost(reports);
        return this;
    }

    /** Of each prompt so many tokens were cached, as {@code usage.prompt_tokens_details} tells. */
    public StubEndpoint caching(ToLongFunction<StubRequest> tokens) {
        script.caching(tokens);
        return this;
    }

    /** What each answer costs from now on, instead of prices that rise with every call. */
    public StubEndpoint charging(Function<StubRequest, BigDecimal> prices) {
        script.charging(prices);
        return this;
    }

    /** Other models are unknown. */
    public StubEndpoint serves(String... models) {
        script.models(Set.of(models));
        return this;
    }

    /**
     * From now on so much is allowed per second, and more gets a 429 with {@code Retry-After}; all
     * replies tell the limits per minute.
     *
     * @param tokens of prompts and answers; 0 for no limit, as with {@code requests}
     */
    public StubEndpoint allows(double requests, double tokens) {
        limiter = new StubLimiter(requests, tokens);
        return this;
    }

    /** Requests that were one too many for what it {@link #allows}. */
    public long refused() {
        return limiter.refused();
    }

    /** Requests without this key get a 401. */
    public StubEndpoint requiresKey(String key) {
        script.key(key);
        return this;
    }

    public StubBill bill() {
        return bill;
    }

    /** Requests that have arrived, answered or not. */
    public long calls() {
        return tally.calls();
    }

    /** The most requests that were open at one time. */
    public int maxInFlight() {
        return tally.maxInFlight();
    }

    public int inFlight() {
        return tally.inFlight();
    }

    /** Requests whose client closed the connection before the reply. */
    public long givenUp() {
        return tally.givenUp();
    }

    /** The first 100,000 requests, in order of arrival. */
    public List<StubRequest> requests() {
        return tally.requests();
    }

    /** Waits until that many requests have arrived in total. */
    public void awaitCalls(long calls) throws InterruptedException {
        tally.await(() -> tally.calls() >= calls, calls + " calls");
    }

    /** Waits until exactly that many requests are open. */
    public void awaitInFlight(int requests) throws InterruptedException {
        tally.await(() -> tally.inFlight() == requests, requests + " requests in flight");
    }

    /** Waits until that many clients have given up in total. */
    public void awaitGivenUp(long clients) throws InterruptedException {
        tally.await(() -> tally.givenUp() >= clients, clients + " clients that give up");
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                threads.execute(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            StubConnection connection = new StubConnection(socket);
            for (Optional<StubConnection.Request> request = connection.read();
                    request.isPresent() && route(connection, request.get());
                    request = connection.read()) {
                // Everything happens in route().
            }
        } catch (IOException gone) {
            // The client has left, or close() has taken the socket away.
        } finally {
            sockets.remove(socket);
        }
    }

    /** False if the connection shall end. */
    private boolean route(StubConnection connection, StubConnection.Request request)
            throws IOException {
        String path = request.path().replaceFirst("\\?.*", "");
        if (request.method().equals("GET") && path.equals("/__bill")) {
            connection.reply(
                    200, Map.of(), StubReplies.bill(bill.sum(), calls(), tally.maxInFlight()));
        } else if (request.method().equals("POST") && path.endsWith("/chat/completions")) {
            return complete(connection, request);
        } else {
            connection.reply(404, Map.of(), StubReplies.error("not_found", "no such page"));
        }
        return true;
    }

    private boolean complete(StubConnection connection, StubConnection.Request http)
            throws IOException {
        JsonNode body;
        try {
            body = JSON.readTree(http.body());
        } catch (JsonProcessingException broken) {
            connection.reply(400, Map.of(), StubReplies.error("bad_json", "this is no JSON"));
            return true;
        }
        StubRequest request = tally.arrived(http.headers(), body);
        boolean open = true;
        try {
            Optional<StubFault> refusal = limiter.refusal(request);
            Optional<StubFault> fault = refusal.or(() -> script.faultFor(request));
            // Endpoints think about answers, not about refusals.
            connection.await(refusal.isPresent() ? Duration.ZERO : script.nextLatency());
            if (fault.isPresent() && fault.get() instanceof StubFault.Hang) {
                connection.await(Duration.ofDays(1));
            }
            // A client may send its next request as soon as it has the reply, so this one ends
            // first.
            tally.left();
            open = false;
            return reply(connection, request, fault);
        } catch (StubConnection.ClientGaveUp gone) {
            tally.gaveUp();
            throw gone;
        } finally {
            if (open) {
                tally.left();
            }
        }
    }

    private boolean reply(StubConnection connection, StubRequest request, Optional<StubFault> fault)
            throws IOException {
        switch (fault.orElse(null)) {
            case null -> deliver(connection, request, script.answerTo(request), 1, Duration.ZERO);
            case StubFault.Status status ->
                    connection.reply(
                            status.status(),
                            status.headers(),
                            StubReplies.error(status.code(), status.message()));
            case StubFault.Garbage garbage -> connection.reply(200, Map.of(), garbage.body());
            case StubFault.WrongSchema() ->
                    deliver(
                            connection,
                            request,
                            StubAnswer.text("{\"nobody_asked_for\":[]}"),
                            1,
                            Duration.ZERO);
            case StubFault.Drip drip ->
                    deliver(
                            connection,
                            request,
                            script.answerTo(request),
                            drip.parts(),
                            drip.pause());
            case StubFault.Hang() -> {
                return false;
            }
            case StubFault.Close() -> {
                return false;
            }
        }
        return true;
    }

    private void deliver(
            StubConnection connection,
            StubRequest request,
            StubAnswer answer,
            int parts,
            Duration pause)
            throws IOException {
        StubBill.Item paid =
                bill.add(
                        request.headers().getOrDefault("x-client-request-id", ""),
                        StubReplies.tokens(request.prompt()),
                        StubReplies.tokens(answer.said()),
                        script.priceOf(request));
        limiter.spend(paid.tokensOut());
        String body =
                StubReplies.completion(
                        request, answer, paid, script.reportsCost(), script.cachedOf(request));
        try {
            if (parts == 1) {
                connection.reply(200, limiter.headers(), body);
            } else {
                connection.drip(body, parts, pause);
            }
        } catch (IOException undelivered) {
            bill.strike(paid);
            throw undelivered;
        }
    }

    /** Ends all connections. */
    @Override
    public void close() {
        try {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } finally {
            threads.shutdownNow();
            threads.close();
        }
    }

    /** Runs until it is stopped, then prints the bill. */
    public static void main(String[] arguments) throws InterruptedException {
        int port = 0;
        long latencyMillis = 0;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--port" -> port = Integer.parseInt(arguments[i + 1]);
                case "--latency-ms" -> latencyMillis = Long.parseLong(arguments[i + 1]);
                default -> throw new IllegalArgumentException("unknown: " + arguments[i]);
            }
        }
        StubEndpoint stub = start(port).latency(Duration.ofMillis(latencyMillis));
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () ->
                                        System.out.println(
                                                StubReplies.bill(
                                                        stub.bill.sum(),
                                                        stub.calls(),
                                                        stub.maxInFlight())),
                                "stub-bill"));
        System.out.println("OPENAI_BASE_URL=" + stub.url());
        Thread.currentThread().join();
    }
}
