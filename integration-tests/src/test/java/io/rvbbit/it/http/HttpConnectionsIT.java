package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.RawHttp;
import io.rvbbit.it.testkit.RawHttp.Answer;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many clients may be connected to the HTTP port, whether they say something or not. */
@GatewayTest(environment = "RVBBIT_HTTP_MAX_CONNECTIONS=4")
class HttpConnectionsIT {
    private static final String METRICS =
            RawHttp.head("GET /metrics HTTP/1.1", "Host: localhost", "Connection: keep-alive");

    private static double metric(RawHttp client, String name) {
        try {
            return client.send(METRICS)
                    .read()
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .sum();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void awaitOpen(RawHttp watching, int connections) {
        Waiting.until(
                connections + " connections",
                () -> metric(watching, "rvbbit_http_connections") == connections);
    }

    @Test
    void silent_connections_take_no_more_places_than_there_are(TestGateway gateway)
            throws IOException {
        List<RawHttp> silent = new ArrayList<>();
        try (RawHttp watching = RawHttp.to(gateway)) {
            awaitOpen(watching, 1);
            double before = metric(watching, "rvbbit_http_connections_refused_total");
            for (int at = 0; at < 3; at++) {
                silent.add(RawHttp.to(gateway));
            }
            awaitOpen(watching, 4);

            try (RawHttp mute = RawHttp.to(gateway)) {
                Answer refused = mute.read();
                assertThat(refused.status()).as("told without a word").isEqualTo(503);
                assertThat(refused.header("Connection")).isEqualTo("close");
                JsonNode body = HttpCaller.JSON.readTree(refused.body());
                assertThat(body.path("sqlstate").textValue()).isEqualTo("53300");
                assertThat(body.path("hint").textValue()).contains("http-max-connections is 4");
                assertThat(mute.ends()).isTrue();
            }
            try (RawHttp asking = RawHttp.to(gateway)) {
                asking.send(RawHttp.post("{\"query\": \"SELECT 1\"}"));
                assertThat(asking.read().status()).isEqualTo(503);
                assertThat(asking.ends()).isTrue();
            }
            assertThat(metric(watching, "rvbbit_http_connections")).isEqualTo(4);
            assertThat(metric(watching, "rvbbit_http_connections_refused_total") - before)
                    .isEqualTo(2);

            silent.removeFirst().close();
            awaitOpen(watching, 3);
            try (RawHttp served = RawHttp.to(gateway)) {
                served.send(RawHttp.post("{\"query\": \"SELECT 1 AS n\"}"));
                assertThat(served.read().status()).isEqualTo(200);
            }
        } finally {
            for (RawHttp each : silent) {
                each.close();
            }
        }
    }
}
