package io.rvbbit.rewriter;

import io.rvbbit.rewriter.CascadeCall.Span;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A SELECT that gives the rows of one clause, each once and in their order, at most cut off by
 * LIMIT and OFFSET.
 *
 * <p>Its words say so: the select list has no parentheses, hence no function that could aggregate,
 * count or multiply rows, and between it and the end stand the clause, a name for it, and whole
 * numbers. A SELECT that is plain in fact but not by these rules is none: nothing is taken from it
 * but speed. Threading: immutable.
 *
 * @param star the select list is all columns of the clause and nothing else
 * @param rows of the clause that are needed: LIMIT and OFFSET together; empty without LIMIT
 * @param offset rows that are left out first
 */
record PlainSelect(boolean star, OptionalLong rows, long offset) {
    private static final Pattern DIGITS = Pattern.compile("\\d{1,15}");

    /** Reads what stands around a clause: the rest of its statement, or of another's query. */
    static Optional<PlainSelect> around(CascadeStatement statement, CascadeCall call) {
        List<Token> tokens = Lexer.tokens(statement.text());
        Optional<Span> query =
                statement.calls().stream()
                        .map(CascadeCall::querySpan)
                        .filter(span -> span.holds(call.span()))
                        .min(Comparator.comparingInt(span -> span.end() - span.start()));
        if (query.isPresent()) {
            return around(
                    tokens,
                    firstFrom(tokens, query.get().start()),
                    firstFrom(tokens, query.get().end()),
                    call.span());
        }
        int from = StatementHead.read(new SourceText(statement.text(), 0), tokens).body();
        int to = from;
        while (!tokens.get(to).isEnd() && !tokens.get(to).isOperator(";")) {
            to++;
        }
        return around(tokens, from, to, call.span());
    }

    private static int firstFrom(List<Token> tokens, int place) {
        int at = 0;
        while (tokens.get(at).start() < place) {
            at++;
        }
        return at;
    }

    /**
     * Reads the SELECT around a clause.
     *
     * @param from index of the token with which the query begins, maybe with its CTEs
     * @param to index of the token behind its last
     */
    private static Optional<PlainSelect> around(List<Token> tokens, int from, int to, Span clause) {
        return new Reading(tokens, from, to, clause).read();
    }

    /** One reading. */
    private static final class Reading {
        private final List<Token> tokens;
        private final int from;
        private final int to;
        private final Span clause;
        private int at;

        Reading(List<Token> tokens, int from, int to, Span clause) {
            this.tokens = tokens;
            this.from = from;
            this.to = to;
            this.clause = clause;
        }

        Optional<PlainSelect> read() {
            Optional<CommonTables> tables = CommonTables.at(tokens, from);
            at = tables.map(CommonTables::end).orElse(from);
            if (!accept("SELECT")) {
                return Optional.empty();
            }
            int list = at;
            if (!passList()) {
                return Optional.empty();
            }
            int end = at - 1;
            boolean ours =
                    isOperator("(") ? passClause() : tables.filter(this::passTable).isPresent();
            if (!ours) {
                return Optional.empty();
            }
            passAlias();
            OptionalLong limit = OptionalLong.empty();
            OptionalLong offset = OptionalLong.of(0);
            if (accept("LIMIT")) {
                limit = number();
                if (limit.isEmpty()) {
                    return Optional.empty();
                }
            }
            if (accept("OFFSET")) {
                offset = number();
                if (offset.isEmpty()) {
                    return Optional.empty();
                }
            }
            if (limit.isEmpty() && accept("LIMIT")) {
                limit = number();
                if (limit.isEmpty()) {
                    return Optional.empty();
                }
            }
            return at == to
                    ? Optional.of(select(star(list, end), limit, offset.getAsLong()))
                    : Optional.empty();
        }

        private static PlainSelect select(boolean star, OptionalLong limit, long offset) {
            OptionalLong rows =
                    limit.isPresent() ? OptionalLong.of(limit.getAsLong() + offset) : limit;
            return new PlainSelect(star, rows, offset);
        }

        /** Passes columns, literals and operators up to behind FROM. */
        private boolean passList() {
            if (isAny("DISTINCT", "ALL")) {
                return false;
            }
            while (at < to && !accept("FROM")) {
                Token token = tokens.get(at);
                boolean opens =
                        token.isOperator("(") || token.isOperator("[") || token.isOperator("{");
                if (opens || token.isAny("UNION", "EXCEPT", "INTERSECT", "SELECT")) {
                    return false;
                }
                at++;
            }
            return at < to;
        }

        private boolean star(int list, int end) {
            boolean qualified = end - list == 3 && tokens.get(list + 1).isOperator(".");
            return (end - list == 1 || qualified) && tokens.get(end - 1).isOperator("*");
        }

        /** Passes the clause in its parentheses. */
        private boolean passClause() {
            int close = CommonTables.closing(tokens, at);
            boolean ours = close > 0 && close < to && holdsClause(at, close);
            at = close + 1;
            return ours;
        }

        /** Passes the name of the last CTE, if that is the clause. */
        private boolean passTable(CommonTables tables) {
            CommonTables.Body last = tables.bodies().getLast();
            int name = last.open() - 1;
            while (tokens.get(name).isAny("AS", "NOT", "MATERIALIZED")) {
                name--;
            }
            boolean ours =
                    !tokens.get(from + 1).is("RECURSIVE")
                            && at < to
                            && tokens.get(at).isIdentifier()
                            && tokens.get(name).isIdentifier()
                            && SqlText.sameWord(
                                    tokens.get(at).identifier(), tokens.get(name).identifier())
                            && holdsClause(last.open(), last.close());
            at++;
            return ours;
        }

        private boolean holdsClause(int open, int close) {
            return tokens.get(open + 1).start() == clause.start()
                    && tokens.get(close - 1).end() == clause.end();
        }

        private void passAlias() {
            boolean named = accept("AS");
            boolean clauseWord = isAny("LIMIT", "OFFSET", "FETCH");
            if (at < to && tokens.get(at).isIdentifier() && (named || !clauseWord)) {
                at++;
            }
        }

        /** Passes a whole number. */
        private OptionalLong number() {
            if (at >= to || !DIGITS.matcher(tokens.get(at).text()).matches()) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(Long.parseLong(tokens.get(at++).text()));
        }

        private boolean accept(String word) {
            boolean found = isAny(word);
            at += found ? 1 : 0;
            return found;
        }

        private boolean isAny(String... words) {
            return at < to && tokens.get(at).isAny(words);
        }

        private boolean isOperator(String operator) {
            return at < to && tokens.get(at).isOperator(operator);
        }
    }
}
