package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Plan;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A statement made by Parse or PREPARE; empty text has no plan.
 *
 * <p>A portal outlives the name of its statement, so whoever uses a statement holds it, and the
 * last holder's {@link #close} ends it. Threading: the session's thread only.
 */
final class Prepared implements AutoCloseable {
    private static final int LONGEST_CONSTANT = 200;

    private final Optional<Plan> plan;
    private final String text;
    private final String words;
    private final List<Integer> parameterOids;
    private final List<Integer> valueOids;
    private final boolean fromSql;
    private final boolean constant;
    private final Instant created = Instant.now();
    private int holders = 1;

    /**
     * @param text as the client wrote it, PREPARE included
     * @param words of the command tag
     * @param parameterOids what the client declared, completed by what the engine inferred
     * @param valueOids what the values are read as: another type where texts are cast
     */
    Prepared(
            Optional<Plan> plan,
            String text,
            String words,
            List<Integer> parameterOids,
            List<Integer> valueOids,
            boolean fromSql) {
        this.plan = plan;
        this.text = text;
        this.words = words;
        this.parameterOids = List.copyOf(parameterOids);
        this.valueOids = List.copyOf(valueOids);
        this.fromSql = fromSql;
        this.constant = isConstant(text, words);
    }

    /** A statement that was planned elsewhere. */
    static Prepared of(Plan plan, String text) {
        return new Prepared(
                Optional.of(plan), text, CommandTag.of(text).words(), List.of(), List.of(), false);
    }

    Optional<Plan> plan() {
        return plan;
    }

    List<Column> columns() {
        return plan.map(Plan::columns).orElse(List.of());
    }

    boolean givesRows() {
        return plan.map(Plan::givesRows).orElse(false);
    }

    String text() {
        return text;
    }

    String words() {
        return words;
    }

    /** Whether it computes constants alone, which PostgreSQL does when it plans. */
    boolean isConstant() {
        return constant;
    }

    private static boolean isConstant(String text, String words) {
        if (text.length() > LONGEST_CONSTANT || !words.equals("SELECT")) {
            return false;
        }
        List<Token> tokens = Lexer.tokensUpToFault(text);
        for (int at = 1; at + 1 < tokens.size(); at++) {
            Token token = tokens.get(at);
            boolean called = token.isIdentifier() && tokens.get(at + 1).isOperator("(");
            if (called
                    || token.isAny("SELECT", "FROM", "VALUES", "TABLE", "INTO")
                    || token.kind() == Token.Kind.PARAMETER) {
                return false;
            }
        }
        return tokens.getFirst().is("SELECT");
    }

    List<Integer> parameterOids() {
        return parameterOids;
    }

    List<Integer> valueOids() {
        return valueOids;
    }

    /** Text is the same in both formats, and so it is read where it stands for another type. */
    Format valueFormat(int index, Format sent) {
        return valueOids.get(index).equals(parameterOids.get(index)) ? sent : Format.TEXT;
    }

    boolean isFromSql() {
        return fromSql;
    }

    Instant created() {
        return created;
    }

    /** One more holder, who will close it. */
    Prepared held() {
        holders++;
        return this;
    }

    @Override
    public void close() {
        holders--;
        if (holders == 0) {
            plan.ifPresent(Plan::close);
        }
    }
}
