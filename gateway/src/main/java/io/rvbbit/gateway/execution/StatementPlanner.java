package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.dialect.DialectSql;
import io.rvbbit.rewriter.ClientSql;
import io.rvbbit.rewriter.CopyParser;
import io.rvbbit.rewriter.CopyStatement;
import io.rvbbit.rewriter.PasswordText;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.Statement;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import io.rvbbit.rewriter.Statement.ExplainStatement;
import io.rvbbit.rewriter.Statement.PlainStatement;
import io.rvbbit.rewriter.Statement.PromoteStatement;
import io.rvbbit.rewriter.Statement.ReplayStatement;
import io.rvbbit.rewriter.Statement.ResumeStatement;
import io.rvbbit.rewriter.StatementParser;
import io.rvbbit.udf.FallbackCall;
import java.util.List;
import java.util.Optional;

/**
 * From one statement of the client to its plan: everything that can fail without a model fails
 * here.
 *
 * <p>A RVBBIT statement that fails here is on the books all the same, with a caller and without a
 * session. Threading: the session's thread only.
 */
public final class StatementPlanner {
    private final ClientContext client;
    private final SessionCommands commands;
    private final CascadePlanner cascades;
    private final CopyPlanner copies;

    public StatementPlanner(ClientContext client) {
        this.client = client;
        this.commands = new SessionCommands(client, this::plan);
        this.cascades = new CascadePlanner(client);
        this.copies = new CopyPlanner(client, cascades);
    }

    /**
     * Plans one part of the client's text.
     *
     * @param parameterTypes DuckDB type names that the client declared, "" where it left them open
     * @throws SqlException with a position in the client's whole text
     */
    public Plan plan(Script.Part written, List<String> parameterTypes) {
        Script.Part part = LongNames.cut(written, client.notices());
        long callers = client.tally().callers();
        try {
            return unbooked(part, parameterTypes, Optional.empty());
        } catch (SqlException e) {
            if (!SessionWords.holdsAnother(part.text())
                    && StatementParser.mentionsRvbbitStatement(part.text())
                    && !StatementParser.onlyExplains(part.text())
                    && client.tally().callers() == callers) {
                StatementBooks.refused(client, PasswordText.hidden(part.text()), e);
            }
            throw e;
        }
    }

    /**
     * A statement that has run before: a table that it makes may be there by now.
     *
     * @param decided what functions give that do not exist
     */
    Plan again(Script.Part part, List<String> parameterTypes, List<FallbackCall> decided) {
        return unbooked(part, parameterTypes, Optional.of(decided));
    }

    private Plan unbooked(
            Script.Part part, List<String> parameterTypes, Optional<List<FallbackCall>> before) {
        if (SessionWords.holdsAnother(part.text())) {
            checkClientSql(part);
            return plain(new PlainStatement(part.text(), part.offset()), parameterTypes, before);
        }
        Optional<CopyStatement> copy = CopyParser.parse(part);
        if (copy.isPresent()) {
            checkClientSql(part);
            return copies.plan(copy.get(), part.text(), before);
        }
        Statement statement = StatementParser.parse(part);
        checkClientSql(part);
        return plan(statement, parameterTypes, before);
    }

    /**
     * Reads a statement without regard to what exists: a script runs only if all of it can be read.
     *
     * @throws SqlException 42601 with a position in the client's whole text
     */
    public void checkSyntax(Script.Part part) {
        if (SessionWords.answers(part.text())
                || !(StatementParser.parse(part) instanceof PlainStatement plain)) {
            return;
        }
        String sql = positioned(plain).text();
        try {
            client.connection().checkSyntax(sql);
        } catch (SqlException e) {
            throw new TextPositions(plain.text(), plain.offset(), sql).inClientText(e);
        }
    }

    private static void checkClientSql(Script.Part part) {
        try {
            ClientSql.check(part.text());
        } catch (SqlException e) {
            throw e.shifted(part.offset());
        }
    }

    private Plan plan(
            Statement statement, List<String> parameterTypes, Optional<List<FallbackCall>> before) {
        return switch (statement) {
            case PlainStatement plain -> plain(plain, parameterTypes, before);
            case CascadeStatement cascade ->
                    new IncompleteCascades(
                                    client,
                                    cascades,
                                    cascade,
                                    parameterTypes,
                                    cascade.text(),
                                    before)
                            .plan(_ -> {});
            case ExplainStatement explain -> explain(explain, parameterTypes);
            case ResumeStatement resume -> ResumePlan.of(client, this, resume);
            case ReplayStatement replay -> ReplayPlan.of(client, cascades, replay);
            case PromoteStatement promote -> Promotion.plan(client, promote);
        };
    }

    private Plan explain(ExplainStatement statement, List<String> parameterTypes) {
        try {
            return new ExplainPlan(client, cascades, statement, parameterTypes);
        } catch (SqlException fault) {
            throw FallbackProbe.missing(fault).isPresent()
                            && client.settings().isOn(FallbackSettings.SWITCH)
                    ? fault.hint(
                            "EXPLAIN of a RVBBIT statement asks no model what is missing: run the"
                                    + " statement itself")
                    : fault;
        }
    }

    private Plan plain(
            PlainStatement statement,
            List<String> parameterTypes,
            Optional<List<FallbackCall>> before) {
        client.tellRoles();
        Optional<Plan> command = commands.plan(statement, parameterTypes);
        if (command.isPresent()) {
            return command.get();
        }
        FunctionUses.refuseInDefinition(statement);
        try {
            return existing(statement, parameterTypes);
        } catch (SqlException fault) {
            return FallbackPlanner.plan(
                    client,
                    new IncompletePlain(
                            client, statement, parameterTypes, statement.text(), before),
                    _ -> {},
                    fault);
        }
    }

    /** Whose functions there are. */
    private Plan existing(PlainStatement statement, List<String> parameterTypes) {
        Optional<Plan> calling = PlainPlan.calling(client, statement, parameterTypes);
        if (calling.isPresent()) {
            return calling.get();
        }
        Optional<Plan> session = SessionPlan.of(client, statement, parameterTypes);
        if (session.isPresent()) {
            return session.get();
        }
        DialectSql sql = positioned(statement);
        return DefinitionPlan.serves(sql)
                ? new DefinitionPlan(client, statement, sql)
                : PlainPlan.of(client, statement, sql, parameterTypes);
    }

    private DialectSql positioned(PlainStatement statement) {
        try {
            return ClientQuery.engine(client, statement.text());
        } catch (SqlException e) {
            throw e.shifted(statement.offset());
        }
    }
}
