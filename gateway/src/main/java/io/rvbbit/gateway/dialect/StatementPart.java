package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.Token;
import java.util.Set;

/**
 * Writes a run of tokens on one level of parentheses; what stands in them is a part of its own.
 *
 * <p>Threading: used once, by one thread.
 */
final class StatementPart extends PartOperators {
    StatementPart(StatementWriter writer, int from, int to, boolean relations) {
        super(writer, from, to, relations);
    }

    static final Set<String> AFTER_FROM =
            Set.of(
                    "where",
                    "group",
                    "order",
                    "having",
                    "limit",
                    "offset",
                    "fetch",
                    "window",
                    "union",
                    "intersect",
                    "except",
                    "qualify",
                    "returning",
                    "values",
                    "set");

    String write() {
        at = from;
        while (at < to) {
            if (at > from) {
                Token before = writer.token(at - 1);
                out.append(writer.sql, before.end(), writer.token(at).start());
            }
            position[at - from] = out.length();
            int start = at;
            step();
            for (int i = start + 1; i < at && i < to; i++) {
                position[i - from] = position[start - from];
            }
        }
        return out.toString();
    }

    void step() {
        Token token = writer.token(at);
        switch (token.kind()) {
            case OPERATOR -> operator(token);
            case WORD -> word(token);
            case STRING -> string(token);
            case QUOTED_IDENTIFIER -> quoted(token);
            default -> copy(at + 1);
        }
    }

    void word(Token token) {
        boolean qualified = at > 0 && writer.token(at - 1).isOperator(".");
        if (qualified) {
            copy(at + 1);
            return;
        }
        if (clause == Clause.FROM && startsRelation() && relation()) {
            return;
        }
        String word = word(at);
        if (writer.isCall(at) && !Operands.NO_FUNCTION.contains(word) && call(word)) {
            return;
        }
        switch (word) {
            case "select" -> {
                clause = Clause.ITEMS;
                if (EmptySelect.endsList(writer.token(at + 1))) {
                    out.append("SELECT NULL");
                    at++;
                    return;
                }
            }
            case "from" -> {
                if (!word(at - 1).equals("distinct")) {
                    clause = Clause.FROM;
                }
            }
            case "using" -> clause = word(0).equals("delete") ? Clause.FROM : clause;
            default -> {
                if (AFTER_FROM.contains(word) && clause != Clause.NONE) {
                    clause = Clause.REST;
                }
            }
        }
        if (word.equals("order")) {
            order = at;
            orderPosition = out.length();
        }
        if (special(word) || typedLiteral()) {
            return;
        }
        copy(at + 1);
    }

    boolean relation() {
        if (writer.token(at).is("only") && writer.token(at + 1).isIdentifier()) {
            at++;
            out.append(writer.token(at).text());
            at++;
            return true;
        }
        Relations.Written relation = Relations.written(writer, at, to);
        if (relation == null) {
            return false;
        }
        out.append(relation.text());
        at = relation.end();
        return true;
    }

    boolean call(String name) {
        if (name.equals("cast") || name.equals("try_cast")) {
            return castCall(name);
        }
        if (Aggregates.isAggregate(writer, at)) {
            int end = Aggregates.end(writer, at);
            String written = Aggregates.written(writer, at, end);
            if (!written.isEmpty()) {
                out.append(written);
                at = end;
                return true;
            }
            return false;
        }
        String written = Calls.written(writer, at, name, clause == Clause.ITEMS);
        if (written.isEmpty()) {
            return false;
        }
        out.append(written);
        at = writer.brackets.partner(at + 1) + 1;
        return true;
    }

    boolean castCall(String name) {
        int close = writer.brackets.partner(at + 1);
        int as = at + 2;
        while (as < close && !writer.token(as).is("as")) {
            as = writer.brackets.after(as);
        }
        TypeSpec type = as < close ? TypeSpec.at(writer.tokens, as + 1, writer.brackets) : null;
        if (type == null || type.end() != close || name.equals("try_cast")) {
            return false;
        }
        String operand = writer.part(at + 2, as);
        boolean simple = as == at + 3;
        String wrapped = simple ? operand : "(" + operand + ")";
        out.append(converted(type, wrapped, at + 2, as));
        at = close + 1;
        return true;
    }

    boolean special(String word) {
        return switch (word) {
            case "not", "like", "ilike" -> like(word);
            case "similar" -> similar();
            case "for" -> locking();
            case "fetch" -> ties();
            case "between" -> symmetric();
            case "overlaps" -> overlaps();
            case "null" -> bareNull();
            default -> false;
        };
    }

    boolean locking() {
        int end = Locking.end(writer, at, to);
        if (end > at) {
            writer.notice("row locks are not needed here and are ignored");
            at = end;
            return true;
        }
        return false;
    }

    /** {@code interval '1 day'}, {@code interval '5' day}, {@code bytea '\x00'}. */
    boolean typedLiteral() {
        TypeSpec type = TypeSpec.at(writer.tokens, at, writer.brackets);
        if (type == null || !type.isKnown() || type.dimensions() > 0) {
            return false;
        }
        Token value = writer.token(type.end());
        if (!value.isString() || type.end() >= to || !isText(value)) {
            return false;
        }
        Token unit = writer.token(type.end() + 1);
        boolean fields =
                type.name().equals("interval")
                        && unit.isAny("year", "month", "day", "hour", "minute", "second");
        if (fields) {
            if (writer.token(type.end() + 2).is("to")) {
                return false;
            }
            out.append(Casting.literal(type, value.string() + " " + unit.text(), "", writer.order));
            at = type.end() + 2;
            return true;
        }
        out.append(Casting.literal(type, value.string(), value.text(), writer.order));
        at = type.end() + 1;
        return true;
    }
}
