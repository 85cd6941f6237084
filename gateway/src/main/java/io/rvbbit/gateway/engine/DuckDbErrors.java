package io.rvbbit.gateway.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.rewriter.CodedFault;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;

/**
 * The one translation of DuckDB's faults into ours: SQLSTATE, PostgreSQL's words, position, hint.
 *
 * <p>Every instance reports its errors as JSON ({@code errors_as_json}), which tells the kind, the
 * offender and the position; the few that the driver raises by itself come as {@code Kind Error:
 * text}. Threading: immutable.
 */
final class DuckDbErrors {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern KIND = Pattern.compile("^(?<kind>[A-Za-z ]+?) Error: ");
    private static final Pattern JAVA_CLASS =
            Pattern.compile("^(?:[a-z_][\\w$]*\\.)+[A-Z][\\w$]*(?:: |$)");
    private static final Pattern TOKEN = Pattern.compile("\\b[0-9a-f]{32}\\b");
    private static final Pattern CODED =
            Pattern.compile("^(?:" + CodedFault.FORM + "|(?<plain>[0-9A-Z]{5}):) (?<message>.*)");
    private static final Pattern HIDDEN = Pattern.compile("\\b_rvbbit_\\w*");

    private DuckDbErrors() {}

    /** A fault whose place in the client's text is not known. */
    static SqlException translate(SQLException fault) {
        return translate(String.valueOf(fault.getMessage()));
    }

    static SqlException translate(String fault) {
        return translate(fault, _ -> 0);
    }

    /**
     * A fault of a statement.
     *
     * @param positions from DuckDB's 0-based byte offset to the client's 1-based character
     */
    static SqlException translate(String fault, IntUnaryOperator positions) {
        DuckDbFault parsed = parse(fault);
        Optional<SqlException> coded = coded(parsed);
        if (coded.isPresent()) {
            return coded.get();
        }
        ErrorWording wording = ErrorWording.of(parsed);
        SqlException error = new SqlException(wording.state(), clean(wording.message()));
        if (parsed.kind().equals("Constraint")) {
            error = error.detail(clean(ConstraintDetail.of(parsed.message())));
        }
        if (parsed.offset() >= 0) {
            error = error.at(positions.applyAsInt(parsed.offset()));
        }
        String hint = clean(wording.hint());
        return hint.isEmpty() ? error : error.hint(hint);
    }

    /** The fault as 42601 if DuckDB could not even read the statement. */
    static Optional<SqlException> syntaxError(String fault, IntUnaryOperator positions) {
        String kind = parse(fault).kind();
        return kind.equals("Parser") || kind.equals("Syntax")
                ? Optional.of(translate(fault, positions))
                : Optional.empty();
    }

    /** Our macros and functions put their SQLSTATE before the message. */
    private static Optional<SqlException> coded(DuckDbFault fault) {
        var matcher = CODED.matcher(clean(fault.message()));
        if (!matcher.find()) {
            return Optional.empty();
        }
        String code =
                matcher.group("coded") == null ? matcher.group("plain") : matcher.group("coded");
        return Arrays.stream(SqlState.values())
                .filter(state -> state.code().equals(code))
                .findFirst()
                .map(state -> coded(state, matcher.group("message")));
    }

    private static SqlException coded(SqlState state, String message) {
        int hint = message.indexOf(CodedFault.HINT);
        return hint < 0
                ? new SqlException(state, message)
                : new SqlException(state, message.substring(0, hint))
                        .hint(message.substring(hint + CodedFault.HINT.length()));
    }

    private static DuckDbFault parse(String fault) {
        int brace = fault.indexOf("{\"exception_type\"");
        if (brace >= 0) {
            try {
                JsonNode json = JSON.readTree(fault.substring(brace));
                return new DuckDbFault(
                        json.path("exception_type").asText(),
                        json.path("exception_message").asText(),
                        json.path("error_subtype").asText(),
                        json.path("type").asText(),
                        json.path("name").asText(),
                        json.path("candidates").asText(),
                        json.path("call").asText(),
                        json.path("position").asInt(-1));
            } catch (JsonProcessingException _) {
                // Not JSON after all, so it is read as the plain text that it is.
            }
        }
        var kind = KIND.matcher(fault);
        return kind.find()
                ? DuckDbFault.plain(kind.group("kind"), fault.substring(kind.end()))
                : DuckDbFault.plain("", fault);
    }

    /** One line, without class names, secrets or the names of our hidden functions. */
    private static String clean(String text) {
        String line = JAVA_CLASS.matcher(text.strip()).replaceFirst("");
        int end = line.indexOf('\n');
        if (end >= 0) {
            line = line.substring(0, end);
        }
        line = TOKEN.matcher(line).replaceAll("<caller>");
        return HIDDEN.matcher(line).replaceAll("<caller>").strip();
    }

    /** 42P01 and its like name their offender; every other message is DuckDB's own. */
    static SqlException internal(SQLException fault) {
        return new SqlException(
                SqlState.INTERNAL_ERROR, clean(String.valueOf(fault.getMessage())), fault);
    }
}
