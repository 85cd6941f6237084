package io.rvbbit.rewriter;

import io.rvbbit.rewriter.ExplainOptions.Format;
import io.rvbbit.rewriter.Token.Kind;
import java.util.List;
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
            sample = (int) OptionValue.read(cursor, "sample").integer(1, 1_000_000);
        } else {
            String nearest =
                    NearestName.of(option.text(), OPTIONS)
                            .map(name -> "did you mean " + name + "? ")
                            .orElse("");
            throw new SqlException(
                            SqlState.SYNTAX_ERROR,
                            "unknown EXPLAIN option \"" + option.text() + "\"")
                    .at(cursor.position(option))
                    .hint(nearest + FORM);
        }
    }

    private boolean readFlag() {
        Token value = cursor.peek();
        if (value.isOperator(",") || value.isOperator(")")) {
            return true;
        }
        boolean on = value.isAny("TRUE", "ON") || value.text().equals("1");
        boolean off = value.isAny("FALSE", "OFF") || value.text().equals("0");
        if (!on && !off) {
            throw cursor.unexpected("true or false after ANALYZE").hint(FORM);
        }
        cursor.next();
        return on;
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
                        "unknown EXPLAIN format \"" + SourceText.excerpt(word) + "\"")
                .at(cursor.position(value))
                .hint("FORMAT TEXT or FORMAT JSON");
    }
}
