package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.Token;
import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.BookType;
import io.rvbbit.tracking.BookReader.Condition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A table of the books that stands alone between FROM and WHERE, and what the WHERE says of it.
 *
 * @param start and {@code end} of the table's name in the statement
 * @param aliased whether another name follows
 */
record BookSource(
        BookTable table, int start, int end, boolean aliased, List<Condition> conditions) {
    /** Words that end a WHERE; all are reserved, so none of them is a column. */
    private static final Set<String> ENDS =
            Set.of(
                    "GROUP",
                    "ORDER",
                    "HAVING",
                    "LIMIT",
                    "OFFSET",
                    "UNION",
                    "INTERSECT",
                    "EXCEPT",
                    "WINDOW",
                    "QUALIFY",
                    "FETCH",
                    "FOR");

    private static final Map<String, String> CLOSERS = Map.of("(", ")", "[", "]", "{", "}");

    private static final Set<String> COMPARISONS = Set.of("=", "<", "<=", ">", ">=");

    /** Their FROM means something else, or their text is kept. */
    private static final Set<String> OTHER_STATEMENTS =
            Set.of("DELETE", "UPDATE", "MERGE", "VIEW", "MACRO", "FUNCTION", "RECURSIVE");

    /** {@code at}: the token behind FROM. */
    static Optional<BookSource> read(List<Token> tokens, int at, Map<String, BookTable> tables) {
        return new Reading(tokens, at, tables).read();
    }

    /** Whether no table of such a statement is one to be read so. */
    static boolean isOther(List<Token> tokens) {
        return tokens.stream()
                .anyMatch(token ->
                        token.kind() == Token.Kind.WORD && OTHER_STATEMENTS.contains(upper(token)));
    }

    private static String upper(Token token) {
        return token.text().toUpperCase(Locale.ROOT);
    }

    /** One reading. */
    private static final class Reading {
        private final List<Token> tokens;
        private final Map<String, BookTable> tables;
        private int at;

        Reading(List<Token> tokens, int at, Map<String, BookTable> tables) {
            this.tokens = tokens;
            this.at = at;
            this.tables = tables;
        }

        private Token token(int index) {
            return tokens.get(Math.min(index, tokens.size() - 1));
        }

        Optional<BookSource> read() {
            int start = token(at).start();
            boolean qualified = isName(at, RvbbitCatalog.NAME) && token(at + 1).isOperator(".");
            if (qualified) {
                at += 2;
                if (isName(at, "main") && token(at + 1).isOperator(".")) {
                    at += 2;
                }
            }
            if (!token(at).isIdentifier()) {
                return Optional.empty();
            }
            BookTable table = tables.get(token(at).identifier());
            if (table == null || !(qualified || table.reserved()) || isUsedOtherwise(table)) {
                return Optional.empty();
            }
            int end = token(at).end();
            at++;
            String name = table.name();
            boolean aliased = token(at).is("AS") || !token(at).is("WHERE");
            if (aliased) {
                at += token(at).is("AS") ? 1 : 0;
                if (!token(at).isIdentifier()) {
                    return Optional.empty();
                }
                name = token(at).identifier();
                at++;
            }
            if (!token(at).is("WHERE")) {
                return Optional.empty();
            }
            at++;
            return Optional.of(new BookSource(table, start, end, aliased, conditions(table, name)));
        }

        private boolean isName(int index, String name) {
            return token(index).isIdentifier() && token(index).identifier().equals(name);
        }

        /** As a common table of that name, or with its schema before a column. */
        private boolean isUsedOtherwise(BookTable table) {
            for (int i = 0; i + 1 < tokens.size(); i++) {
                if (token(i).isIdentifier()
                        && token(i).identifier().equalsIgnoreCase(table.name())) {
                    Token next = token(i + 1);
                    boolean common =
                            next.isOperator("(")
                                    || (next.is("AS")
                                            && (token(i + 2).isOperator("(")
                                                    || token(i + 2).isAny("MATERIALIZED", "NOT")));
                    boolean column = i > 0 && token(i - 1).isOperator(".") && next.isOperator(".");
                    if (common || column) {
                        return true;
                    }
                }
            }
            return false;
        }

        /** Of a WHERE whose parts are joined by AND alone. */
        private List<Condition> conditions(BookTable table, String name) {
            List<Condition> found = new ArrayList<>();
            Deque<String> open = new ArrayDeque<>();
            boolean between = false;
            int start = at;
            for (; ; at++) {
                Token token = token(at);
                if (open.isEmpty() && (CLOSERS.containsValue(token.text()) || isEnd())) {
                    part(table, name, start, at).ifPresent(found::add);
                    return found;
                }
                String closer = CLOSERS.get(token.text());
                if (token.isEnd()) {
                    return List.of();
                }
                if (token.kind() == Token.Kind.OPERATOR && closer != null) {
                    open.push(closer);
                } else if (isKeyword("CASE")) {
                    open.push("END");
                } else if (token.kind() == Token.Kind.OPERATOR
                        && CLOSERS.containsValue(token.text())) {
                    if (!token.text().equals(open.pop())) {
                        return List.of();
                    }
                } else if (isKeyword("END") && "END".equals(open.peek())) {
                    open.pop();
                } else if (open.isEmpty() && (isKeyword("OR") || isKeyword("USING"))) {
                    // A sample is taken before WHERE: the store must not choose first.
                    return List.of();
                } else if (open.isEmpty() && isKeyword("BETWEEN")) {
                    between = true;
                } else if (open.isEmpty() && isKeyword("AND")) {
                    if (between) {
                        between = false;
                    } else {
                        part(table, name, start, at).ifPresent(found::add);
                        start = at + 1;
                    }
                }
            }
        }

        /** Behind a point or AS any word is a name. */
        private boolean isKeyword(String word) {
            return token(at).is(word) && !isNamed();
        }

        private boolean isNamed() {
            return token(at - 1).isOperator(".") || token(at - 1).is("AS");
        }

        private boolean isEnd() {
            Token token = token(at);
            return token.isEnd()
                    || token.isOperator(";")
                    || (token.kind() == Token.Kind.WORD
                            && ENDS.contains(upper(token))
                            && !isNamed());
        }

        /** The tokens in {@code [start, end)} as a condition, if they are one as a whole. */
        private Optional<Condition> part(BookTable table, String name, int start, int end) {
            boolean prefixed =
                    end - start > 2 && isName(start, name) && token(start + 1).isOperator(".");
            int from = prefixed ? start + 2 : start;
            Optional<BookColumn> column =
                    table.columns().stream()
                            .filter(each -> end - from > 2 && isName(from, each.name()))
                            .findFirst();
            if (column.isEmpty()) {
                return Optional.empty();
            }
            Token operator = token(from + 1);
            if (operator.is("IN")) {
                return list(column.get(), from + 2, end)
                        .map(values -> new Condition(column.get().name(), "=", values));
            }
            if (operator.kind() != Token.Kind.OPERATOR || !COMPARISONS.contains(operator.text())) {
                return Optional.empty();
            }
            boolean text = column.get().type() == BookType.TEXT;
            if (text && !operator.text().equals("=")) {
                return Optional.empty();
            }
            return value(column.get(), from + 2, end)
                    .map(value ->
                            new Condition(column.get().name(), operator.text(), List.of(value)));
        }

        private Optional<List<String>> list(BookColumn column, int from, int end) {
            if (!token(from).isOperator("(") || !token(end - 1).isOperator(")")) {
                return Optional.empty();
            }
            List<String> values = new ArrayList<>();
            for (int i = from + 1; i < end - 1; i += 2) {
                Optional<String> value = value(column, i, i + 1);
                if (value.isEmpty() || !token(i + 1).isOperator(i + 2 == end ? ")" : ",")) {
                    return Optional.empty();
                }
                values.add(value.get());
            }
            return values.isEmpty() ? Optional.empty() : Optional.of(values);
        }

        private Optional<String> value(BookColumn column, int from, int end) {
            Token first = token(from);
            boolean negative = first.isOperator("-");
            Token last = token(end - 1);
            if (end - from != (negative ? 2 : 1)) {
                return Optional.empty();
            }
            return switch (column.type()) {
                case TEXT ->
                        first.isPlainString()
                                ? Optional.of(first.string()).filter(Condition::isText)
                                : Optional.empty();
                case BIGINT, INTEGER, MONEY ->
                        last.kind() == Token.Kind.NUMBER
                                ? Optional.of((negative ? "-" : "") + last.text())
                                        .filter(number -> Condition.isNumber(column.type(), number))
                                : Optional.empty();
                case UUID, BOOLEAN, TIMESTAMPTZ -> Optional.empty();
            };
        }
    }
}
