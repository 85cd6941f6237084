package io.rvbbit.it.testkit;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/**
 * What a collector of traces does with OTLP over HTTP: takes spans at {@code /v1/traces}, as
 * OpenTelemetry's own definitions of the protocol have them.
 *
 * <p>Threading: any thread.
 */
public final class TraceCollector implements AutoCloseable {
    private static final HexFormat HEX = HexFormat.of();

    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile int status = 200;

    /** A span, and what it came with. */
    public record Received(Span span, Map<String, String> resource, String schema) {
        public String id() {
            return HEX.formatHex(span.getSpanId().toByteArray());
        }

        public String parentId() {
            return HEX.formatHex(span.getParentSpanId().toByteArray());
        }

        public String traceId() {
            return HEX.formatHex(span.getTraceId().toByteArray());
        }

        public String name() {
            return span.getName();
        }

        public Map<String, String> attributes() {
            return TraceCollector.attributes(span.getAttributesList());
        }
    }

    private TraceCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    public static TraceCollector start() {
        try {
            return new TraceCollector();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** What {@code OTEL_EXPORTER_OTLP_ENDPOINT} has to be. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Answers so from now on. */
    public void answers(int newStatus) {
        status = newStatus;
    }

    public List<Received> spans() {
        return List.copyOf(spans);
    }

    /** What the requests had in the header {@code x-key}. */
    public List<String> keys() {
        return List.copyOf(keys);
    }

    /** Waits until the spans are as wanted, and gives them. */
    public List<Received> await(Predicate<List<Received>> wanted) {
        Waiting.until("spans at the collector", () -> wanted.test(spans()));
        return spans();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange;
                InputStream body = body(exchange)) {
            int now = status;
            byte[] answer = {};
            if (now == 200) {
                keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("x-key")));
                spans.addAll(read(body.readAllBytes()));
                answer = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(now, answer.length == 0 ? -1 : answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private static InputStream body(HttpExchange exchange) throws IOException {
        boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        return packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody();
    }

    private static List<Received> read(byte[] body) throws InvalidProtocolBufferException {
        List<Received> received = new ArrayList<>();
        for (ResourceSpans ofResource :
                ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
            Map<String, String> resource = attributes(ofResource.getResource().getAttributesList());
            for (ScopeSpans ofScope : ofResource.getScopeSpansList()) {
                for (Span span : ofScope.getSpansList()) {
                    received.add(new Received(span, resource, ofScope.getSchemaUrl()));
                }
            }
        }
        return received;
    }

    private static Map<String, String> attributes(List<KeyValue> pairs) {
        Map<String, String> attributes = new TreeMap<>();
        for (KeyValue pair : pairs) {
            AnyValue value = pair.getValue();
            attributes.put(
                    pair.getKey(),
                    switch (value.getValueCase()) {
                        case STRING_VALUE -> value.getStringValue();
                        case INT_VALUE -> Long.toString(value.getIntValue());
                        case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
                        default -> value.toString();
                    });
        }
        return attributes;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
