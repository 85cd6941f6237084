package io.rvbbit.rewriter;

import io.rvbbit.rewriter.CallSite.Argument;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a statement calls functions of some names as scalar functions.
 *
 * <p>What has OVER, FILTER, DISTINCT, ORDER BY or a star is an aggregate or a window function, what
 * stands in FROM a table function; none of them is a scalar call. Threading: stateless.
 */
public final class CallSites {
    private static final String[] NAMES_FOLLOW = {
        "AS",
        "INTO",
        "TABLE",
        "FROM",
        "JOIN",
        "LATERAL",
        "WITH",
        "RECURSIVE",
        "UPDATE",
        "USING",
        "INDEX",
        "FUNCTION",
        "MACRO",
        "VIEW",
        "REFERENCES"
    };
    private static final String[] CLAUSES = {
        "SELECT",
        "FROM",
        "WHERE",
        "GROUP",
        "HAVING",
        "ORDER",
        "LIMIT",
        "OFFSET",
        "VALUES",
        "SET",
        "QUALIFY",
        "WINDOW",
        "RETURNING",
        "WHEN",
        "CASE"
    };
    private static final String[] FROM_FUNCTIONS = {"EXTRACT", "TRIM", "SUBSTRING", "OVERLAY"};
    private static final String[] COLUMN_ENDS = {
        "FROM",
        "WHERE",
        "GROUP",
        "HAVING",
        "ORDER",
        "LIMIT",
        "OFFSET",
        "FETCH",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "WINDOW",
        "QUALIFY"
    };

    private final List<Token> tokens;

    private CallSites(List<Token> tokens) {
        this.tokens = tokens;
    }

    /**
     * The calls, those among the arguments of another before it.
     *
     * @param names in lower case; the engine compares them without case
     */
    public static List<CallSite> of(String sql, Set<String> names) {
        CallSites sites = new CallSites(Lexer.tokensUpToFault(sql));
        List<CallSite> found = new ArrayList<>();
        for (int at = 0; at + 1 < sites.tokens.size(); at++) {
            Token token = sites.tokens.get(at);
            if (token.isIdentifier()
                    && sites.tokens.get(at + 1).isOperator("(")
                    && names.contains(Identifiers.folded(token))) {
                sites.site(at).ifPresent(found::add);
            }
        }
        found.sort(Comparator.comparingInt(CallSite::end));
        return List.copyOf(found);
    }

    /** The statement with something else where the calls stand. */
    public static String rewritten(String sql, List<CallSite> sites, Writing writing) {
        return written(sql, 0, sql.length(), sites, writing);
    }

    /** Writes a call anew. */
    public interface Writing {
        /**
         * @param arguments their text, calls among them written anew
         */
        String write(CallSite site, List<String> arguments);
    }

    private static String written(
            String sql, int from, int to, List<CallSite> sites, Writing writing) {
        StringBuilder text = new StringBuilder();
        int at = from;
        List<CallSite> outermost =
                sites.stream()
                        .filter(site -> from <= site.start() && site.end() <= to)
                        .filter(site ->
                                sites.stream()
                                        .noneMatch(other ->
                                                from <= other.start()
                                                        && other.end() <= to
                                                        && other.holds(site)))
                        .sorted(Comparator.comparingInt(CallSite::start))
                        .toList();
        for (CallSite site : outermost) {
            List<String> arguments =
                    site.arguments().stream()
                            .map(argument ->
                                    written(sql, argument.start(), argument.end(), sites, writing))
                            .toList();
            text.append(sql, at, site.start()).append(writing.write(site, arguments));
            at = site.end();
        }
        return text.append(sql, at, to).toString();
    }

    private Optional<CallSite> site(int name) {
        int first = name;
        String qualifier = "";
        if (before(name).isOperator(".")) {
            if (name < 2
                    || !tokens.get(name - 2).isIdentifier()
                    || before(name - 2).isOperator(".")) {
                return Optional.empty();
            }
            first = name - 2;
            qualifier = tokens.get(first).identifier();
        }
        Token before = before(first);
        int close = closing(name + 1);
        if (close < 0
                || before.isOperator("::")
                || (before.isAny(NAMES_FOLLOW) && !isOperand(first - 1))
                || tokens.get(close + 1).isAny("OVER", "FILTER", "WITHIN")
                || (before.isOperator(",") && clause(first).is("FROM"))) {
            return Optional.empty();
        }
        int start = tokens.get(first).start();
        int end = tokens.get(close).end();
        String called = tokens.get(name).identifier();
        boolean column = isColumn(first, close);
        String service = qualifier;
        return arguments(name + 2, close)
                .map(arguments -> new CallSite(service, called, start, end, arguments, column));
    }

    private Token before(int at) {
        return at > 0 ? tokens.get(at - 1) : tokens.getLast();
    }

    private int closing(int open) {
        int depth = 0;
        for (int at = open; at + 1 < tokens.size(); at++) {
            depth += depth(tokens.get(at));
            if (depth == 0) {
                return at;
            }
        }
        return -1;
    }

    private static int depth(Token token) {
        if (token.isOperator("(") || token.isOperator("[") || token.isOperator("{")) {
            return 1;
        }
        return token.isOperator(")") || token.isOperator("]") || token.isOperator("}") ? -1 : 0;
    }

    /** The word that begins the clause in which a token stands; the end where it is in brackets. */
    private Token clause(int of) {
        int depth = 0;
        for (int at = of - 1; at >= 0; at--) {
            Token token = tokens.get(at);
            depth -= depth(token);
            if (depth < 0) {
                return tokens.getLast();
            }
            if (depth == 0 && token.isAny(CLAUSES) && !isName(at) && !isOperand(at)) {
                return token;
            }
            if (token.isAny("CASE", "END") && !isName(at)) {
                depth += token.is("END") ? 1 : -1;
            }
        }
        return tokens.getLast();
    }

    /** Whether one of the words around a CASE names a column. */
    private boolean isName(int at) {
        return tokens.get(at).isAny("CASE", "END")
                && (before(at).is("AS") || before(at).isOperator("."));
    }

    /** Whether it is the FROM of an operator, or of a function that has one. */
    private boolean isOperand(int from) {
        if (from < 0 || !tokens.get(from).is("FROM")) {
            return false;
        }
        if (before(from).is("DISTINCT")) {
            return from >= 2 && tokens.get(from - 2).isAny("IS", "NOT");
        }
        int depth = 0;
        for (int at = from - 1; at > 0; at--) {
            Token token = tokens.get(at);
            depth -= depth(token);
            if (depth < 0) {
                return tokens.get(at - 1).isAny(FROM_FUNCTIONS);
            }
            if (depth == 0 && token.is("SELECT")) {
                return false;
            }
        }
        return false;
    }

    private boolean isColumn(int first, int close) {
        Token before = before(first);
        Token after = tokens.get(close + 1);
        boolean begins =
                before.isAny("SELECT", "DISTINCT", "ALL", "RETURNING") || before.isOperator(",");
        boolean ends =
                after.isEnd()
                        || after.isOperator(",")
                        || after.isOperator(";")
                        || after.isOperator(")")
                        || after.isAny(COLUMN_ENDS);
        return begins && ends && clause(first).isAny("SELECT", "RETURNING");
    }

    /** Empty where no scalar function could have them. */
    private Optional<List<Argument>> arguments(int from, int close) {
        List<Argument> arguments = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int depth = 0;
        int begin = from;
        for (int at = from; at <= close; at++) {
            Token token = tokens.get(at);
            boolean ends = depth == 0 && (token.isOperator(",") || at == close);
            if (depth == 0 && token.isAny("ORDER", "SEPARATOR")) {
                return Optional.empty();
            }
            depth += depth(token);
            if (!ends) {
                continue;
            }
            if (begin == at) {
                return close == from ? Optional.of(List.of()) : Optional.empty();
            }
            Token first = tokens.get(begin);
            if (first.isAny("DISTINCT", "ALL", "VARIADIC") || tokens.get(at - 1).isOperator("*")) {
                return Optional.empty();
            }
            boolean named = first.isIdentifier() && isAssignment(tokens.get(begin + 1));
            int expression = named ? begin + 2 : begin;
            if (expression >= at) {
                return Optional.empty();
            }
            String wanted = named ? first.identifier() : columnName(begin, at);
            arguments.add(
                    new Argument(
                            unique(wanted, arguments.size() + 1, names),
                            tokens.get(expression).start(),
                            tokens.get(at - 1).end()));
            begin = at + 1;
        }
        return Optional.of(arguments);
    }

    private static boolean isAssignment(Token token) {
        return token.isOperator(":=") || token.isOperator("=>");
    }

    /** The last part of a column's name; empty for any other expression. */
    private String columnName(int from, int to) {
        for (int at = from; at < to; at++) {
            boolean even = (at - from) % 2 == 0;
            if (even ? !tokens.get(at).isIdentifier() : !tokens.get(at).isOperator(".")) {
                return "";
            }
        }
        Token last = tokens.get(to - 1);
        return last.isAny("NULL", "TRUE", "FALSE") ? "" : last.identifier();
    }

    private static String unique(String wanted, int place, Set<String> names) {
        String name = wanted.isEmpty() ? "arg" + place : wanted;
        while (!names.add(SqlText.fold(name))) {
            name = name + "_" + place;
        }
        return name;
    }
}
