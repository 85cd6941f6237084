package io.rvbbit.udf.llm;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.llm.TinyEndpoint.Script;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** A client whose waits take no time, with scripted endpoints. */
final class ClientUnderTest implements AutoCloseable {
    static final String KEY = "sk-very-secret-0123456789";
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);
    static final Usage PAID = new Usage(7, 3, new BigDecimal("0.000001234567"));

    static final CallerId CALLER = new CallerId("sql-brave-otter-000001");

    private final ManualAlarm alarm = new ManualAlarm();
    final Traffic traffic = new Traffic(1_024, alarm, CLOCK);
    private final List<HttpModelClient> clients = new ArrayList<>();
    private final List<TinyEndpoint> endpoints = new ArrayList<>();
    final List<Duration> slept = new ArrayList<>();
    final RecordedAttempts attempts = new RecordedAttempts();

    TinyEndpoint endpoint(Script... scripts) {
        TinyEndpoint endpoint = new TinyEndpoint(scripts);
        endpoints.add(endpoint);
        return endpoint;
    }

    HttpModelClient client(TinyEndpoint endpoint) {
        return client(ProviderConfig.of("tiny", endpoint.url(), KEY));
    }

    HttpModelClient client(ProviderConfig config) {
        HttpModelClient client =
                new HttpModelClient(
                        config,
                        new ModelPrices(List.of()),
                        traffic,
                        RetryPolicy.DEFAULT,
                        CLOCK,
                        this::sleep,
                        () -> Long.MIN_VALUE); // nextDouble() is 0.5
        clients.add(client);
        return client;
    }

    private void sleep(Duration time) {
        slept.add(time);
        alarm.advance(time);
    }

    ModelException failure(TinyEndpoint endpoint, ModelRequest request) {
        HttpModelClient client = client(endpoint);
        return catchThrowableOfType(ModelException.class, () -> client.send(request, attempts));
    }

    static ModelRequest request(int maxAttempts) {
        return request(maxAttempts, Duration.ofSeconds(30));
    }

    static ModelRequest timingOut(Duration timeout) {
        return request(1, timeout);
    }

    static ModelRequest request(int maxAttempts, Duration timeout) {
        return new ModelRequest(
                "m",
                List.of(new ModelRequest.Message("user", "Which brand?")),
                null,
                null,
                null,
                "",
                List.of(),
                timeout,
                maxAttempts,
                () -> null,
                CALLER);
    }

    @Override
    public void close() throws IOException {
        clients.forEach(HttpModelClient::close);
        for (TinyEndpoint endpoint : endpoints) {
            endpoint.close();
        }
        traffic.close();
    }
}
