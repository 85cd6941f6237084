package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubBill;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What /metrics says before and after each kind of event, against what the stub has billed. */
class MetricsIT {
    private static final Offset<Double> EXACT = Offset.offset(1e-9);
    private static final String MAP = "RVBBIT MAP 'first_word' AS w USING (SELECT '%s' AS text)";

    private final TestGateway gateway =
            TestGateway.withStub(
                    Map.of(
                            "RVBBIT_BUDGET",
                            "{dollars: 5, per: day}",
                            "RVBBIT_PRICES",
                            "[{provider: 127.0.0.1, model: '*', input: 2, output: 10}]"));
    private Map<String, Double> before = scrape();

    @AfterEach
    void stop() {
        gateway.close();
    }

    /** Each series with its labels, and its value. */
    private Map<String, Double> scrape() {
        Map<String, Double> series = new LinkedHashMap<>();
        gateway.http()
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> {
                    int end = line.lastIndexOf(' ');
                    series.put(line.substring(0, end), Double.valueOf(line.substring(end + 1)));
                });
        return series;
    }

    /** By how much each counter of ours has grown since the last time, where it has. */
    private Map<String, Double> grown() {
        Map<String, Double> now = scrape();
        Map<String, Double> grown = new HashMap<>();
        now.forEach((name, value) -> {
            double more = value - before.getOrDefault(name, 0.0);
            if (name.matches("rvbbit_.*_(total|count)(\\{.*)?") && more != 0) {
                grown.put(name, more);
            }
        });
        before = now;
        return grown;
    }

    private static void isOne(Map<String, Double> grown, String... names) {
        assertThat(Arrays.asList(names))
                .allSatisfy(name -> assertThat(grown).containsEntry(name, 1.0));
    }

    @Test
    void a_call_counts_as_it_was_billed() {
        gateway.http().execute(MAP.formatted("one two three"));

        Map<String, Double> grown = grown();
        StubBill.Sum bill = gateway.model().bill().sum();
        isOne(
                grown,
                "rvbbit_model_calls_total{model=\"stub-model\",outcome=\"ok\",provider=\"127.0.0.1\"}",
                "rvbbit_model_call_duration_seconds_count{model=\"stub-model\",provider=\"127.0.0.1\"}",
                "rvbbit_cascade_sessions_total{outcome=\"completed\"}",
                "rvbbit_cache_misses_total",
                "rvbbit_rows_total{direction=\"in\"}",
                "rvbbit_rows_total{direction=\"out\"}",
                "rvbbit_statements_total{kind=\"rvbbit_map\",outcome=\"completed\"}",
                "rvbbit_statement_duration_seconds_count{kind=\"rvbbit_map\"}");
        String labels = "model=\"stub-model\",provider=\"127.0.0.1\"}";
        assertThat(grown.get("rvbbit_model_cost_usd_total{" + labels))
                .isCloseTo(bill.costUsd().doubleValue(), EXACT);
        String tokens =
                "rvbbit_model_tokens_total{direction=\"%s\",model=\"stub-model\",provider=\"127.0.0.1\"}";
        assertThat(grown)
                .containsEntry(tokens.formatted("in"), (double) bill.tokensIn())
                .containsEntry(tokens.formatted("out"), (double) bill.tokensOut());
        assertThat(before.get("rvbbit_budget_usd{part=\"limit\",role=\"\"}")).isEqualTo(5);
        assertThat(before.get("rvbbit_budget_usd{part=\"spent\",role=\"\"}"))
                .isCloseTo(bill.costUsd().doubleValue(), EXACT);
        // No statement without a caller ran.
        assertThat(grown.keySet()).noneMatch(name -> name.contains("kind=\"select\""));
    }

    @Test
    void a_stored_answer_is_a_hit_and_costs_nothing() {
        gateway.http().execute(MAP.formatted("again"));
        var _ = grown();
        gateway.http().execute(MAP.formatted("again"));

        Map<String, Double> grown = grown();
        isOne(grown, "rvbbit_cache_hits_total", "rvbbit_rows_total{direction=\"out\"}");
        assertThat(grown.keySet())
                .noneMatch(name -> name.contains("misses") || name.contains("_model_"));
    }

    @Test
    void a_429_and_the_retry_after_it_are_counted() {
        gateway.model().failsOn("limited", StubFault.status(429));
        gateway.http().execute(MAP.formatted("limited now"));

        String labels = "{model=\"stub-model\",provider=\"127.0.0.1\"}";
        isOne(
                grown(),
                "rvbbit_model_rate_limits_total" + labels,
                "rvbbit_model_retries_total" + labels,
                "rvbbit_model_calls_total{model=\"stub-model\",outcome=\"rate_limit\",provider=\"127.0.0.1\"}",
                "rvbbit_model_calls_total{model=\"stub-model\",outcome=\"ok\",provider=\"127.0.0.1\"}",
                "rvbbit_statements_total{kind=\"rvbbit_map\",outcome=\"completed\"}");
    }

    @Test
    void a_failed_row_and_a_failed_statement_have_their_outcomes() {
        gateway.model().failsOn("refused", StubFault.status(400));
        gateway.http().execute(MAP.formatted("refused") + " WITH (on_error = 'fail')");

        isOne(
                grown(),
                "rvbbit_model_calls_total{model=\"stub-model\",outcome=\"error\",provider=\"127.0.0.1\"}",
                "rvbbit_cascade_sessions_total{outcome=\"error\"}",
                "rvbbit_statements_total{kind=\"rvbbit_map\",outcome=\"error\"}");
    }

    @Test
    void a_statement_that_cannot_be_read_counts_once() {
        gateway.http().execute("RVBBIT MAP 'nothing' AS w USING (SELECT 1 AS text)");
        isOne(grown(), "rvbbit_statements_total{kind=\"rvbbit_refused\",outcome=\"error\"}");

        gateway.http().execute("SELEC 1");
        isOne(grown(), "rvbbit_statements_total{kind=\"other\",outcome=\"error\"}");
    }

    @Test
    void a_statement_that_decides_counts_once() {
        HttpCaller http = gateway.http();
        String on = "SET rvbbit.ai_fallback = on; ";
        var _ = grown();
        http.execute(on + "SELECT counted_f('x')");
        Map<String, Double> grown = grown();
        isOne(
                grown,
                "rvbbit_statements_total{kind=\"ai_fallback\",outcome=\"completed\"}",
                "rvbbit_statement_duration_seconds_count{kind=\"ai_fallback\"}",
                "rvbbit_rows_total{direction=\"in\"}",
                "rvbbit_rows_total{direction=\"out\"}");

        http.execute(on + "SELECT outer_f(inner_f('x'))");
        isOne(grown(), "rvbbit_statements_total{kind=\"ai_fallback\",outcome=\"completed\"}");

        http.execute(on + "RVBBIT MAP 'first_word' AS w USING (SELECT mapped_f('x') AS text)");
        assertThat(statements(grown()))
                .containsOnly(
                        Map.entry(
                                "rvbbit_statements_total{kind=\"rvbbit_map\",outcome=\"completed\"}",
                                1.0),
                        Map.entry(
                                "rvbbit_statements_total{kind=\"set\",outcome=\"completed\"}",
                                1.0));

        http.execute(on + "PREPARE idle AS SELECT idle_f('x'); DEALLOCATE idle");
        isOne(grown(), "rvbbit_statements_total{kind=\"ai_fallback\",outcome=\"completed\"}");

        gateway.model().failsOn("calls the function undecided_f", StubFault.status(400));
        http.execute(on + "SELECT undecided_f('x')");
        isOne(grown(), "rvbbit_statements_total{kind=\"ai_fallback\",outcome=\"error\"}");

        gateway.model().failsOn("as the function failing_f", StubFault.status(400));
        http.execute(on + "SELECT failing_f('x')");
        assertThat(statements(grown()))
                .containsEntry(
                        "rvbbit_statements_total{kind=\"ai_fallback\",outcome=\"error\"}", 1.0)
                .hasSize(2);
    }

    private static Map<String, Double> statements(Map<String, Double> grown) {
        Map<String, Double> statements = new HashMap<>(grown);
        statements.keySet().removeIf(name -> !name.startsWith("rvbbit_statements_total"));
        return statements;
    }

    @Test
    void plain_statements_are_counted_by_kind_and_outcome() {
        HttpCaller http = gateway.http();
        http.execute("SELECT 1; CREATE TEMP TABLE t (n INTEGER); INSERT INTO t VALUES (1), (2)");
        Map<String, Double> grown = grown();
        isOne(
                grown,
                "rvbbit_statements_total{kind=\"select\",outcome=\"completed\"}",
                "rvbbit_statements_total{kind=\"create\",outcome=\"completed\"}",
                "rvbbit_statements_total{kind=\"insert\",outcome=\"completed\"}",
                "rvbbit_statement_duration_seconds_count{kind=\"insert\"}");

        http.execute("SELECT nme FROM products");
        isOne(grown(), "rvbbit_statements_total{kind=\"select\",outcome=\"error\"}");
        http.execute(
                "SET statement_timeout = '50ms'; SELECT sum(a.i * b.i) FROM range(10000000) a(i), range(10000000) b(i)");
        isOne(grown(), "rvbbit_statements_total{kind=\"select\",outcome=\"cancelled\"}");
    }

    @Test
    void statements_of_the_wire_are_counted_too() throws Exception {
        try (SqlSession sql = gateway.session()) {
            sql.query("SELECT 1 AS n").returns("n\n1");
            var _ = grown();
            sql.query("SELECT 7 AS n").returns("n\n7");
            sql.execute("CREATE TEMP TABLE t (n INTEGER)");
            Map<String, Double> grown = grown();
            isOne(
                    grown,
                    "rvbbit_statements_total{kind=\"select\",outcome=\"completed\"}",
                    "rvbbit_statements_total{kind=\"create\",outcome=\"completed\"}");
            assertThat(before.get("rvbbit_connections{port=\"postgresql\"}")).isEqualTo(1);
        }
    }

    @Test
    void what_runs_is_seen_while_it_runs() throws Exception {
        gateway.model().failsOn("hang", new StubFault.Hang());
        HttpCaller http = gateway.http();
        CompletableFuture<HttpCaller.Reply> running =
                CompletableFuture.supplyAsync(
                        () -> http.execute(MAP.formatted("hang") + " WITH (timeout = '2s')"));
        gateway.model().awaitCalls(1);
        Map<String, Double> now = scrape();
        assertThat(
                        now.get(
                                "rvbbit_model_calls_in_flight{model=\"stub-model\",provider=\"127.0.0.1\"}"))
                .isEqualTo(1);
        assertThat(now.get("rvbbit_connections{port=\"http\"}")).isEqualTo(1);
        assertThat(running.join().status()).isEqualTo(200);
        isOne(
                grown(),
                "rvbbit_model_calls_uncosted_total{model=\"stub-model\",provider=\"127.0.0.1\"}");
        // What it can have cost is kept: nobody told what it did.
        assertThat(before.get("rvbbit_budget_usd{part=\"kept\",role=\"\"}")).isPositive();
    }

    @Test
    void names_and_units_are_as_prometheus_wants_them_and_no_client_is_a_label() {
        HttpCaller.Reply map = gateway.http().execute(MAP.formatted("names"));
        HttpCaller.Reply scraped = gateway.http().get("/metrics");
        assertThat(scraped.header("Content-Type")).startsWith("text/plain; version=0.0.4");
        assertThat(scraped.body())
                .contains(
                        "rvbbit_books_depth ",
                        "rvbbit_books_lag_seconds ",
                        "rvbbit_books_stored_total ",
                        "rvbbit_completion_parts_total ",
                        "rvbbit_cache_bytes ",
                        "jvm_memory_used_bytes",
                        "jvm_threads_current")
                .doesNotContain(map.json().path("caller_id").textValue(), "names");
        assertThat(scraped.body().lines().filter(line -> line.startsWith("# TYPE rvbbit_")))
                .allSatisfy(line -> {
                    String[] words = line.split(" ", -1);
                    assertThat(words[2]).matches("rvbbit_[a-z0-9_]+");
                    assertThat(words[2].endsWith("_total")).isEqualTo(words[3].equals("counter"));
                });
        assertThat(Pattern.compile("caller|session_id|user=").matcher(scraped.body()).find())
                .isFalse();
    }
}
