package io.rvbbit.udf.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class EventStreamTest {
    private static EventStream of(String text) {
        return new EventStream(new ByteArrayInputStream(text.getBytes(UTF_8)), 20);
    }

    @Test
    void the_lines_of_an_event_s_data_are_joined() throws IOException, McpFailure {
        EventStream events =
                of(
                        ": hello\r\n\r\nevent: message\r\nid: 1\r\ndata: é\r\ndata:  b\r\n\r\ndata:c\n\n");

        assertThat(events.next()).isEqualTo("é\n b");
        assertThat(events.next()).isEqualTo("c");
        assertThat(events.next()).isNull();
    }

    @Test
    void an_event_that_is_not_whole_is_none() throws IOException, McpFailure {
        assertThat(of("data: a\n").next()).isNull();
        assertThat(of("data: a").next()).isNull();
    }

    @Test
    void an_event_or_a_line_that_is_too_long_is_refused() {
        assertThat(refusal("data: " + "x".repeat(20) + "\n\n"))
                .isEqualTo("answered with more than 20 bytes");
        assertThat(refusal("data: 0123456\n".repeat(4)))
                .isEqualTo("answered with more than 20 bytes");
        assertThat(refusal(": " + "x".repeat(1_000))).isEqualTo("answered with more than 20 bytes");
    }

    private static String refusal(String text) {
        return String.valueOf(
                catchThrowableOfType(McpFailure.class, () -> of(text).next()).getMessage());
    }
}
