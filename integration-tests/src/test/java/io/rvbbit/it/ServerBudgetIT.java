package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.CONFIGURATION_LIMIT_EXCEEDED;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.SqlAssert;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Budgets of roles and of the server: over all sessions, and over a restart. */
class ServerBudgetIT {
    // Of the passwords "sesame" and "pencil".
    private static final String SESAME =
            "SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$hn4FUIkYt7Fy4b6A2QilBRpntUViQLMX9F3hmowbDlg=:VN7TGXR2mKZKoVdTp1SdRWBKnlXaYulCWS/O1xCfZeI=";
    private static final String PENCIL =
            "SCRAM-SHA-256$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=";
    private static final String USERS =
            "[{name: boss, admin: true, verifier: '%s'}, {name: ann, verifier: '%s', budget: {dollars: 0.002, per: month}}]"
                    .formatted(SESAME, PENCIL);
    private static final BigDecimal MOST_OF_A_CALL = new BigDecimal("0.0004");

    @TempDir Path data;
    private final StubEndpoint stub = StubEndpoint.start();
    private TestGateway gateway;

    @BeforeEach
    void start() {
        Map<String, String> environment = new HashMap<>();
        environment.put("OPENAI_BASE_URL", stub.url());
        environment.put("RVBBIT_DATA", data.toString());
        environment.put(
                "RVBBIT_PRICES", "[{provider: 127.0.0.1, model: '*', input: 2, output: 10}]");
        environment.put("RVBBIT_USERS", USERS);
        environment.put("RVBBIT_BUDGET", "{dollars: 0.005, per: day}");
        environment.put("RVBBIT_CALL_ATTEMPTS", "1");
        stub.charging(BudgetIT::price);
        gateway = TestGateway.withStub(environment);
    }

    @AfterEach
    void stop() {
        gateway.close();
        stub.close();
    }

    private SqlSession as(String user) {
        return gateway.session(
                "default",
                Map.of("user", user, "password", user.equals("ann") ? "pencil" : "sesame"));
    }

    private static String map(String prefix, int rows) {
        return "RVBBIT MAP PARALLEL 8 'first_word' AS word USING (SELECT '%s' || i AS text FROM range(%d) r(i)) WITH (max_tokens = 20)"
                .formatted(prefix, rows);
    }

    private BigDecimal bill() {
        return stub.bill().sum().costUsd();
    }

    @Test
    void a_role_s_budget_binds_it_and_nobody_else_also_after_a_restart() throws Exception {
        try (SqlSession ann = as("ann")) {
            ann.query(map("a", 100))
                    .tells(CONFIGURATION_LIMIT_EXCEEDED, "of the budget of role \"ann\" for 20");
        }
        assertThat(bill())
                .isLessThanOrEqualTo(new BigDecimal("0.002"))
                .isGreaterThan(new BigDecimal("0.002").subtract(MOST_OF_A_CALL));
        try (SqlSession boss = as("boss")) {
            boss.query(map("b", 3)).tellsNothingOf("budget");
        }

        gateway.close();
        start();

        BigDecimal before = bill();
        try (SqlSession ann = as("ann")) {
            ann.query(map("longer", 10)).tells(CONFIGURATION_LIMIT_EXCEEDED, "10 of 10 rows");
            assertThat(bill()).isEqualByComparingTo(before);
        }
    }

    @Test
    void the_server_s_budget_binds_all_at_once_also_after_a_restart() throws Exception {
        List<Callable<SqlAssert>> clients = new ArrayList<>();
        for (int client = 0; client < 4; client++) {
            String prefix = "s" + client + "-";
            clients.add(() -> {
                try (SqlSession boss = as("boss")) {
                    return boss.query(map(prefix, 60)).succeeds();
                }
            });
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<SqlAssert> client : threads.invokeAll(clients)) {
                client.get();
            }
        }
        assertThat(bill())
                .isLessThanOrEqualTo(new BigDecimal("0.005"))
                .isGreaterThan(new BigDecimal("0.005").subtract(MOST_OF_A_CALL));

        gateway.close();
        start();

        try (SqlSession boss = as("boss")) {
            boss.query(map("t", 100))
                    .tells(CONFIGURATION_LIMIT_EXCEEDED, "of the budget of the server for 20");
        }
        assertThat(bill()).isLessThanOrEqualTo(new BigDecimal("0.005"));
    }

    @Test
    void what_unanswered_attempts_hold_is_held_after_a_restart() throws Exception {
        stub.failsOn("u", new StubFault.Close(), new StubFault.Close(), StubFault.status(429));
        try (SqlSession ann = as("ann")) {
            ann.query("SET rvbbit.on_error = 'null'");
            ann.query(map("u", 3)).tells(WARNING, "3 of 3 rows failed");
        }

        gateway.close();
        start();

        try (SqlSession ann = as("ann")) {
            ann.query(map("v", 100))
                    .tells(
                            CONFIGURATION_LIMIT_EXCEEDED,
                            "is held for calls whose cost is not known");
        }
        // Two calls are held, at more than 0.0003 dollars each; the refused one is not.
        assertThat(bill())
                .isLessThan(new BigDecimal("0.0014"))
                .isGreaterThan(new BigDecimal("0.0007"));
    }
}
