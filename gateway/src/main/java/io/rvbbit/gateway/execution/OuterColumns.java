package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.CascadeCall;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises a clause whose query refers to the statement around it, as LATERAL would allow.
 *
 * <p>A clause's query is read by itself, before the statement, so it sees no table of it.
 * Threading: stateless.
 */
final class OuterColumns {
    private static final Pattern MISSING_TABLE =
            Pattern.compile("missing FROM-clause entry for table \"(?<table>.+)\"");

    private OuterColumns() {}

    /** 0A000 in the place of the fault, if what the query misses stands around its clause. */
    static Optional<SqlException> seenIn(
            CascadeStatement statement, CascadeCall call, SqlException fault) {
        List<Token> around =
                Lexer.tokens(statement.text()).stream()
                        .filter(token ->
                                token.end() <= call.span().start()
                                        || token.start() >= call.span().end())
                        .toList();
        Matcher table = MISSING_TABLE.matcher(String.valueOf(fault.getMessage()));
        boolean named =
                fault.state() == SqlState.UNDEFINED_TABLE
                        && table.matches()
                        && around.stream()
                                .anyMatch(token ->
                                        token.isIdentifier()
                                                && token.identifier()
                                                        .equalsIgnoreCase(table.group("table")));
        boolean lateral = fault.state() == SqlState.UNDEFINED_COLUMN && isLateral(around, call);
        return named || lateral
                ? Optional.of(
                        new SqlException(
                                        SqlState.FEATURE_NOT_SUPPORTED,
                                        "the query of USING cannot refer to columns of the"
                                                + " statement around it: "
                                                + fault.getMessage())
                                .at(fault.position())
                                .hint(
                                        "put the table and its columns into USING (SELECT …):"
                                                + " they come out beside the answer"))
                : Optional.empty();
    }

    private static boolean isLateral(List<Token> around, CascadeCall call) {
        int at = 0;
        while (at < around.size() && around.get(at).end() <= call.span().start()) {
            at++;
        }
        while (at > 0 && around.get(at - 1).isOperator("(")) {
            at--;
        }
        return at > 0 && around.get(at - 1).is("LATERAL");
    }
}
