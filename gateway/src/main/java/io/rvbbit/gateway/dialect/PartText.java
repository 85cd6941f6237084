package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.Token;
import java.util.Locale;

/** The tokens of one level of parentheses and what has been written of them. */
abstract class PartText {
    enum Clause {
        NONE,
        ITEMS,
        FROM,
        REST
    }

    static final String PG = DialectCatalog.SCHEMA + ".";

    final StatementWriter writer;
    final Operands operands;
    final StringBuilder out = new StringBuilder();
    final int from;
    final int to;
    final int[] position;
    Clause clause;
    int at;
    int order = -1;
    int orderPosition;

    PartText(StatementWriter writer, int from, int to, boolean relations) {
        this.writer = writer;
        this.operands = new Operands(writer);
        this.from = from;
        this.to = to;
        this.position = new int[Math.max(0, to - from)];
        this.clause = relations ? Clause.FROM : Clause.NONE;
    }

    void copy(int end) {
        for (int i = at; i < end; i++) {
            if (i > at) {
                out.append(writer.sql, writer.token(i - 1).end(), writer.token(i).start());
            }
            out.append(writer.token(i).text());
        }
        at = end;
    }

    String word(int index) {
        Token token = writer.token(index);
        return token.kind() == Token.Kind.WORD ? token.text().toLowerCase(Locale.ROOT) : "";
    }

    boolean startsRelation() {
        Token before = writer.token(at - 1);
        return at > 0
                && (before.isAny("from", "join", "lateral", "only", "using")
                        || before.isOperator(",")
                        || before.isOperator("("));
    }
}
