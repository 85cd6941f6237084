package io.rvbbit.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.rvbbit.gateway.telemetry.FinishedSpan.Origin;
import io.rvbbit.gateway.telemetry.SpanExport.Counts;
import io.rvbbit.tracking.trace.TraceSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpanExportTest {
    private static final SpanTranslation TRANSLATION =
            new SpanTranslation(
                    new Origin(Resource.empty(), InstrumentationScopeInfo.create("test")));
    private static final TraceSpan SPAN =
            new TraceSpan(
                    "b7ad6b7169203331",
                    "0af7651916cd43dd8448eb211c80319c",
                    "",
                    "sql-clever-fox-abc123",
                    "",
                    "gateway",
                    "statement",
                    "completed",
                    Instant.EPOCH,
                    Instant.EPOCH.plusMillis(5),
                    "",
                    "",
                    "",
                    "{}",
                    "",
                    "",
                    0);

    /** A collector that answers when, and what, the test says. */
    private static final class Collector implements SpanExporter {
        final CountDownLatch asked = new CountDownLatch(1);
        final CompletableResultCode answer = new CompletableResultCode();

        @Override
        public CompletableResultCode export(Collection<SpanData> spans) {
            asked.countDown();
            return answer;
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }

    @Test
    void what_finds_no_room_is_dropped_and_counted() throws Exception {
        Collector collector = new Collector();
        try (SpanExport export = new SpanExport(collector, TRANSLATION)) {
            export.accept(List.of(SPAN));
            assertThat(collector.asked.await(30, TimeUnit.SECONDS)).isTrue();

            export.accept(Collections.nCopies(SpanExport.MOST_WAITING - 1, SPAN));
            export.accept(List.of(SPAN, SPAN, SPAN));

            assertThat(export.counts()).isEqualTo(new Counts(0, 0, 2));
            collector.answer.succeed();
        }
    }

    @Test
    void closing_sends_what_waits() {
        Collector collector = new Collector();
        collector.answer.succeed();
        SpanExport export = new SpanExport(collector, TRANSLATION);
        export.accept(Collections.nCopies(1_300, SPAN));

        export.close();

        assertThat(export.counts()).isEqualTo(new Counts(1_300, 0, 0));
    }

    @Test
    void closing_does_not_wait_for_a_collector_that_says_nothing() throws Exception {
        Collector collector = new Collector();
        SpanExport export = new SpanExport(collector, TRANSLATION, Duration.ofMillis(10));
        export.accept(List.of(SPAN));
        assertThat(collector.asked.await(30, TimeUnit.SECONDS)).isTrue();
        export.accept(List.of(SPAN, SPAN));

        export.close();

        assertThat(export.counts().exported()).isZero();
        assertThat(export.counts().dropped() + export.counts().failed()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void what_comes_after_the_end_is_dropped() {
        SpanExport export = new SpanExport(new Collector(), TRANSLATION);
        export.close();

        export.accept(List.of(SPAN));

        assertThat(export.counts()).isEqualTo(new Counts(0, 0, 1));
    }

    @Test
    void what_the_collector_refuses_has_failed() {
        Collector collector = new Collector();
        collector.answer.fail();
        SpanExport export = new SpanExport(collector, TRANSLATION);
        export.accept(List.of(SPAN, SPAN));

        export.close();

        assertThat(export.counts()).isEqualTo(new Counts(0, 2, 0));
    }
}
