package io.rvbbit.gateway.dialect;

import io.rvbbit.rewriter.Token;
import java.util.Locale;
import java.util.Set;

/** How far the operand on the left of a cast reaches. Threading: immutable. */
final class Operands {
    /** Words before a parenthesis that are no functions. */
    static final Set<String> NO_FUNCTION =
            Set.of(
                    "in",
                    "and",
                    "or",
                    "not",
                    "on",
                    "where",
                    "when",
                    "then",
                    "else",
                    "case",
                    "select",
                    "any",
                    "all",
                    "some",
                    "by",
                    "having",
                    "from",
                    "join",
                    "values",
                    "as",
                    "like",
                    "ilike",
                    "to",
                    "is",
                    "between",
                    "using",
                    "limit",
                    "offset",
                    "distinct",
                    "over",
                    "filter",
                    "with",
                    "returning",
                    "set",
                    "union",
                    "except",
                    "intersect",
                    "exists",
                    "lateral",
                    "into",
                    "table",
                    "only",
                    "end",
                    "similar",
                    "symmetric",
                    "group",
                    "order",
                    "partition",
                    "rollup",
                    "cube",
                    "sets",
                    "within");

    private static final Set<String> TYPE_PREFIXES =
            Set.of(
                    "date",
                    "time",
                    "timetz",
                    "timestamp",
                    "timestamptz",
                    "interval",
                    "json",
                    "jsonb",
                    "bytea",
                    "numeric",
                    "int",
                    "integer",
                    "bigint",
                    "smallint",
                    "float8",
                    "float4",
                    "bool",
                    "boolean",
                    "text",
                    "varchar",
                    "uuid",
                    "bit",
                    "varbit",
                    "precision",
                    "zone",
                    "real");

    private final StatementWriter writer;

    Operands(StatementWriter writer) {
        this.writer = writer;
    }

    /** The first token of the operand that ends before {@code end}, not before {@code from}. */
    int start(int end, int from) {
        int at = end - 1;
        while (true) {
            Token token = writer.token(at);
            if (token.isOperator(")") || token.isOperator("]")) {
                at = writer.brackets.partner(at);
                boolean square = writer.token(at).isOperator("[");
                boolean named = at > from && isName(at - 1);
                boolean subscript = square && at > from && endsOperand(at - 1);
                if (square && at > from && writer.token(at - 1).is("array")) {
                    at--;
                } else if (subscript) {
                    at--;
                    continue;
                } else if (!square && named) {
                    at--;
                }
            } else if (token.is("end")) {
                at = caseStart(at, from);
            } else if (token.isString() && at > from && typePrefix(at - 1)) {
                at--;
                if (writer.token(at).is("zone")) {
                    at -= 3;
                } else if (writer.token(at).is("precision")) {
                    at--;
                }
            } else if (token.isAny("precision", "varying", "zone") && at > from) {
                at--;
                while (at > from && !writer.token(at - 1).isOperator("::")) {
                    at--;
                }
            }
            if (at - 1 > from && writer.token(at - 1).isOperator(".")) {
                at -= 2;
                continue;
            }
            if (at - 1 > from && writer.token(at - 1).isOperator("::")) {
                at -= 2;
                continue;
            }
            return at;
        }
    }

    private boolean typePrefix(int at) {
        Token token = writer.token(at);
        return token.kind() == Token.Kind.WORD
                && TYPE_PREFIXES.contains(token.text().toLowerCase(Locale.ROOT));
    }

    private int caseStart(int end, int from) {
        int depth = 0;
        for (int i = end; i >= from; i--) {
            if (writer.token(i).is("end")) {
                depth++;
            } else if (writer.token(i).is("case") && --depth == 0) {
                return i;
            }
        }
        return end;
    }

    private boolean isName(int at) {
        Token token = writer.token(at);
        return token.isIdentifier()
                && (token.kind() == Token.Kind.QUOTED_IDENTIFIER
                        || !NO_FUNCTION.contains(token.text().toLowerCase(Locale.ROOT)));
    }

    /** Whether a value ends with this token, so that an operator behind it has a left side. */
    boolean endsOperand(int at) {
        Token token = writer.token(at);
        return switch (token.kind()) {
            case NUMBER, STRING, PARAMETER, QUOTED_IDENTIFIER -> true;
            case WORD -> token.is("end") || isName(at);
            case OPERATOR -> token.isOperator(")") || token.isOperator("]");
            default -> false;
        };
    }
}
