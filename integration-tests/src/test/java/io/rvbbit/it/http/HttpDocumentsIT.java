package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.HttpCaller.Reply;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The OpenAPI document is what the answers are; metrics and the status page tell what happened. */
@GatewayTest
class HttpDocumentsIT {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDialect(Dialects.getDraft202012());
    private static final String MAP = "RVBBIT MAP 'first_word' AS w USING (SELECT '%s' AS text)";

    private static void assertFits(HttpCaller http, String schema, JsonNode answer) {
        ObjectNode root = (ObjectNode) http.get("/openapi.json").json();
        root.put("$ref", "#/components/schemas/" + schema);
        List<Error> faults = REGISTRY.getSchema(root).validate(answer);
        assertThat(faults).as("%s: %s", schema, answer).isEmpty();
    }

    @Test
    void the_document_is_openapi_and_names_each_path(TestGateway gateway) {
        Reply reply = gateway.http().get("/openapi.json");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().path("openapi").textValue()).startsWith("3.1");
        assertThat(reply.json().path("paths").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "/",
                        "/metrics",
                        "/openapi.json",
                        "/api/sql/execute",
                        "/api/sql/login",
                        "/api/sql/sessions",
                        "/api/sql/tables/{session}",
                        "/api/sql/schema/{session}/{table}",
                        "/api/sql/health");
    }

    @Test
    void the_document_holds_together(TestGateway gateway) {
        JsonNode document = gateway.http().get("/openapi.json").json();
        List<String> references = document.findValuesAsText("$ref");
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> {
                    assertThat(reference).startsWith("#/");
                    assertThat(document.at(reference.substring(1)).isMissingNode()).isFalse();
                });
        List<String> operations = document.path("paths").findValuesAsText("operationId");
        assertThat(operations).doesNotHaveDuplicates();
        document.path("paths")
                .properties()
                .forEach(path -> {
                    List<String> named =
                            Pattern.compile("\\{(\\w+)}")
                                    .matcher(path.getKey())
                                    .results()
                                    .map(found -> found.group(1))
                                    .toList();
                    path.getValue()
                            .properties()
                            .forEach(operation -> {
                                assertThat(operation.getKey()).isIn("get", "post");
                                JsonNode said = operation.getValue();
                                assertThat(operations)
                                        .contains(said.path("operationId").textValue());
                                assertThat(said.path("parameters").findValuesAsText("name"))
                                        .as(path.getKey())
                                        .isEqualTo(named);
                                said.path("responses")
                                        .properties()
                                        .forEach(response -> {
                                            assertThat(response.getKey())
                                                    .matches("[1-5]\\d\\d|default");
                                            assertThat(
                                                            response.getValue().has("$ref")
                                                                    || response.getValue()
                                                                            .has("description"))
                                                    .isTrue();
                                        });
                                said.path("security")
                                        .forEach(way ->
                                                assertThat(
                                                                document.at(
                                                                                "/components/securitySchemes")
                                                                        .fieldNames())
                                                        .toIterable()
                                                        .containsAll(() -> way.fieldNames()));
                            });
                });
    }

    @Test
    void each_schema_of_the_document_is_a_json_schema(TestGateway gateway) {
        JsonNode schemas = gateway.http().get("/openapi.json").json().at("/components/schemas");
        Schema meta =
                REGISTRY.getSchema(
                        SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(schemas).hasSizeGreaterThan(8);
        schemas.properties()
                .forEach(schema ->
                        assertThat(meta.validate(schema.getValue())).as(schema.getKey()).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 AS one",
                "CREATE TEMP TABLE t AS SELECT 1 AS n",
                "RVBBIT MAP 'first_word' USING (SELECT 'a b' AS text)",
                "RVBBIT MAP 'first_word' USING (SELECT 'a' AS text); RVBBIT MAP 'first_word' USING (SELECT 'b' AS text)",
                "RVBBIT MAP 'first_word' USING (SELECT 'w' || i AS text FROM range(1001) r(i))"
            })
    void results_fit_the_document(String query, TestGateway gateway) throws Exception {
        HttpCaller http = gateway.http();
        assertFits(http, "Result", http.execute(query).json());
        assertFits(
                http,
                "Result",
                http.execute(query, "format", "json", "session_id", "x" + query.hashCode()).json());
        String last = http.execute(query, "format", "ndjson").body().lines().toList().getLast();
        assertFits(http, "Summary", HttpCaller.JSON.readTree(last).path("summary"));
    }

    @Test
    void errors_fit_the_document(TestGateway gateway, SqlSession sql) {
        HttpCaller http = gateway.http();
        sql.model().failsOn("bad row", StubFault.status(400));
        List<Reply> refused =
                List.of(
                        http.execute("SELECT nme FROM products"),
                        http.execute("SELECT 1", "format", "xml"),
                        http.execute(MAP.formatted("bad row") + " WITH (on_error = 'fail')"),
                        http.get("/nowhere"),
                        http.get("/api/sql/execute"),
                        http.get("/api/sql/tables/nobody"),
                        http.with("Content-Type", "text/plain")
                                .send("POST", "/api/sql/execute", "{}"));
        assertThat(refused)
                .extracting(Reply::status)
                .containsExactly(400, 400, 502, 404, 405, 404, 415);
        refused.forEach(reply -> assertFits(http, "Error", reply.json()));
    }

    @Test
    void the_other_answers_fit_the_document(TestGateway gateway) {
        HttpCaller http = gateway.http();
        http.execute("CREATE TEMP TABLE fits (n INTEGER)", "session_id", "fits");
        assertFits(http, "Health", http.get("/api/sql/health").json());
        assertFits(http, "Sessions", http.get("/api/sql/sessions").json());
        assertFits(http, "Tables", http.get("/api/sql/tables/fits").json());
        assertFits(http, "TableSchema", http.get("/api/sql/schema/fits/fits").json());
    }

    /** The sum over the series of that name that have these labels. */
    private static double metric(HttpCaller http, String name, String... labels) {
        return http.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void metrics_count_what_the_books_say(TestGateway gateway, SqlSession sql) {
        HttpCaller http = gateway.http();
        String model = "model=\"stub-model\"";
        String ok = "outcome=\"ok\"";
        String completed = "outcome=\"completed\"";
        double statements = metric(http, "rvbbit_statements_total", completed);
        double calls = metric(http, "rvbbit_model_calls_total", model, ok);
        double cost = metric(http, "rvbbit_model_cost_usd_total", model);
        double hits = metric(http, "rvbbit_cache_hits_total");
        double limits = metric(http, "rvbbit_model_rate_limits_total", model);
        sql.model().failsOn("limited", StubFault.status(429));

        http.execute(MAP.formatted("metrics one"));
        http.execute(MAP.formatted("metrics one"));
        http.execute(MAP.formatted("limited now"));

        assertThat(metric(http, "rvbbit_statements_total", completed) - statements).isEqualTo(3);
        assertThat(metric(http, "rvbbit_model_calls_total", model, ok) - calls).isEqualTo(2);
        assertThat(metric(http, "rvbbit_cache_hits_total") - hits).isEqualTo(1);
        assertThat(metric(http, "rvbbit_model_rate_limits_total", model) - limits).isEqualTo(1);
        assertThat(metric(http, "rvbbit_model_cost_usd_total", model) - cost)
                .isCloseTo(
                        gateway.model().bill().sum().costUsd().doubleValue(), Offset.offset(1e-9));
        String all = http.get("/metrics").body();
        assertThat(all)
                .contains(
                        "rvbbit_connections{port=\"postgresql\"}",
                        "rvbbit_books_depth ",
                        "rvbbit_books_lag_seconds ",
                        "rvbbit_completion_matched_total ",
                        "rvbbit_model_tokens_total",
                        "rvbbit_model_call_duration_seconds_bucket",
                        "jvm_memory_used_bytes");
        assertThat(all).doesNotContain("stub-key", "metrics one");
    }

    @Test
    void models_that_clients_make_up_do_not_become_endless_series(TestGateway gateway) {
        HttpCaller http = gateway.http();
        for (int i = 0; i < 80; i++) {
            http.execute(MAP.formatted("m" + i) + " WITH (model = 'made-up-" + i + "')");
        }
        long series =
                Pattern.compile("^rvbbit_model_calls_total\\{", Pattern.MULTILINE)
                        .matcher(http.get("/metrics").body())
                        .results()
                        .count();
        assertThat(series).isLessThan(140);
    }

    @Test
    void the_page_shows_what_runs_and_what_it_cost(TestGateway gateway, SqlSession sql)
            throws InterruptedException {
        HttpCaller http = gateway.http();
        String done =
                http.execute(MAP.formatted("<script>alert(1)</script>"))
                        .json()
                        .path("caller_id")
                        .textValue();
        CountDownLatch latch = new CountDownLatch(1);
        sql.model().answering(request -> StubAnswer.onceOpen(latch, request));
        try {
            CompletableFuture<Reply> running =
                    CompletableFuture.supplyAsync(() -> http.execute(MAP.formatted("held up")));
            sql.model().awaitCalls(2);
            Reply page = http.get("/");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.header("Content-Type")).startsWith("text/html");
            assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'");
            assertThat(page.body())
                    .contains(
                            "held up",
                            "0 of 1",
                            done,
                            "/metrics",
                            "/openapi.json",
                            "&lt;script&gt;")
                    .doesNotContain("<script");
            latch.countDown();
            assertThat(running.join().status()).isEqualTo(200);
        } finally {
            latch.countDown();
        }
    }
}
