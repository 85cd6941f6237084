package io.rvbbit.gateway.wire;

import io.rvbbit.gateway.wire.BackendMessage.ErrorResponse;
import io.rvbbit.gateway.wire.BackendMessage.NoticeResponse;
import io.rvbbit.gateway.wire.BackendMessage.ResponseField;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures and remarks as the fields of ErrorResponse and NoticeResponse.
 *
 * <p>An {@link SqlException} is told as it is. Any other throwable is our fault: it is logged with
 * its stack, and the client gets XX000 with the reference under which it was logged, nothing else.
 * Threading: any.
 */
public final class ErrorFields {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorFields.class);

    private ErrorFields() {}

    /** How much of what was going on is over; ERROR ends the statement, FATAL the connection. */
    public enum Severity {
        ERROR,
        FATAL,
        WARNING,
        NOTICE,
        INFO
    }

    /** The statement failed, the session goes on. */
    public static ErrorResponse error(Throwable failure) {
        return response(Severity.ERROR, failure);
    }

    /** The session ends with this. */
    public static ErrorResponse fatal(Throwable failure) {
        return response(Severity.FATAL, failure);
    }

    private static ErrorResponse response(Severity severity, Throwable failure) {
        SqlException told = failure instanceof SqlException known ? known : internal(failure);
        List<ResponseField> fields =
                fields(severity, told.state(), String.valueOf(told.getMessage()));
        told.detail().ifPresent(detail -> fields.add(field('D', detail)));
        told.hint().ifPresent(hint -> fields.add(field('H', hint)));
        if (told.position() > 0) {
            fields.add(field('P', Integer.toString(told.position())));
        }
        told.context().ifPresent(context -> fields.add(field('W', context)));
        told.violated()
                .ifPresent(violated -> {
                    fields.add(field('s', violated.schema()));
                    fields.add(field('t', violated.table()));
                    fields.add(field('n', violated.constraint()));
                });
        return new ErrorResponse(fields);
    }

    /** A remark that ends nothing; an empty hint is left out. */
    public static NoticeResponse notice(
            Severity severity, SqlState state, String message, String hint) {
        List<ResponseField> fields = fields(severity, state, message);
        if (!hint.isEmpty()) {
            fields.add(field('H', hint));
        }
        return new NoticeResponse(fields);
    }

    private static SqlException internal(Throwable failure) {
        String reference = UUID.randomUUID().toString();
        LOG.error("internal error {}", reference, failure);
        return new SqlException(SqlState.INTERNAL_ERROR, "internal error")
                .detail("The server's log has it under " + reference + ".");
    }

    /** Severity stands twice: S may be translated by servers that do so, V never is. */
    private static List<ResponseField> fields(Severity severity, SqlState state, String message) {
        List<ResponseField> fields = new ArrayList<>(7);
        fields.add(field('S', severity.name()));
        fields.add(field('V', severity.name()));
        fields.add(field('C', state.code()));
        fields.add(field('M', message));
        return fields;
    }

    /** A zero character would end the field early, and a message may quote what a client sent. */
    private static ResponseField field(char code, String value) {
        return new ResponseField(code, value.replace('\0', '\uFFFD'));
    }
}
