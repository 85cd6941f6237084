package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.access.ScramVerifier;
import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What /metrics says of budgets: the server's and those of roles. */
class BudgetMetricsIT {
    private static final Offset<Double> EXACT = Offset.offset(1e-12);

    private final TestGateway gateway = TestGateway.withStub(environment());

    private static Map<String, String> environment() {
        String verifier = ScramVerifier.of("secret", new SecureRandom()).text();
        return Map.of(
                "RVBBIT_USERS",
                "[{name: boss, admin: true, verifier: '%s'}, {name: ann, verifier: '%s', budget: {dollars: 0.5, per: month}}, {name: bob, verifier: '%s', budget: {dollars: 0.25, per: day}}]"
                        .formatted(verifier, verifier, verifier),
                "RVBBIT_BUDGET",
                "{dollars: 3, per: day}",
                "RVBBIT_PRICES",
                "[{provider: 127.0.0.1, model: '*', input: 2, output: 10}]",
                "RVBBIT_CALL_ATTEMPTS",
                "1");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private HttpCaller as(String user) {
        byte[] login = (user + ":secret").getBytes(StandardCharsets.UTF_8);
        return gateway.http()
                .with("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
    }

    private Map<String, Double> budgets() {
        Map<String, Double> budgets = new LinkedHashMap<>();
        as("boss")
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("rvbbit_budget_usd{"))
                .forEach(line -> {
                    int end = line.lastIndexOf(' ');
                    budgets.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
                });
        return budgets;
    }

    private static String series(String role, String part) {
        return "rvbbit_budget_usd{part=\"%s\",role=\"%s\"}".formatted(part, role);
    }

    @Test
    void roles_with_a_budget_have_rows_of_their_own() {
        Map<String, Double> first = budgets();
        assertThat(first)
                .containsEntry(series("", "limit"), 3.0)
                .containsEntry(series("ann", "limit"), 0.5)
                .containsEntry(series("bob", "limit"), 0.25)
                .hasSize(9);
        assertThat(first.keySet()).noneMatch(name -> name.contains("boss"));

        String map = "RVBBIT MAP 'first_word' AS w USING (SELECT '%s' AS text)";
        assertThat(as("ann").execute(map.formatted("of ann")).status()).isEqualTo(200);
        double spent = gateway.model().bill().sum().costUsd().doubleValue();
        Map<String, Double> second = budgets();
        assertThat(spent).isPositive();
        assertThat(second.get(series("ann", "spent"))).isCloseTo(spent, EXACT);
        assertThat(second.get(series("", "spent"))).isCloseTo(spent, EXACT);
        assertThat(second.get(series("bob", "spent"))).isZero();

        gateway.model().failsOn("lost", new StubFault.Close());
        var _ = as("bob").execute(map.formatted("lost on the way"));
        Map<String, Double> third = budgets();
        assertThat(third.get(series("bob", "kept")))
                .as("what the lost request may have cost")
                .isPositive();
        assertThat(third.get(series("", "kept"))).isEqualTo(third.get(series("bob", "kept")));
        assertThat(third.get(series("ann", "kept"))).isZero();
    }
}
