package io.rvbbit.rewriter;

import io.rvbbit.rewriter.ExplainOptions.Format;
import io.rvbbit.rewriter.Token.Kind;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code EXPLAIN [ANALYZE] [(option, …)]}.
 *
 * <p>Threading: one parse.
 */
final class ExplainParser {
    private static final List<String> OPTIONS = List.of("ANALYZE", "FORMAT", "SAMPLE");
    private static final String FORM =
            "EXPLAIN [ANALYZE] [(ANALYZE [bool], FORMAT TEXT|JSON, SAMPLE n)] RVBBIT MAP …";

    private static final int MOST_ROWS = 1_000_000;

    private final TokenCursor cursor;
    private boolean analyze;
    private Format format = Format.TEXT;
    private @Nullable Integer sample;

    ExplainParser(TokenCursor cursor) {
        this.cursor = cursor;
    }

    /** Passes EXPLAIN and its options; the cursor then stands at what is explained. */
    ExplainOptions read() {
        cursor.next();
        analyze = cursor.accept("ANALYZE") || cursor.accept("ANALYSE");
        if (cursor.peek().isOperator("(") && listsOptions()) {
            cursor.next();
            do {
                readOption();
            } while (cursor.acceptOperator(","));
            if (!cursor.acceptOperator(")")) {
                throw cursor.unexpected("\",\" or \")\" after an option of EXPLAIN").hint(FORM);
            }
        }
        return new ExplainOptions(analyze, format, sample);
    }

    private boolean listsOptions() {
        return cursor.peek(1).kind() == Kind.WORD
                && !cursor.peek(1)
                        .isAny("SELECT", "FROM", "WITH", "VALUES", "TABLE", "RVBBIT", "PIVOT");
    }

    private void readOption() {
        Token option = cursor.peek();
        if (cursor.accept("ANALYZE") || cursor.accept("ANALYSE")) {
            analyze = readFlag();
        } else if (cursor.accept("FORMAT")) {
            format = readFormat();
        } else if (cursor.accept("SAMPLE")) {
            sample = readRows();
        } else {
            throw unknown(option);
        }
    }

    private SqlException unknown(Token option) {
        if (option.kind() != Kind.WORD) {
            return cursor.unexpected("an option of EXPLAIN").hint(FORM);
        }
        String nearest =
                NearestName.of(option.text(), OPTIONS)
                        .map(name -> "did you mean " + name + "? ")
                        .orElse("");
        return new SqlException(
                        SqlState.SYNTAX_ERROR,
                        "unrecognized EXPLAIN option \""
                                + SourceText.excerpt(option.text().toLowerCase(Locale.ROOT))
                                + "\"")
                .at(cursor.position(option))
                .hint(nearest + FORM);
    }

    private boolean readFlag() {
        Token value = cursor.peek();
        if (value.isOperator(",") || value.isOperator(")")) {
            return true;
        }
        String word = value.isString() ? value.string() : value.text();
        boolean on = isOneOf(word, "TRUE", "ON", "1");
        boolean off = isOneOf(word, "FALSE", "OFF", "0");
        if (!on && !off) {
            throw new SqlException(SqlState.SYNTAX_ERROR, "analyze requires a Boolean value")
                    .at(cursor.position(value))
                    .hint(FORM);
        }
        cursor.next();
        return on;
    }

    private int readRows() {
        Token value = cursor.peek();
        boolean whole =
                !value.text().isEmpty() && value.text().chars().allMatch(c -> c >= '0' && c <= '9');
        if (!whole || value.text().length() > 7) {
            throw badSample(value);
        }
        int rows = Integer.parseInt(value.text());
        if (rows < 1 || rows > MOST_ROWS) {
            throw badSample(value);
        }
        cursor.next();
        return rows;
    }

    private SqlException badSample(Token value) {
        return new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "sample requires a whole number from 1 to " + MOST_ROWS)
                .at(cursor.position(value))
                .hint(FORM);
    }

    private static boolean isOneOf(String word, String... words) {
        return Stream.of(words).anyMatch(each -> SqlText.sameWord(each, word));
    }

    private Format readFormat() {
        Token value = cursor.next();
        String word = value.isString() ? value.string() : value.text();
        if (SqlText.sameWord(word, "JSON")) {
            return Format.JSON;
        }
        if (SqlText.sameWord(word, "TEXT")) {
            return Format.TEXT;
        }
        throw new SqlException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "unrecognized value for EXPLAIN option \"format\": \""
                                + SourceText.excerpt(word)
                                + "\"")
                .at(cursor.position(value))
                .hint("FORMAT TEXT or FORMAT JSON");
    }
}
