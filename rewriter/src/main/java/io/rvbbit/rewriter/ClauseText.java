package io.rvbbit.rewriter;

import io.rvbbit.rewriter.CascadeCall.Span;
import io.rvbbit.rewriter.CascadeCall.Verb;
import io.rvbbit.rewriter.Rewritten.Staging;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Pieces of one statement's text with the RVBBIT clauses in them rewritten.
 *
 * <p>Threading: one rewriting.
 */
final class ClauseText {
    /** Index of the token behind {@code COPY (}. */
    private static final int COPIED = 2;

    private final CascadeStatement statement;
    private final String caller;
    private final List<CallShape> shapes;
    private final boolean answered;
    private final List<Token> tokens;

    ClauseText(CascadeStatement statement, String caller, List<CallShape> shapes) {
        this(statement, caller, shapes, true);
    }

    private ClauseText(
            CascadeStatement statement, String caller, List<CallShape> shapes, boolean answered) {
        this.statement = statement;
        this.caller = caller;
        this.shapes = List.copyOf(shapes);
        this.answered = answered;
        this.tokens = Lexer.tokens(statement.text());
    }

    /** With NULL for whatever the clauses answer: nothing is called. */
    static ClauseText unanswered(CascadeStatement statement, List<CallShape> shapes) {
        return new ClauseText(statement, "NULL", shapes, false);
    }

    String wholeStatement() {
        return rewritten(new Span(0, statement.text().length()));
    }

    /** The call's query in a form that keeps its column names, also double ones, as they are. */
    String described(CascadeCall call) {
        List<Span> scopes = scopes(call);
        String query = rewritten(call.querySpan());
        if (scopes.isEmpty()) {
            return query;
        }
        // DuckDB does not take WITH … (WITH … SELECT): then the query becomes a subquery, in which
        // a name given twice is renamed, as it is in the rewritten statement too.
        boolean wraps = scopes.size() > 1 || Lexer.tokens(call.query()).getFirst().is("WITH");
        return wraps
                ? within(scopes, "SELECT * FROM (\n" + query + "\n) AS q")
                : rewritten(scopes.getFirst()) + "\n(\n" + query + "\n)";
    }

    Staging staging(CascadeCall call) {
        CallShape shape = shape(call);
        ShapeCheck.check(call, shape);
        String rows =
                "SELECT * FROM (\n%s\n) AS q LIMIT %d"
                        .formatted(rewritten(call.querySpan()), shape.bound() + 1);
        String table = Objects.requireNonNullElse(call.options().asTable(), Rewriter.DEFAULT_TABLE);
        return new Staging(call.index(), table, within(scopes(call), rows), shape.bound());
    }

    CallInput input(CascadeCall call) {
        List<Span> scopes = scopes(call);
        boolean readsAnswers =
                holdsCall(call.querySpan()) || scopes.stream().anyMatch(this::holdsCall);
        if (call.verb() == Verb.RUN) {
            return new CallInput.Batch(call.index(), readsAnswers, staging(call));
        }
        CallShape shape = shape(call);
        ShapeCheck.check(call, shape);
        String rows = MapSql.rows(call, shape, rewritten(call.querySpan()));
        return new CallInput.Rows(call.index(), readsAnswers, within(scopes, rows), shape.bound());
    }

    private boolean holdsCall(Span span) {
        return statement.calls().stream().anyMatch(call -> span.holds(call.span()));
    }

    Optional<StreamedMap> streamed(String stage) {
        CascadeCall call = statement.calls().getLast();
        if (call.verb() != Verb.MAP || !isWhole(call)) {
            return Optional.empty();
        }
        CallShape shape = shape(call);
        ShapeCheck.check(call, shape);
        String input = MapSql.input(call, shape, caller, rewritten(call.querySpan()));
        return Optional.of(
                new StreamedMap(
                        call.index(),
                        within(scopes(call), input),
                        MapSql.output(call, shape, caller, stage)));
    }

    Optional<StoredMap> stored(String stage, String rows) {
        CascadeCall call = statement.calls().getLast();
        if (call.verb() != Verb.MAP || !isSource(call)) {
            return Optional.empty();
        }
        CallShape shape = shape(call);
        ShapeCheck.check(call, shape);
        String text = statement.text();
        String input = MapSql.rows(call, shape, caller, rewritten(call.querySpan()));
        return Optional.of(
                new StoredMap(
                        call.index(),
                        within(scopes(call), input),
                        MapSql.unanswered(shape, stage),
                        MapSql.output(call, shape, caller, stage),
                        text.substring(0, call.span().start())
                                + "SELECT * FROM "
                                + rows
                                + text.substring(call.span().end())));
    }

    /**
     * Whether the clause stands bare behind the statement's target, or in a SELECT of its rows as
     * they are, with no other clause anywhere but in it, and no parameter behind it.
     */
    private boolean isSource(CascadeCall call) {
        int body = StatementHead.read(new SourceText(statement.text(), 0), tokens).body();
        int begin =
                switch (statement.target()) {
                    case Target.CreateTable _, Target.Insert _ ->
                            CommonTables.at(tokens, body).map(CommonTables::end).orElse(body);
                    case Target.CopyTo _ -> tokens.getFirst().is("COPY") ? COPIED : -1;
                    case Target.ToClient _, Target.Embedded _ -> -1;
                };
        boolean bare = begin >= 0 && tokens.get(begin).start() == call.span().start();
        return begin >= 0
                && (bare || givesItsRows(call))
                && statement.calls().stream().allMatch(any -> call.span().holds(any.span()))
                && tokens.stream()
                        .filter(token -> token.start() >= call.span().end())
                        .noneMatch(token -> token.kind() == Token.Kind.PARAMETER);
    }

    /** Whether the statement is a SELECT of the clause's rows as they are, from the first on. */
    private boolean givesItsRows(CascadeCall call) {
        return PlainSelect.around(statement, call)
                .filter(select -> select.star() && select.offset() == 0)
                .isPresent();
    }

    /** Whether the statement is a MAP and at most CTEs before it, or gives just its rows. */
    private boolean isWhole(CascadeCall call) {
        return switch (statement.target()) {
            case Target.ToClient _, Target.CopyTo _ -> standsAlone(call) || givesItsRows(call);
            case Target.Embedded _ -> givesItsRows(call);
            case Target.CreateTable _, Target.Insert _ -> false;
        };
    }

    /** Whether nothing but CTEs stands before the clause, and nothing behind it. */
    private boolean standsAlone(CascadeCall call) {
        int begin = CommonTables.at(tokens, 0).map(CommonTables::end).orElse(0);
        return tokens.get(begin).start() == call.span().start()
                && tokens.stream()
                        .filter(token -> token.start() >= call.span().end())
                        .allMatch(token -> token.isEnd() || token.isOperator(";"));
    }

    private String within(List<Span> scopes, String query) {
        String sql = query;
        for (int i = scopes.size() - 1; i >= 0; i--) {
            sql = rewritten(scopes.get(i)) + "\n" + sql;
            if (i > 0) {
                sql = "SELECT * FROM (\n" + sql + "\n) AS q";
            }
        }
        return sql;
    }

    /** The text of the span; clauses that stand wholly inside it are replaced. */
    private String rewritten(Span span) {
        StringBuilder sql = new StringBuilder();
        int from = span.start();
        for (CascadeCall call : outermostIn(span)) {
            sql.append(statement.text(), from, call.span().start()).append(sql(call));
            from = call.span().end();
        }
        return sql.append(statement.text(), from, span.end()).toString();
    }

    private List<CascadeCall> outermostIn(Span span) {
        List<CascadeCall> inside =
                statement.calls().stream().filter(call -> span.holds(call.span())).toList();
        return inside.stream()
                .filter(call ->
                        inside.stream().noneMatch(outer -> outer.querySpan().holds(call.span())))
                .toList();
    }

    private String sql(CascadeCall call) {
        CallShape shape = shape(call);
        ShapeCheck.check(call, shape);
        if (!answered) {
            return call.verb() == Verb.MAP
                    ? MapSql.unanswered(call, shape, rewritten(call.querySpan()))
                    : OutputSql.unanswered(call, shape, "(SELECT 1)");
        }
        return switch (call.verb()) {
            case MAP -> MapSql.of(call, shape, caller, rewritten(call.querySpan()));
            case RUN -> RunSql.of(call, shape, caller);
        };
    }

    private CallShape shape(CascadeCall call) {
        if (call.index() >= shapes.size()) {
            throw new IllegalArgumentException("no shape for call " + call.index());
        }
        return shapes.get(call.index());
    }

    /** The WITH lists whose tables the call can see, the outermost first. */
    private List<Span> scopes(CascadeCall call) {
        Deque<Integer> begins = new ArrayDeque<>();
        int at = 0;
        while (tokens.get(at).start() < call.span().start()) {
            if (tokens.get(at).isOperator("(")) {
                begins.addLast(at + 1);
            } else if (tokens.get(at).isOperator(")") && !begins.isEmpty()) {
                begins.removeLast();
            }
            at++;
        }
        TreeSet<Integer> starts = new TreeSet<>(begins);
        starts.add(0);
        starts.add(StatementHead.read(new SourceText(statement.text(), 0), tokens).body());
        List<Span> scopes = new ArrayList<>();
        for (int start : starts) {
            int callToken = at;
            CommonTables.at(tokens, start)
                    .ifPresent(tables -> addVisible(tables, callToken, scopes));
        }
        return scopes;
    }

    private void addVisible(CommonTables tables, int callToken, List<Span> scopes) {
        int last = -1;
        for (CommonTables.Body body : tables.bodies()) {
            if (body.close() < callToken) {
                last = body.close();
            }
        }
        if (last >= 0) {
            scopes.add(new Span(tokens.get(tables.start()).start(), tokens.get(last).end()));
        }
    }
}
