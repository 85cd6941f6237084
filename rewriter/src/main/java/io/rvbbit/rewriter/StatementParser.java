package io.rvbbit.rewriter;

import io.rvbbit.rewriter.OptionKey.Place;
import io.rvbbit.rewriter.Statement.ExplainStatement;
import io.rvbbit.rewriter.Statement.PlainStatement;
import io.rvbbit.rewriter.Statement.ReplayStatement;
import io.rvbbit.rewriter.Statement.ResumeStatement;
import java.util.List;
import java.util.Optional;

/**
 * Recognises each statement of a client's text and reads the RVBBIT ones completely.
 *
 * <p>Positions in errors count characters of the client's whole text from 1. Threading: stateless.
 */
public final class StatementParser {
    private static final String FORMS =
            "RVBBIT MAP 'cascade.yaml' AS name USING (SELECT …), RVBBIT RUN …,"
                    + " RVBBIT RESUME 'caller id', RVBBIT REPLAY 'caller id',"
                    + " RVBBIT PROMOTE FUNCTION name TO 'file'";

    private StatementParser() {}

    /**
     * All statements of the text, empty ones left out.
     *
     * @throws SqlException 42601, 42701, 22023, 0A000 or 54000 for the first one that is wrong
     */
    public static List<Statement> parse(String sql) {
        return Script.split(sql).parts().stream().map(StatementParser::parse).toList();
    }

    /**
     * One statement of a script.
     *
     * @throws SqlException as {@link #parse(String)}
     */
    public static Statement parse(Script.Part part) {
        List<Token> tokens = Lexer.tokens(part.text());
        TokenCursor cursor = new TokenCursor(part.source(), tokens, 0);
        if (tokens.getFirst().is("RVBBIT")) {
            Token verb = cursor.peek(1);
            if (verb.isAny("RESUME", "REPLAY")) {
                return repeat(part, cursor, verb.is("RESUME"));
            }
            if (verb.is("PROMOTE")) {
                return new PromoteParser(part, cursor).parse();
            }
            if (!verb.isAny("MAP", "RUN")) {
                cursor.next();
                throw cursor.unexpected(
                        "MAP, RUN, RESUME, REPLAY or PROMOTE",
                        FORMS,
                        "MAP",
                        "RUN",
                        "RESUME",
                        "REPLAY",
                        "PROMOTE");
            }
        }
        refuseMisspelledRvbbit(cursor);
        if (tokens.getFirst().is("EXPLAIN") && holdsClause(part, tokens)) {
            return explain(part, tokens);
        }
        return cascadeOrPlain(part, tokens);
    }

    /**
     * True if the text, which need not parse, was meant as a RVBBIT statement: such a failure gets
     * a caller and a row in the log.
     */
    public static boolean mentionsRvbbitStatement(String sql) {
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        boolean begins = true;
        for (int i = 0; i + 1 < tokens.size(); i++) {
            boolean afterRvbbit =
                    tokens.get(i).is("RVBBIT") && tokens.get(i + 1).kind() != Token.Kind.OPERATOR;
            boolean verb =
                    tokens.get(i + 1).isAny("MAP", "RUN", "RESUME", "REPLAY")
                            && (i + 2 < tokens.size() && !tokens.get(i + 2).isOperator("("));
            if (afterRvbbit && (begins || verb)) {
                return true;
            }
            begins = tokens.get(i).isAny("EXPLAIN", "ANALYZE") || tokens.get(i).isOperator(";");
        }
        return false;
    }

    /**
     * True if the text, which need not parse, asks for a plan and nothing more: whatever is wrong
     * with it, it would have spent nothing.
     */
    public static boolean onlyExplains(String sql) {
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        if (tokens.isEmpty() || !tokens.getFirst().is("EXPLAIN")) {
            return false;
        }
        try {
            SourceText source = new SourceText(sql, 0);
            return !new ExplainParser(new TokenCursor(source, Lexer.tokens(sql), 0))
                    .read()
                    .spends();
        } catch (SqlException unreadable) {
            return true;
        }
    }

    /** The table that a statement makes of a query's rows; empty for any other, wrong ones too. */
    public static Optional<Target.CreateTable> created(String sql) {
        StatementHead head = StatementHead.read(new SourceText(sql, 0), Lexer.tokensUpToFault(sql));
        return head.target() instanceof Target.CreateTable table
                ? Optional.of(table)
                : Optional.empty();
    }

    private static Statement cascadeOrPlain(Script.Part part, List<Token> tokens) {
        return new CascadeStatementParser(part, tokens)
                .parse()
                .<Statement>map(statement -> statement)
                .orElseGet(() -> new PlainStatement(part.text(), part.offset()));
    }

    private static boolean holdsClause(Script.Part part, List<Token> tokens) {
        TokenCursor cursor = new TokenCursor(part.source(), tokens, 0);
        while (!cursor.peek().isEnd()) {
            if (ClauseStart.isUnmistakable(cursor) || ClauseStart.inParentheses(cursor)) {
                return true;
            }
            cursor.next();
        }
        return followsExplain(tokens);
    }

    private static boolean followsExplain(List<Token> tokens) {
        int at = tokens.get(1).isAny("ANALYZE", "ANALYSE") ? 2 : 1;
        if (at < tokens.size() && tokens.get(at).isOperator("(")) {
            at = CommonTables.closing(tokens, at) + 1;
        }
        return at > 0 && at < tokens.size() && tokens.get(at).is("RVBBIT");
    }

    private static Statement explain(Script.Part part, List<Token> tokens) {
        TokenCursor cursor = new TokenCursor(part.source(), tokens, 0);
        ExplainOptions options = new ExplainParser(cursor).read();
        Token first = cursor.peek();
        if (first.is("RVBBIT") && cursor.peek(1).isAny("RESUME", "REPLAY")) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "EXPLAIN of RVBBIT RESUME and REPLAY is not supported")
                    .at(cursor.position(first))
                    .hint("EXPLAIN the statement itself");
        }
        String text = part.text().substring(first.start());
        Script.Part explained = new Script.Part(text, cursor.position(first) - 1);
        return new CascadeStatementParser(explained, Lexer.tokens(text))
                .parse()
                .<Statement>map(statement ->
                        new ExplainStatement(part.text(), part.offset(), options, statement))
                .orElseThrow(() -> cursor.unexpected("a statement with a RVBBIT clause"));
    }

    private static Statement repeat(Script.Part part, TokenCursor cursor, boolean resume) {
        cursor.moveTo(2);
        String form =
                resume
                        ? "RVBBIT RESUME 'sql-…' [WITH (budget_dollars = …)]"
                        : "RVBBIT REPLAY 'sql-…' [WITH (model = '…')]";
        Token caller = cursor.peek();
        if (!caller.isString() || caller.string().isBlank()) {
            throw cursor.unexpected("a caller id in single quotes").hint(form);
        }
        cursor.next();
        OptionsParser with = new OptionsParser(cursor, resume ? Place.RESUME : Place.REPLAY);
        with.read();
        if (!cursor.peek().isEnd()) {
            throw cursor.unexpected("WITH (…) or the end of the statement", form, "WITH");
        }
        Options options = with.options(null, false, new OutputClause.Default());
        String id = caller.string().strip();
        return resume
                ? new ResumeStatement(part.text(), part.offset(), id, options)
                : new ReplayStatement(part.text(), part.offset(), id, options);
    }

    private static void refuseMisspelledRvbbit(TokenCursor cursor) {
        Token first = cursor.peek();
        boolean slip =
                first.kind() == Token.Kind.WORD
                        && !first.is("RVBBIT")
                        && cursor.peek(1).isAny("MAP", "RUN", "RESUME", "REPLAY")
                        && (cursor.peek(2).isString()
                                || cursor.peek(2).isAny("PARALLEL", "DISTINCT"));
        if (slip && NearestName.of(first.text(), List.of("RVBBIT")).isPresent()) {
            throw cursor.unexpected("RVBBIT", FORMS, "RVBBIT");
        }
    }
}
