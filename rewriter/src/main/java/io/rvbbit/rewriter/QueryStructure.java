package io.rvbbit.rewriter;

import java.util.List;
import java.util.Optional;
import net.sf.jsqlparser.expression.AllValue;
import net.sf.jsqlparser.expression.NullValue;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.statement.select.Limit;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;
import net.sf.jsqlparser.statement.select.Select;
import org.jspecify.annotations.Nullable;

/** What JSqlParser reads in a query; nothing where it does not know the dialect. */
final class QueryStructure {
    // JSqlParser looks ahead: its time can grow exponentially with nesting.
    private static final int DEEPEST = 10;
    private static final int LONGEST = 20_000;

    private QueryStructure() {}

    static Optional<Boolean> isLimited(String query, List<Token> tokens) {
        if (query.length() > LONGEST || depth(tokens) > DEEPEST) {
            return Optional.empty();
        }
        try {
            CCJSqlParser parser = CCJSqlParserUtil.newParser(query).withAllowComplexParsing(false);
            return parser.Statement() instanceof Select select
                    ? Optional.of(isLimited(select))
                    : Optional.empty();
        } catch (ParseException | RuntimeException _) {
            // Not its dialect; the caller goes by the words.
            return Optional.empty();
        }
    }

    private static boolean isLimited(Select select) {
        if (select.getFetch() != null || isLimit(select.getLimit())) {
            return true;
        }
        return select instanceof ParenthesedSelect wrapped && isLimited(wrapped.getSelect());
    }

    private static boolean isLimit(@Nullable Limit limit) {
        return limit != null
                && !(limit.getRowCount() instanceof AllValue)
                && !(limit.getRowCount() instanceof NullValue);
    }

    private static int depth(List<Token> tokens) {
        int depth = 0;
        int deepest = 0;
        for (Token token : tokens) {
            if (token.isOperator("(") || token.is("CASE")) {
                deepest = Math.max(deepest, ++depth);
            } else if (token.isOperator(")") || token.is("END")) {
                depth--;
            }
        }
        return deepest;
    }
}
