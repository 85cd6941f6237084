package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Token;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the brackets, relations and select items of a statement stand, told from its tokens alone.
 *
 * <p>Threading: built and read by one thread.
 */
final class SqlShape {
    /** An entry of a select list: tokens from {@code start} up to {@code end}. */
    record Item(int start, int end) {}

    private enum Clause {
        NONE,
        ITEMS,
        FROM,
        REST
    }

    private static final class Frame {
        Clause clause = Clause.NONE;
        int item;
    }

    private static final Set<String> AFTER_FROM =
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
                    "set",
                    "returning",
                    "values");

    private final List<Token> tokens;
    private final int[] close;
    private final int[] open;
    private final boolean[] relation;
    private final boolean[] query;
    private final List<Item> items = new ArrayList<>();
    private final Set<String> commonTables = new HashSet<>();

    private SqlShape(List<Token> tokens) {
        this.tokens = tokens;
        close = new int[tokens.size()];
        open = new int[tokens.size()];
        relation = new boolean[tokens.size()];
        query = new boolean[tokens.size()];
    }

    static SqlShape of(List<Token> tokens) {
        SqlShape shape = new SqlShape(tokens);
        shape.pair();
        shape.read();
        return shape;
    }

    /** Whether every bracket has its partner. */
    boolean isBalanced() {
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean opens = token.isOperator("(") || token.isOperator("[");
            boolean closes = token.isOperator(")") || token.isOperator("]");
            if ((opens && close[i] == i) || (closes && open[i] == i)) {
                return false;
            }
        }
        return true;
    }

    /** The bracket that closes the one at this token; the token itself where it opens none. */
    int close(int at) {
        return close[at];
    }

    /** The bracket that opens the one at this token; the token itself where it closes none. */
    int open(int at) {
        return open[at];
    }

    /** Whether a name here is that of a table, as after FROM or JOIN. */
    boolean isRelation(int at) {
        return relation[at];
    }

    /** How many brackets are open at this token. */
    int depth(int at) {
        int depth = 0;
        for (int i = 0; i < at; i++) {
            depth += close[i] > at ? 1 : 0;
        }
        return depth;
    }

    /** Whether this stands within a query, so that a name with a parenthesis is a call. */
    boolean inQuery(int at) {
        return query[at];
    }

    List<Item> items() {
        return items;
    }

    /** The names that WITH defines. */
    Set<String> commonTables() {
        return commonTables;
    }

    private void pair() {
        Deque<Integer> stack = new ArrayDeque<>();
        for (int i = 0; i < tokens.size(); i++) {
            open[i] = i;
            close[i] = i;
            Token token = tokens.get(i);
            if (token.isOperator("(") || token.isOperator("[")) {
                stack.push(i);
            } else if ((token.isOperator(")") || token.isOperator("]")) && !stack.isEmpty()) {
                int start = stack.pop();
                open[i] = start;
                close[start] = i;
            }
        }
    }

    private void read() {
        Deque<Frame> frames = new ArrayDeque<>();
        Frame frame = new Frame();
        boolean inQuery = false;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            query[i] = inQuery;
            if (token.isOperator("(")) {
                frames.push(frame);
                Frame inner = new Frame();
                inner.clause =
                        frame.clause == Clause.FROM && startsTable(i) ? Clause.FROM : Clause.NONE;
                relation[i] = inner.clause == Clause.FROM;
                frame = inner;
            } else if (token.isOperator(")")) {
                endItem(frame, i);
                frame = frames.isEmpty() ? new Frame() : frames.pop();
            } else if (token.isOperator(",")
                    && frame.clause == Clause.ITEMS
                    && bracketDepthIsFrame(i, frame)) {
                items.add(new Item(frame.item, i));
                frame.item = i + 1;
            } else if (token.kind() == Token.Kind.WORD) {
                inQuery |= token.isAny("select", "values", "set", "where", "from");
                keyword(frame, i, token);
            }
            if (token.isIdentifier() && frame.clause == Clause.FROM && startsTable(i)) {
                relation[i] = true;
            }
            if (token.isIdentifier()
                    && is(i + 1, "as")
                    && opensAfterAs(i + 2)
                    && commonTablesAllowed()) {
                commonTables.add(token.identifier());
            }
        }
        endItem(frame, tokens.size() - 1);
    }

    private void keyword(Frame frame, int at, Token token) {
        if (at > 0 && tokens.get(at - 1).isOperator(".")) {
            return;
        }
        if (token.is("select")) {
            frame.clause = Clause.ITEMS;
            frame.item = at + 1;
            if (is(at + 1, "distinct") || is(at + 1, "all")) {
                frame.item++;
                if (is(at + 2, "on") && at + 3 < tokens.size()) {
                    frame.item = close[at + 3] + 1;
                }
            }
        } else if (token.is("from") && !is(at - 1, "distinct")) {
            if (frame.clause == Clause.ITEMS || at == 0 || is(at - 1, "delete")) {
                endItem(frame, at);
                frame.clause = Clause.FROM;
            }
        } else if (token.is("join")
                || (token.is("using") && frame.clause == Clause.FROM && is(0, "delete"))) {
            frame.clause = frame.clause == Clause.NONE ? Clause.NONE : Clause.FROM;
        } else if (AFTER_FROM.contains(lower(token))
                && !is(at - 1, "within")
                && (frame.clause == Clause.ITEMS || frame.clause == Clause.FROM)) {
            endItem(frame, at);
            frame.clause = Clause.REST;
        }
    }

    private void endItem(Frame frame, int at) {
        if (frame.clause == Clause.ITEMS && frame.item < at) {
            items.add(new Item(frame.item, at));
            frame.clause = Clause.REST;
        }
    }

    // A comma within [1, 2] stands in the same frame but ends no item.
    private boolean bracketDepthIsFrame(int at, Frame frame) {
        for (int i = frame.item; i < at; i++) {
            if (tokens.get(i).isOperator("[") && close[i] > at) {
                return false;
            }
        }
        return true;
    }

    private boolean startsTable(int at) {
        if (at == 0) {
            return false;
        }
        Token before = tokens.get(at - 1);
        return before.isAny("from", "join", "lateral", "only", "using")
                || before.isOperator(",")
                || (before.isOperator("(") && relation[at - 1]);
    }

    private boolean commonTablesAllowed() {
        return tokens.stream().anyMatch(token -> token.is("with"));
    }

    private boolean opensAfterAs(int at) {
        int next = is(at, "not") ? at + 2 : is(at, "materialized") ? at + 1 : at;
        return next < tokens.size() && tokens.get(next).isOperator("(");
    }

    private boolean is(int at, String word) {
        return at >= 0 && at < tokens.size() && tokens.get(at).is(word);
    }

    private static String lower(Token token) {
        return token.text().toLowerCase(java.util.Locale.ROOT);
    }
}
