package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.rewriter.CopyOptions;
import io.rvbbit.rewriter.CopyStatement;
import io.rvbbit.rewriter.CopyStatement.FromClient;
import io.rvbbit.rewriter.CopyStatement.QueryToClient;
import io.rvbbit.rewriter.CopyStatement.TableToClient;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import io.rvbbit.rewriter.Statement.ExplainStatement;
import io.rvbbit.rewriter.Statement.PlainStatement;
import io.rvbbit.rewriter.Statement.PromoteStatement;
import io.rvbbit.rewriter.Statement.ReplayStatement;
import io.rvbbit.rewriter.Statement.ResumeStatement;
import io.rvbbit.rewriter.StatementParser;
import io.rvbbit.rewriter.Target;
import io.rvbbit.rewriter.Token;
import io.rvbbit.udf.FallbackCall;
import java.util.List;
import java.util.Optional;

/** Plans COPY through the client's connection. Threading: the session's thread only. */
final class CopyPlanner {
    private final ClientContext client;
    private final CascadePlanner cascades;

    CopyPlanner(ClientContext client, CascadePlanner cascades) {
        this.client = client;
        this.cascades = cascades;
    }

    /**
     * The plan of such a statement.
     *
     * @param text of the whole statement, for the books
     * @param before as {@link IncompletePlain#before}
     */
    Plan plan(CopyStatement copy, String text, Optional<List<FallbackCall>> before) {
        return switch (copy) {
            case FromClient from -> new CopyInPlan(client, from);
            case TableToClient table -> table(table);
            case QueryToClient query -> query(query, text, before);
        };
    }

    private Plan table(TableToClient copy) {
        CopyTable table = CopyTable.find(client, copy.table());
        if (!table.kind().equals("table")) {
            SqlException error =
                    new SqlException(
                            SqlState.WRONG_OBJECT_TYPE,
                            "cannot copy from %s \"%s\"".formatted(table.kind(), table.lastName()));
            throw table.kind().equals("view")
                    ? error.hint("Try the COPY (SELECT ...) TO variant.")
                    : error;
        }
        List<Column> columns = table.copied(copy.columns());
        table.check(copy.options(), columns);
        String sql = "SELECT " + CopyTable.names(columns) + " FROM " + copy.table().text();
        return new CopyOutPlan(
                new EnginePlan(client, new PlainStatement(sql, 0), List.of()), copy.options());
    }

    private Plan query(QueryToClient copy, String text, Optional<List<FallbackCall>> before) {
        Script.Part part = copy.query();
        requireQuery(part);
        Statement statement = StatementParser.parse(part);
        Plan query =
                switch (statement) {
                    case PlainStatement plain -> plain(plain, copy.options(), text, before);
                    case CascadeStatement cascade ->
                            new IncompleteCascades(
                                            client,
                                            cascades,
                                            new CascadeStatement(
                                                    cascade.text(),
                                                    cascade.offset(),
                                                    new Target.CopyTo(),
                                                    cascade.calls()),
                                            List.of(),
                                            text,
                                            before)
                                    .plan(planned -> check(planned, copy.options()));
                    case ReplayStatement replay -> ReplayPlan.of(client, cascades, replay);
                    case ExplainStatement _, ResumeStatement _, PromoteStatement _ ->
                            throw syntaxError(part);
                };
        try {
            check(query, copy.options());
        } catch (SqlException refused) {
            query.close();
            throw refused;
        }
        return new CopyOutPlan(query, copy.options());
    }

    private Plan plain(
            PlainStatement statement,
            CopyOptions options,
            String text,
            Optional<List<FallbackCall>> before) {
        try {
            return existing(statement, text);
        } catch (SqlException fault) {
            return FallbackPlanner.plan(
                    client,
                    new IncompletePlain(client, statement, List.of(), text, before),
                    query -> check(query, options),
                    fault);
        }
    }

    private Plan existing(PlainStatement statement, String text) {
        return client.services().functionUses().calls(statement.text(), client.connection())
                ? new FunctionPlan(client, statement, List.of(), text)
                : new EnginePlan(client, statement, List.of());
    }

    private static void requireQuery(Script.Part part) {
        Token first = Lexer.tokens(part.text()).getFirst();
        boolean query =
                first.isOperator("(")
                        || first.isAny(
                                "SELECT", "WITH", "VALUES", "TABLE", "FROM", "INSERT", "UPDATE",
                                "DELETE", "RVBBIT", "PIVOT", "UNPIVOT");
        if (!query) {
            throw syntaxError(part);
        }
    }

    private static SqlException syntaxError(Script.Part part) {
        Token first = Lexer.tokens(part.text()).getFirst();
        return new SqlException(
                        SqlState.SYNTAX_ERROR,
                        "syntax error at or near \"" + (first.isEnd() ? ")" : first.text()) + "\"")
                .at(part.offset() + first.start() + 1);
    }

    private static void check(Plan query, CopyOptions options) {
        if (!query.parameterTypes().isEmpty()) {
            throw new SqlException(SqlState.UNDEFINED_PARAMETER, "there is no parameter $1")
                    .hint("COPY takes no parameters: write the value");
        }
        if (query.columns().isEmpty()) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED, "COPY query must have a RETURNING clause");
        }
        for (String name : options.forceQuote().names()) {
            if (query.columns().stream().noneMatch(column -> column.name().equals(name))) {
                throw new SqlException(
                        SqlState.UNDEFINED_COLUMN, "column \"" + name + "\" does not exist");
            }
        }
    }
}
