package io.rvbbit.gateway.dialect;

import io.rvbbit.gateway.wire.DateStyle;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a query, or a statement that changes rows, anew.
 *
 * <p>Threading: used once, by one thread.
 */
final class StatementWriter {
    final String sql;
    final List<Token> tokens;
    final Brackets brackets;
    final DateStyle.Order order;
    private final List<String> notices = new ArrayList<>();

    StatementWriter(String sql, List<Token> tokens, Brackets brackets, DateStyle.Order order) {
        this.sql = sql;
        this.tokens = tokens;
        this.brackets = brackets;
        this.order = order;
    }

    String write() {
        int last = tokens.size() - 1;
        String text = new StatementPart(this, 0, last, false).write();
        return text + sql.substring(tokens.get(last - 1).end());
    }

    /** The part of the statement from one token up to another, on its own. */
    String part(int from, int to) {
        return new StatementPart(this, from, to, false).write();
    }

    void notice(String message) {
        if (!notices.contains(message)) {
            notices.add(message);
        }
    }

    List<String> notices() {
        return notices;
    }

    Token token(int at) {
        return tokens.get(Math.clamp(at, 0, tokens.size() - 1));
    }

    /** Whether the token calls a function: a name before a parenthesis. */
    boolean isCall(int at) {
        return token(at).isIdentifier() && token(at + 1).isOperator("(");
    }

    /** The arguments of the call at this token, each written; empty for none. */
    List<String> arguments(int call) {
        List<String> arguments = new ArrayList<>();
        int close = brackets.partner(call + 1);
        int start = call + 2;
        for (int i = start; i < close; i = brackets.after(i)) {
            if (tokens.get(i).isOperator(",")) {
                arguments.add(part(start, i));
                start = i + 1;
            }
        }
        if (start < close) {
            arguments.add(part(start, close));
        }
        return arguments;
    }

    /** Whether the engine cannot type these tokens while it chooses among macros. */
    boolean isOpen(int from, int to) {
        for (int i = from; i < to; i++) {
            if (tokens.get(i).kind() == Token.Kind.PARAMETER || Aggregates.isAggregate(this, i)) {
                return true;
            }
        }
        return false;
    }
}
