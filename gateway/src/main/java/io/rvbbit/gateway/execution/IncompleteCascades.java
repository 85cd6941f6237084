package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import io.rvbbit.rewriter.StatementParser;
import io.rvbbit.rewriter.Target.CreateTable;
import io.rvbbit.udf.FallbackCall;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A statement with RVBBIT clauses that calls functions which do not exist: in the query of a
 * clause, or around it.
 *
 * <p>Threading: the session's thread only.
 *
 * @param before what was decided when it ran before; empty if it has not
 */
record IncompleteCascades(
        ClientContext client,
        CascadePlanner planner,
        CascadeStatement statement,
        List<String> parameterTypes,
        String booked,
        Optional<List<FallbackCall>> before)
        implements IncompleteStatement {
    IncompleteCascades {
        parameterTypes = List.copyOf(parameterTypes);
    }

    /**
     * The statement's plan; that of {@link FallbackPlanner} if it is incomplete indeed.
     *
     * @param check as that of {@link FallbackPlanner#plan}
     */
    Plan plan(Consumer<Plan> check) {
        try {
            return new CascadePlan(client, planner, statement, parameterTypes, booked);
        } catch (SqlException fault) {
            return FallbackPlanner.plan(client, this, check, fault);
        }
    }

    @Override
    public String text() {
        return statement.text();
    }

    @Override
    public int offset() {
        return statement.offset();
    }

    @Override
    public Optional<CreateTable> makes() {
        return before.isPresent() ? Optional.empty() : StatementParser.created(text());
    }

    @Override
    public List<FallbackCall> decided() {
        return before.orElse(List.of());
    }

    @Override
    public String kind() {
        return CascadePlan.kind(statement);
    }

    @Override
    public Optional<SqlException> fault(String changed) {
        try {
            plan(changed).close();
            return Optional.empty();
        } catch (SqlException fault) {
            return Optional.of(fault);
        }
    }

    @Override
    public AccountedPlan plan(String changed) {
        TextPositions positions = new TextPositions(statement.text(), statement.offset(), changed);
        return new CascadePlan(
                client, planner, read(changed), parameterTypes, booked, positions::inClientText);
    }

    private CascadeStatement read(String changed) {
        if (StatementParser.parse(new Script.Part(changed, 0)) instanceof CascadeStatement same) {
            return new CascadeStatement(same.text(), 0, statement.target(), same.calls());
        }
        throw new SqlException(SqlState.INTERNAL_ERROR, "the RVBBIT clause has been lost");
    }
}
