package io.rvbbit.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rvbbit.gateway.wire.BackendMessage.ErrorResponse;
import io.rvbbit.gateway.wire.BackendMessage.ResponseField;
import io.rvbbit.gateway.wire.ErrorFields.Severity;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ErrorFieldsTest {
    @Test
    void a_failure_is_told_with_all_it_knows() {
        SqlException failure =
                new SqlException(SqlState.SYNTAX_ERROR, "expected USING")
                        .at(12)
                        .detail("the detail")
                        .hint("the hint");

        assertThat(text(ErrorFields.error(failure).fields()))
                .isEqualTo("S=ERROR V=ERROR C=42601 M=expected USING D=the detail H=the hint P=12");
    }

    @Test
    void what_is_not_known_has_no_field() {
        SqlException failure =
                new SqlException(SqlState.PROTOCOL_VIOLATION, "invalid message format");

        assertThat(text(ErrorFields.fatal(failure).fields()))
                .isEqualTo("S=FATAL V=FATAL C=08P01 M=invalid message format");
    }

    @Test
    void our_own_fault_is_logged_in_full_and_told_by_reference() {
        Logger logger = (Logger) LoggerFactory.getLogger(ErrorFields.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
        try {
            ErrorResponse response =
                    ErrorFields.error(new IllegalStateException("password is hunter2"));

            String told = text(response.fields());
            assertThat(told)
                    .startsWith("S=ERROR V=ERROR C=XX000 M=internal error D=")
                    .doesNotContain("hunter2", "IllegalState", "at io.");
            assertThat(log.list).hasSize(1);
            ILoggingEvent event = log.list.getFirst();
            assertThat(event.getLevel()).isEqualTo(Level.ERROR);
            assertThat(event.getThrowableProxy().getMessage()).isEqualTo("password is hunter2");
            String reference = String.valueOf(event.getArgumentArray()[0]);
            assertThat(told).contains(reference);
        } finally {
            logger.detachAppender(log);
            logger.setAdditive(true);
        }
    }

    @Test
    void a_notice_names_its_severity_and_drops_an_empty_hint() {
        assertThat(
                        text(
                                ErrorFields.notice(
                                                Severity.WARNING,
                                                SqlState.WARNING,
                                                "2 of 9 rows failed",
                                                "")
                                        .fields()))
                .isEqualTo("S=WARNING V=WARNING C=01000 M=2 of 9 rows failed");
        assertThat(
                        text(
                                ErrorFields.notice(
                                                Severity.NOTICE,
                                                SqlState.SUCCESSFUL_COMPLETION,
                                                "caller_id x",
                                                "look")
                                        .fields()))
                .isEqualTo("S=NOTICE V=NOTICE C=00000 M=caller_id x H=look");
    }

    @Test
    void a_zero_character_in_a_message_does_not_end_its_field() {
        SqlException failure = new SqlException(SqlState.DATA_EXCEPTION, "a\0b");

        assertThat(text(ErrorFields.error(failure).fields())).endsWith("M=a\uFFFDb");
    }

    private static String text(List<ResponseField> fields) {
        return fields.stream()
                .map(field -> field.code() + "=" + field.value())
                .collect(Collectors.joining(" "));
    }
}
