package io.rvbbit.gateway.catalog;

import io.rvbbit.gateway.catalog.ColumnOrigins.NamedColumn;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which of PostgreSQL's types an expression over catalogue columns has, where the engine has none
 * of that name: through CASE, COALESCE, subqueries, casts and {@code array_agg}.
 *
 * <p>Threading: used by one thread.
 */
final class OriginExpression {
    private final List<Token> tokens;
    private final SqlShape shape;
    private final OriginScope scope;
    private final OriginItem items;

    OriginExpression(List<Token> tokens, SqlShape shape, OriginScope scope, OriginItem items) {
        this.tokens = tokens;
        this.shape = shape;
        this.scope = scope;
        this.items = items;
    }

    /** The type's OID; 0 where the engine's type decides, empty for NULL, which is of any. */
    OptionalInt type(int from, int to) {
        if (from >= to) {
            return OptionalInt.of(0);
        }
        if (to - from == 1 && tokens.get(from).is("null")) {
            return OptionalInt.empty();
        }
        if (tokens.get(from).isOperator("(") && shape.close(from) == to - 1) {
            return tokens.get(from + 1).isAny("select", "with")
                    ? OptionalInt.of(subquery(from + 1, to - 1))
                    : type(from + 1, to - 1);
        }
        if (tokens.get(from).is("case") && tokens.get(to - 1).is("end")) {
            return choice(from + 1, to - 1);
        }
        boolean call =
                to - from > 2
                        && tokens.get(from + 1).isOperator("(")
                        && shape.close(from + 1) == to - 1;
        if (call) {
            return call(tokens.get(from), from + 2, to - 1);
        }
        return OptionalInt.of(items.plain(from, to).type());
    }

    private int subquery(int from, int to) {
        return scope.subquery(from, to)
                .filter(columns -> columns.size() == 1)
                .map(List::getFirst)
                .map(NamedColumn::origin)
                .map(ColumnOrigin::type)
                .orElse(0);
    }

    private OptionalInt call(Token function, int from, int to) {
        if (function.is("coalesce")) {
            return common(from, to, ",");
        }
        if (function.isAny("min", "max")) {
            return type(from, to);
        }
        if (function.is("array_agg")) {
            int end = end(from, to, "order");
            return OptionalInt.of(arrayOf(type(from, end).orElse(0)));
        }
        return OptionalInt.of(0);
    }

    /** pg_type.typarray of the types that the engine has no name for. */
    private static int arrayOf(int element) {
        return switch (element) {
            case 18 -> 1002;
            case 19 -> 1003;
            case 24 -> 1008;
            case 26 -> 1028;
            case 2205 -> 2210;
            case 2206 -> 2211;
            default -> 0;
        };
    }

    private OptionalInt common(int from, int to, String separator) {
        OptionalInt common = OptionalInt.empty();
        int at = from;
        while (at < to) {
            int end = at;
            while (end < to && !tokens.get(end).isOperator(separator)) {
                end = shape.close(end) + 1;
            }
            common = common(common, type(at, end));
            at = end + 1;
        }
        return common;
    }

    /** What stands behind THEN and ELSE. */
    private OptionalInt choice(int from, int to) {
        OptionalInt common = OptionalInt.empty();
        int at = end(from, to, "then");
        while (at < to) {
            int end = end(at + 1, to, "when", "else");
            common = common(common, type(at + 1, end));
            at = end < to && tokens.get(end).is("when") ? end(end, to, "then") : end;
        }
        return common;
    }

    private static OptionalInt common(OptionalInt one, OptionalInt other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        return one.getAsInt() == other.getAsInt() ? one : OptionalInt.of(0);
    }

    /** The first of these words outside brackets and inner CASEs, or {@code to}. */
    private int end(int from, int to, String... words) {
        int depth = 0;
        int at = from;
        while (at < to) {
            Token token = tokens.get(at);
            if (depth == 0 && token.isAny(words)) {
                return at;
            }
            depth += token.is("case") ? 1 : token.is("end") ? -1 : 0;
            at = shape.close(at) + 1;
        }
        return to;
    }
}
