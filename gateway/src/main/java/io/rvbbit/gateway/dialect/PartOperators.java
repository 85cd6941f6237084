package io.rvbbit.gateway.dialect;

import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.util.Map;
import java.util.Set;

/** Writes operators, casts and literals. */
abstract class PartOperators extends PartPredicates {
    private final boolean lambdas;

    PartOperators(StatementWriter writer, int from, int to, boolean relations) {
        super(writer, from, to, relations);
        this.lambdas = from > 1 && LAMBDAS.contains(word(from - 2));
    }

    static final Map<String, String> OPERATORS =
            Map.ofEntries(
                    Map.entry("~", "@~"),
                    Map.entry("!~", "@!~"),
                    Map.entry("~*", "@~*"),
                    Map.entry("!~*", "@!~*"),
                    Map.entry("#", "@^^"),
                    Map.entry("#>", "@=>"),
                    Map.entry("#>>", "@=>>"),
                    Map.entry("#-", "@=-"),
                    Map.entry("->", "@->"),
                    Map.entry("->>", "@->>"));

    static final Set<String> LAMBDAS =
            Set.of(
                    "list_transform",
                    "list_apply",
                    "apply",
                    "array_apply",
                    "array_transform",
                    "list_filter",
                    "array_filter",
                    "filter",
                    "list_reduce",
                    "array_reduce",
                    "reduce");

    void string(Token token) {
        char first = token.text().charAt(0);
        boolean bits = first == 'B' || first == 'b' || first == 'X' || first == 'x';
        if (bits) {
            String digits = token.text().substring(2, token.text().length() - 1);
            boolean hex = first == 'X' || first == 'x';
            Object value = Values.read(PgType.VARBIT, (hex ? "x" : "") + digits);
            out.append('\'').append(value).append("'::BIT");
            at++;
            return;
        }
        if (first == 'U' || first == 'u') {
            unicode(token);
            return;
        }
        boolean escapes = first == 'E' || first == 'e';
        if (escapes && (token.text().contains("\\u") || token.text().contains("\\U"))) {
            out.append(SqlText.literal(token.string()));
            at++;
            return;
        }
        if (isNumberInQuotes(token)) {
            out.append(token.text()).append("::INTEGER");
            at++;
            return;
        }
        copy(at + 1);
    }

    /** {@code U&'…'} with the escape character that it may name; the engine reads none. */
    private void unicode(Token token) {
        out.append(SqlText.literal(unescaped(token).string()));
    }

    void quoted(Token token) {
        if (token.text().startsWith("\"")) {
            copy(at + 1);
        } else {
            out.append(SqlText.identifier(unescaped(token).identifier()));
        }
    }

    private Token unescaped(Token token) {
        at++;
        Token escape = writer.token(at + 1);
        if (!writer.token(at).is("uescape") || !escape.isString() || at + 1 >= to) {
            return token;
        }
        at += 2;
        String text = token.text().replace("\\", "\\\\").replace(escape.string(), "\\");
        return new Token(token.kind(), text, token.start(), token.end());
    }

    /** PostgreSQL takes the type of a literal's neighbour for an unknown literal. */
    boolean isNumberInQuotes(Token token) {
        return token.text().matches("'-?\\d{1,9}'")
                && ((arithmetic(at + 1) && isWhole(at + 2))
                        || (arithmetic(at - 1) && isWhole(at - 2)));
    }

    boolean arithmetic(int index) {
        Token token = writer.token(index);
        return token.isOperator("+")
                || token.isOperator("-")
                || token.isOperator("*")
                || token.isOperator("/")
                || token.isOperator("%");
    }

    boolean isWhole(int index) {
        Token token = writer.token(index);
        return token.kind() == Token.Kind.NUMBER && token.text().matches("\\d{1,9}");
    }

    void operator(Token token) {
        if (token.isOperator("(")) {
            int close = writer.brackets.partner(at);
            boolean relation = clause == Clause.FROM && startsRelation();
            String inner = new StatementPart(writer, at + 1, close, relation).write();
            out.append('(').append(gap(at)).append(inner).append(gapBefore(close)).append(')');
            boolean values = writer.token(at + 1).is("values");
            int open = at;
            at = close + 1;
            if (values) {
                nameColumns(open);
            }
        } else if (token.isOperator("[")) {
            int close = writer.brackets.partner(at);
            out.append('[').append(writer.part(at + 1, close)).append(']');
            at = close + 1;
        } else if (token.isOperator("::")) {
            cast();
        } else if (token.isOperator("?")) {
            exists();
        } else if (anyOperator(token) && Quantified.follows(writer, at + 1)) {
            String pattern = token.text().equals("~") ? "@~" : "@~*";
            quantified(pattern, at + 1);
        } else if (token.isOperator("||") && element()) {
            return;
        } else if (token.isOperator("/") && intervalBefore()) {
            out.append("* (1.0::DOUBLE / ");
            at++;
            int end =
                    writer.isCall(at)
                            ? writer.brackets.partner(at + 1) + 1
                            : writer.brackets.after(at);
            out.append(writer.part(at, end)).append(')');
            at = end;
        } else if (token.isOperator("-") && days()) {
            return;
        } else if (jsonConcat(token)) {
            out.append(token.isOperator("||") ? "@||" : "@-");
            at++;
        } else if (OPERATORS.containsKey(token.text())
                && at > from
                && operands.endsOperand(at - 1)
                && !isLambda()) {
            out.append(OPERATORS.get(token.text()));
            at++;
        } else if (comparison(token) && Quantified.follows(writer, at + 1)) {
            copy(at + 1);
            out.append(' ').append(writer.token(at).text()).append('(');
            out.append(Quantified.argument(writer, at + 1)).append(')');
            at = writer.brackets.partner(at + 1) + 1;
        } else {
            copy(at + 1);
        }
    }

    /** The columns of VALUES are column1, column2, … where the alias does not say. */
    void nameColumns(int open) {
        boolean as = writer.token(at).is("as");
        int alias = as ? at + 1 : at;
        boolean named =
                alias < to
                        && writer.token(alias).isIdentifier()
                        && !writer.token(alias + 1).isOperator("(")
                        && (as || !Relations.endsRelation(writer.token(alias)));
        int tuple = open + 2;
        if (!named || !writer.token(tuple).isOperator("(")) {
            return;
        }
        int columns = writer.arguments(tuple - 1).size();
        out.append(" AS ").append(writer.token(alias).text());
        for (int i = 1; i <= columns; i++) {
            out.append(i == 1 ? "(column" : ", column").append(i);
        }
        out.append(')');
        at = alias + 1;
    }

    String gap(int index) {
        return writer.sql.substring(writer.token(index).end(), writer.token(index + 1).start());
    }

    String gapBefore(int index) {
        return index - 1 == at
                ? ""
                : writer.sql.substring(writer.token(index - 1).end(), writer.token(index).start());
    }

    static boolean comparison(Token token) {
        return switch (token.text()) {
            case "=", "<>", "!=", "<", ">", "<=", ">=" -> true;
            default -> false;
        };
    }

    boolean isLambda() {
        return lambdas && writer.token(at).isOperator("->") && writer.token(at - 1).isIdentifier();
    }

    // Only where a cast beside the operator shows what it is: DuckDB's JSON is a text like others.
    boolean jsonConcat(Token token) {
        if (!token.isOperator("||") && !token.isOperator("-")) {
            return false;
        }
        return word(at - 1).equals("jsonb") && writer.token(at - 2).isOperator("::");
    }

    /** Between two visible dates stand days, as an integer; the engine's are a bigint. */
    boolean days() {
        if (at == from || !Days.isDate(writer, at - 1) || !Days.startsDate(writer, at + 1)) {
            return false;
        }
        int end = Days.end(writer, at + 1);
        int begin = position[operands.start(at, from) - from];
        String left = out.substring(begin).strip();
        out.setLength(begin);
        out.append("CAST(")
                .append(left)
                .append(" - ")
                .append(writer.part(at + 1, end))
                .append(" AS INTEGER)");
        at = end;
        return true;
    }

    boolean intervalBefore() {
        int start = operands.start(at, from);
        for (int i = start; i < at; i++) {
            if (writer.token(i).is("interval")) {
                return true;
            }
        }
        return false;
    }

    /** An array and a number beside it; the engine joins lists only. */
    boolean element() {
        Token before = writer.token(at - 1);
        Token behind = writer.token(at + 1);
        if (before.isOperator("]") && behind.kind() == Token.Kind.NUMBER) {
            out.append("|| [").append(behind.text()).append(']');
            at += 2;
            return true;
        }
        if (before.kind() == Token.Kind.NUMBER && behind.is("array")) {
            out.setLength(position[at - 1 - from]);
            out.append('[').append(before.text()).append("] ||");
            at++;
            return true;
        }
        return false;
    }

    void exists() {
        if (at == from || !operands.endsOperand(at - 1)) {
            copy(at + 1);
            return;
        }
        Token next = writer.token(at + 1);
        boolean joined = next.start() == writer.token(at).end();
        if (joined && (next.isOperator("|") || next.isOperator("&"))) {
            out.append("@^").append(next.text());
            at += 2;
        } else {
            out.append("@^");
            at++;
        }
    }

    void cast() {
        TypeSpec type = TypeSpec.at(writer.tokens, at + 1, writer.brackets);
        if (type == null || type.end() > to) {
            copy(at + 1);
            return;
        }
        int start = operands.start(at, from);
        int begin = position[start - from];
        String operand = out.substring(begin).stripTrailing();
        out.setLength(begin);
        out.append(converted(type, operand, start, at));
        at = type.end();
    }

    String converted(TypeSpec type, String operand, int start, int end) {
        Token only = writer.token(start);
        if (end == start + 1 && only.isString() && isText(only)) {
            return Casting.literal(type, only.string(), only.text(), writer.order);
        }
        if (!type.isKnown()) {
            return operand + "::" + type.engine();
        }
        return Casting.cast(deep(type, start), operand, writer.isOpen(start, end));
    }

    /** PostgreSQL's array types have one name for all dimensions, the engine's lists do not. */
    private TypeSpec deep(TypeSpec type, int start) {
        int depth = 0;
        if (type.dimensions() > 0 && writer.token(start).is("array")) {
            for (int i = start + 1; writer.token(i).isOperator("["); i++) {
                depth++;
                i += writer.token(i + 1).is("array") ? 1 : 0;
            }
        }
        return depth <= type.dimensions()
                ? type
                : new TypeSpec(type.name(), type.written(), type.arguments(), depth, type.end());
    }

    static boolean isText(Token token) {
        char first = token.text().charAt(0);
        return first == '\'' || first == '$' || first == 'E' || first == 'e';
    }
}
