package io.rvbbit.rewriter;

import io.rvbbit.rewriter.CascadeCall.Span;
import io.rvbbit.rewriter.CascadeCall.Verb;
import io.rvbbit.rewriter.OptionKey.Place;
import io.rvbbit.rewriter.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads RVBBIT MAP and RUN clauses: {@code 'cascade' [AS …] USING (…) [WITH (…)]}.
 *
 * <p>Threading: one parse.
 */
final class CascadeClauseParser {
    static final String MAP_FORM =
            "RVBBIT MAP [PARALLEL n] [DISTINCT] 'cascade.yaml' [AS name | AS (name type, …)]"
                    + " USING (SELECT …) [WITH (…)]";
    static final String RUN_FORM =
            "RVBBIT RUN 'cascade.yaml' [AS name | AS (name type, …)] USING (SELECT …) [WITH (…)]";

    private static final int DEEPEST = 32;
    private static final int LARGEST_PARALLEL = 10_000;

    private final TokenCursor cursor;
    private final List<CascadeCall> calls = new ArrayList<>();
    private int depth;

    /** PARALLEL and DISTINCT, in whatever order. */
    private record Modifiers(@Nullable Integer parallel, boolean distinct) {}

    CascadeClauseParser(TokenCursor cursor) {
        this.cursor = cursor;
    }

    /** The clauses read so far, each after those inside its query. */
    List<CascadeCall> calls() {
        return calls;
    }

    /** Reads the clause whose RVBBIT is the next token, and the clauses inside it. */
    void parseClause() {
        if (++depth > DEEPEST) {
            throw new SqlException(
                            SqlState.PROGRAM_LIMIT_EXCEEDED,
                            "RVBBIT clauses are nested more than " + DEEPEST + " deep")
                    .at(cursor.position(cursor.peek()));
        }
        Token start = cursor.next();
        Verb verb = verb();
        String form = verb == Verb.MAP ? MAP_FORM : RUN_FORM;
        Modifiers modifiers = verb == Verb.MAP ? modifiers() : new Modifiers(null, false);
        Token cascade = cascade(verb, form);
        OutputClause outputs = outputs(form);
        if (!cursor.accept("USING")) {
            String expected = outputs instanceof OutputClause.Default ? "USING or AS" : "USING";
            throw cursor.unexpected(expected, form, "USING", "AS");
        }
        cursor.expectOperator("(", "\"(\" after USING", form);
        Span query = query(form);
        OptionsParser with = new OptionsParser(cursor, verb == Verb.MAP ? Place.MAP : Place.RUN);
        with.read();
        depth--;
        Options options = with.options(modifiers.parallel(), modifiers.distinct(), outputs);
        calls.add(
                new CascadeCall(
                        calls.size(),
                        verb,
                        cascade.string(),
                        cursor.position(cascade),
                        with.outputs(outputs),
                        cursor.text(query.start(), query.end()),
                        cursor.positionOf(query.start()),
                        options,
                        new Span(start.start(), cursor.previous().end()),
                        query));
    }

    private Verb verb() {
        if (cursor.accept("MAP")) {
            return Verb.MAP;
        }
        if (cursor.accept("RUN")) {
            return Verb.RUN;
        }
        Token verb = cursor.peek();
        if (verb.isAny("RESUME", "REPLAY") && cursor.peek(1).isString()) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "RVBBIT RESUME and REPLAY inside of a statement are not supported")
                    .at(cursor.position(verb))
                    .hint("they are statements of their own; COPY (RVBBIT REPLAY …) TO works");
        }
        throw cursor.unexpected("MAP or RUN", MAP_FORM, "MAP", "RUN");
    }

    private Modifiers modifiers() {
        Integer parallel = null;
        boolean distinct = false;
        while (true) {
            Token word = cursor.peek();
            boolean isParallel = word.is("PARALLEL");
            if ((isParallel && parallel != null) || (word.is("DISTINCT") && distinct)) {
                throw cursor.unexpected("each of PARALLEL and DISTINCT once").hint(MAP_FORM);
            }
            if (isParallel) {
                cursor.next();
                parallel = parallel();
            } else if (cursor.accept("DISTINCT")) {
                distinct = true;
            } else {
                return new Modifiers(parallel, distinct);
            }
        }
    }

    private int parallel() {
        Token number = cursor.peek();
        if (number.kind() != Kind.NUMBER) {
            throw cursor.unexpected("a number after PARALLEL").hint(MAP_FORM);
        }
        return (int) OptionValue.read(cursor, "parallel").integer(1, LARGEST_PARALLEL);
    }

    private Token cascade(Verb verb, String form) {
        Token token = cursor.peek();
        if (token.isString() && !token.string().isBlank()) {
            return cursor.next();
        }
        if (token.isString()) {
            throw cursor.unexpected("the cascade's file or name").hint(form);
        }
        if (verb == Verb.RUN && token.isAny("PARALLEL", "DISTINCT")) {
            throw cursor.unexpected("the cascade")
                    .hint(
                            "RUN makes one call over all rows and takes no PARALLEL or DISTINCT: "
                                    + form);
        }
        String expected = "the cascade in single quotes";
        if (token.kind() == Kind.PARAMETER) {
            throw cursor.unexpected(expected)
                    .hint("the cascade is part of the statement and cannot be a parameter");
        }
        throw verb == Verb.MAP
                ? cursor.unexpected(expected, form, "PARALLEL", "DISTINCT")
                : cursor.unexpected(expected, form);
    }

    private OutputClause outputs(String form) {
        if (!cursor.accept("AS")) {
            return new OutputClause.Default();
        }
        if (cursor.acceptOperator("(")) {
            return new OutputClause.Columns(columns(form));
        }
        Token name = cursor.peek();
        boolean misses = name.is("USING") && cursor.peek(1).isOperator("(");
        if (!name.isIdentifier() || misses) {
            throw cursor.unexpected("a column name or (name type, …) after AS").hint(form);
        }
        cursor.next();
        return new OutputClause.Named(outputName(name));
    }

    private String outputName(Token name) {
        String folded = name.identifier();
        if (folded.isEmpty()) {
            throw new SqlException(SqlState.SYNTAX_ERROR, "a column name cannot be empty")
                    .at(cursor.position(name));
        }
        return folded;
    }

    private List<OutputClause.Column> columns(String form) {
        List<OutputClause.Column> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        do {
            Token name = cursor.peek();
            if (!name.isIdentifier()) {
                throw cursor.unexpected("a column name in AS (…)").hint(form);
            }
            cursor.next();
            String folded = outputName(name);
            if (!names.add(SqlText.fold(folded))) {
                throw new SqlException(
                                SqlState.DUPLICATE_COLUMN,
                                "column \"" + folded + "\" is named twice in AS (…)")
                        .at(cursor.position(name));
            }
            String type = TypeText.read(cursor, folded);
            columns.add(new OutputClause.Column(folded, type, cursor.position(name)));
        } while (cursor.acceptOperator(","));
        if (!cursor.acceptOperator(")")) {
            throw cursor.unexpected("\",\" or \")\" in AS (…)").hint(form);
        }
        return columns;
    }

    /** Passes the query and its closing parenthesis; reads the clauses inside. */
    private Span query(String form) {
        int start = cursor.previous().end();
        if (cursor.peek().isOperator(")")) {
            throw cursor.unexpected("a query in USING (…)").hint(form);
        }
        if (!beginsQuery(cursor.peek())) {
            throw cursor.unexpected("a query in USING (…)", form, "SELECT", "WITH", "VALUES");
        }
        int open = 1;
        while (true) {
            Token token = cursor.peek();
            if (token.isEnd() || token.isOperator(";")) {
                throw cursor.unexpected("\")\" after the query of USING").hint(form);
            }
            if (ClauseStart.inParentheses(cursor)) {
                parseClause();
                expectClosing();
                continue;
            }
            ClauseStart.refuseBare(cursor);
            cursor.next();
            if (token.isOperator("(")) {
                open++;
            } else if (token.isOperator(")") && --open == 0) {
                return new Span(start, token.start());
            }
        }
    }

    // A statement that is no query must not even be prepared: some of them act at once.
    private static boolean beginsQuery(Token first) {
        return first.isOperator("(")
                || first.isAny(
                        "SELECT",
                        "WITH",
                        "FROM",
                        "VALUES",
                        "TABLE",
                        "PIVOT",
                        "UNPIVOT",
                        "DESCRIBE",
                        "SHOW",
                        "SUMMARIZE",
                        "RVBBIT");
    }

    /** Checks that the clause just read, which stands in parentheses, ends at theirs. */
    void expectClosing() {
        if (!cursor.peek().isOperator(")")) {
            throw unexpectedAfterClause("WITH (…) or \")\"");
        }
    }

    SqlException unexpectedAfterClause(String expected) {
        String form = "put what follows around it: SELECT … FROM (RVBBIT …) AS m …";
        return cursor.unexpected(expected + " after USING (…)", form, "WITH");
    }
}
