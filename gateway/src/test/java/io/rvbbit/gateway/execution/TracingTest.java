package io.rvbbit.gateway.execution;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.TraceContext;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TracingTest {
    private static final String SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String NOT_SAMPLED =
            "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    private static final CallerId CALLER = new CallerId("sql-clever-fox-abc123");

    private final Settings settings = new Settings("ann", 16);

    private @Nullable String traceId(Tracing tracing, String requested) {
        TraceContext trace = tracing.of(CALLER, requested, settings);
        return trace == null ? null : trace.traceId();
    }

    @Test
    void a_statement_that_is_not_traced_allocates_nothing_for_it() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Tracing off = new Tracing(false, false);
        boolean none = true;
        for (int i = 0; i < 1_000; i++) {
            none &= off.of(CALLER, SAMPLED, settings) == null;
        }
        long before = threads.getCurrentThreadAllocatedBytes();
        long itself = threads.getCurrentThreadAllocatedBytes() - before;
        before = threads.getCurrentThreadAllocatedBytes();

        for (int i = 0; i < 10_000; i++) {
            none &= off.of(CALLER, SAMPLED, settings) == null;
        }

        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(none).isTrue();
        assertThat(allocated).isLessThanOrEqualTo(itself);
    }

    @Test
    void a_requests_header_wins_over_the_setting() {
        Tracing tracing = new Tracing(true, false);
        settings.set("rvbbit.traceparent", SAMPLED);

        assertThat(traceId(tracing, NOT_SAMPLED)).isEqualTo("1af7651916cd43dd8448eb211c80319c");
        assertThat(traceId(tracing, "")).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(traceId(tracing, "nonsense")).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    }

    @Test
    void what_is_only_exported_is_not_traced_unless_the_sender_samples() {
        Tracing tracing = new Tracing(false, true);

        assertThat(traceId(tracing, NOT_SAMPLED)).isNull();
        assertThat(traceId(tracing, SAMPLED)).isNotNull();
        assertThat(traceId(tracing, "")).isNotNull();
    }
}
