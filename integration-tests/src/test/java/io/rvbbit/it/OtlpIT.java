package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.TraceCollector;
import io.rvbbit.it.testkit.TraceCollector.Received;
import io.rvbbit.it.testkit.Waiting;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a collector of traces is sent. */
class OtlpIT {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String MAP =
            "RVBBIT MAP 'first_word' USING (SELECT unnest(['%s']) AS text) WITH (cache = false)";

    private static TestGateway gateway(String endpoint, String... more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        for (int at = 0; at + 1 < more.length; at += 2) {
            environment.put(more[at], more[at + 1]);
        }
        return TestGateway.withStub(environment);
    }

    private static boolean hasStatement(List<Received> spans) {
        return spans.stream().anyMatch(span -> span.name().equals("statement"));
    }

    private static Received only(List<Received> spans, String name) {
        List<Received> found = spans.stream().filter(span -> span.name().equals(name)).toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    @Test
    void a_map_gives_a_tree_of_spans() throws Exception {
        try (TraceCollector collector = TraceCollector.start();
                TestGateway gateway =
                        gateway(collector.url(), "OTEL_RESOURCE_ATTRIBUTES", "team=red%20one");
                SqlSession sql = gateway.session()) {
            sql.execute(MAP.formatted("one', 'two"));
            String caller = sql.lastCaller();

            List<Received> spans = collector.await(OtlpIT::hasStatement);

            Map<String, Received> byId =
                    spans.stream().collect(Collectors.toMap(Received::id, Function.identity()));
            Map<String, Long> edges =
                    spans.stream()
                            .filter(span ->
                                    !"store".equals(span.attributes().get("rvbbit.service")))
                            .map(span ->
                                    span.name()
                                            + " < "
                                            + (span.parentId().isEmpty()
                                                    ? "nothing"
                                                    : byId.getOrDefault(span.parentId(), span)
                                                            .name()))
                            .collect(
                                    Collectors.groupingBy(
                                            Function.identity(), Collectors.counting()));
            assertThat(edges)
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of(
                                    "statement < nothing",
                                    1L,
                                    "rewrite < statement",
                                    1L,
                                    "input_query < statement",
                                    1L,
                                    "cascade first_word < statement",
                                    2L,
                                    "cell first_word.ask < cascade first_word",
                                    2L,
                                    "chat stub-model < cell first_word.ask",
                                    2L));
            assertThat(spans)
                    .extracting(Received::traceId)
                    .containsOnly(spans.getFirst().traceId());
            Received statement = only(spans, "statement");
            assertThat(statement.span().getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
            assertThat(statement.attributes())
                    .containsEntry("rvbbit.caller_id", caller)
                    .containsEntry("rvbbit.query_type", "rvbbit_map")
                    .containsEntry("rvbbit.calls", "2")
                    .containsKey("rvbbit.cost");
            assertThat(statement.resource())
                    .containsEntry("service.name", "rvbbit")
                    .containsEntry("team", "red one")
                    .containsEntry("telemetry.sdk.name", "opentelemetry");
            assertThat(sql.number("SELECT count(*) FROM trace_spans")).isZero();
        }
    }

    @Test
    void a_model_is_described_as_the_conventions_do() throws Exception {
        try (TraceCollector collector = TraceCollector.start();
                TestGateway gateway = gateway(collector.url(), "RVBBIT_DB_TRACING", "true");
                SqlSession sql = gateway.session()) {
            sql.execute(MAP.formatted("one"));
            String caller = sql.lastCaller();

            Received chat = only(collector.await(OtlpIT::hasStatement), "chat stub-model");

            assertThat(chat.span().getKind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
            assertThat(chat.schema()).isEqualTo("https://opentelemetry.io/schemas/1.41.0");
            assertThat(chat.attributes())
                    .containsEntry("gen_ai.operation.name", "chat")
                    .containsEntry("gen_ai.provider.name", "127.0.0.1")
                    .containsEntry("gen_ai.request.model", "stub-model")
                    .containsEntry("gen_ai.response.model", "stub-model")
                    .containsEntry("rvbbit.caller_id", caller)
                    .containsEntry("rvbbit.cell", "ask")
                    .containsKeys("rvbbit.cost", "gen_ai.conversation.id")
                    .doesNotContainKey("error.type");
            assertThat(
                            chat.attributes().get("gen_ai.usage.input_tokens")
                                    + " "
                                    + chat.attributes().get("gen_ai.usage.output_tokens"))
                    .isEqualTo(
                            sql.text(
                                    "SELECT attempt_tokens_in || ' ' || attempt_tokens_out FROM unified_logs"
                                            + " WHERE event_type = 'turn_complete' AND caller_id = '"
                                            + caller
                                            + "'"));
            assertThat(
                            sql.text(
                                    "SELECT span_id || parent_span_id || trace_id FROM trace_spans WHERE service = 'model'"))
                    .as("under the same ids in the books")
                    .isEqualTo(chat.id() + chat.parentId() + chat.traceId());
        }
    }

    @Test
    void what_fails_is_an_error_there_too() throws Exception {
        try (TraceCollector collector = TraceCollector.start();
                TestGateway gateway = gateway(collector.url(), "RVBBIT_CALL_ATTEMPTS", "1");
                SqlSession sql = gateway.session()) {
            sql.model().failsOn("bad", StubFault.status(500));
            sql.execute(MAP.formatted("bad"));

            List<Received> spans = collector.await(OtlpIT::hasStatement);

            Received chat = only(spans, "chat stub-model");
            assertThat(chat.span().getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
            assertThat(chat.span().getStatus().getMessage()).contains("500");
            assertThat(chat.attributes())
                    .containsEntry("error.type", "unavailable")
                    .doesNotContainKey("gen_ai.response.model");
            assertThat(only(spans, "statement").span().getStatus().getCode())
                    .isEqualTo(StatusCode.STATUS_CODE_UNSET);
        }
    }

    @Test
    void a_statement_is_part_of_the_trace_that_the_client_samples() throws Exception {
        try (TraceCollector collector = TraceCollector.start();
                TestGateway gateway = gateway(collector.url());
                SqlSession sql = gateway.session()) {
            sql.execute("SET rvbbit.traceparent = '00-" + TRACE + "-b7ad6b7169203331-00'");
            sql.execute(MAP.formatted("not sampled"));
            sql.execute("SET rvbbit.traceparent = '00-" + TRACE + "-c7ad6b7169203331-01'");
            sql.execute(MAP.formatted("sampled"));

            Received statement = only(collector.await(OtlpIT::hasStatement), "statement");

            assertThat(statement.traceId()).isEqualTo(TRACE);
            assertThat(statement.parentId()).isEqualTo("c7ad6b7169203331");
        }
    }

    @Test
    void what_waits_is_sent_before_the_gateway_ends() throws Exception {
        try (TraceCollector collector = TraceCollector.start()) {
            try (TestGateway gateway =
                            gateway(
                                    collector.url(),
                                    "OTEL_EXPORTER_OTLP_HEADERS",
                                    "x-key=s3cret%21",
                                    "OTEL_EXPORTER_OTLP_COMPRESSION",
                                    "gzip");
                    SqlSession sql = gateway.session()) {
                sql.execute(MAP.formatted("last"));
            }

            assertThat(collector.spans()).extracting(Received::name).contains("statement");
            assertThat(collector.keys()).containsOnly("s3cret!");
        }
    }

    @Test
    void a_collector_that_is_not_there_holds_nothing_up() throws Exception {
        try (TestGateway gateway = gateway("http://127.0.0.1:" + unused());
                SqlSession sql = gateway.session()) {
            sql.query(MAP.formatted("one")).returnsRows(1);

            assertThat(sql.text("SELECT status FROM sql_query_log")).isEqualTo("completed");
        }
    }

    @Test
    void what_the_collector_refuses_is_counted() throws Exception {
        try (TraceCollector collector = TraceCollector.start();
                TestGateway gateway = gateway(collector.url());
                SqlSession sql = gateway.session()) {
            collector.answers(400);
            sql.query(MAP.formatted("one")).returnsRows(1);
            Waiting.until("refused spans", () -> count(gateway, "failed") > 0);
            collector.answers(200);
            sql.query(MAP.formatted("two")).returnsRows(1);
            var _ = collector.await(OtlpIT::hasStatement);

            Waiting.until("spans that were taken", () -> count(gateway, "exported") > 0);
            assertThat(count(gateway, "dropped")).isZero();
        }
    }

    private static double count(TestGateway gateway, String outcome) {
        String line = "rvbbit_otlp_spans_total{outcome=\"" + outcome + "\"} ";
        return gateway.http()
                .get("/metrics")
                .body()
                .lines()
                .filter(one -> one.startsWith(line))
                .mapToDouble(one -> Double.parseDouble(one.substring(line.length())))
                .sum();
    }

    private static int unused() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
