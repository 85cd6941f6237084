package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.Statement.PlainStatement;
import io.rvbbit.rewriter.StatementParser;
import io.rvbbit.rewriter.Target.CreateTable;
import io.rvbbit.udf.FallbackCall;
import java.util.List;
import java.util.Optional;

/**
 * Plain SQL that calls functions which do not exist.
 *
 * <p>Threading: the session's thread only.
 *
 * @param before what was decided when it ran before; empty if it has not
 */
record IncompletePlain(
        ClientContext client,
        PlainStatement statement,
        List<String> parameterTypes,
        String booked,
        Optional<List<FallbackCall>> before)
        implements IncompleteStatement {
    private static final String KIND = "ai_fallback";

    IncompletePlain {
        parameterTypes = List.copyOf(parameterTypes);
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
        return KIND;
    }

    @Override
    public Optional<SqlException> fault(String changed) {
        try {
            String sql = ClientQuery.engineText(client, changed);
            TextPositions positions = new TextPositions(statement.text(), statement.offset(), sql);
            try (EnginePrepared _ = client.connection().prepare(sql, parameterTypes)) {
                return Optional.empty();
            } catch (SqlException fault) {
                return Optional.of(positions.inClientText(fault));
            }
        } catch (SqlException fault) {
            return Optional.of(fault.at(0));
        }
    }

    @Override
    public AccountedPlan plan(String changed) {
        return new FunctionPlan(client, statement, parameterTypes, booked, KIND, changed);
    }
}
