package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    @Test
    void metadata_give_the_trace_back() {
        TraceContext own = TraceContext.of(new CallerId("sql-clever-fox-abc123"), true, false);
        TraceContext others =
                TraceContext.ofTraceparent(
                                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
                                false,
                                true)
                        .orElseThrow();

        for (TraceContext trace : new TraceContext[] {own, others}) {
            String metadata =
                    CallerMetadata.ofWire(CallerMetadata.Sql.ofWire("q", "cafe", 1), Story.START)
                            .withTrace(trace)
                            .toJson();
            assertThat(TraceContext.in(metadata)).isEqualTo(trace);
        }
        assertThat(TraceContext.in(Story.metadata("{\"trace\":{"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0af7651916cd43dd8448eb211c80319c",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"
            })
    void what_w3c_does_not_allow_is_no_traceparent(String text) {
        assertThat(TraceContext.ofTraceparent(text, true, true)).isEmpty();
    }

    @Test
    void what_the_sender_does_not_record_is_not_exported() {
        String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

        assertThat(TraceContext.ofTraceparent(trace + "03", false, true).orElseThrow().exported())
                .isTrue();
        assertThat(TraceContext.ofTraceparent(trace + "02", false, true).orElseThrow().exported())
                .isFalse();
        assertThat(TraceContext.ofTraceparent(trace + "01", true, false).orElseThrow().exported())
                .isFalse();
    }

    @Test
    void metadata_of_before_there_was_an_export_are_read() {
        assertThat(
                        TraceContext.in(
                                "{\"trace\":{\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\","
                                        + "\"parent_span_id\":\"\",\"stored\":true},\"sql\":{}}"))
                .isEqualTo(new TraceContext("0af7651916cd43dd8448eb211c80319c", "", true, false));
    }

    @Test
    void a_newer_version_may_say_more() {
        assertThat(
                        TraceContext.ofTraceparent(
                                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                                true,
                                true))
                .isPresent();
    }
}
