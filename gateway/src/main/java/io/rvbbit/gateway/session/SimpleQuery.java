package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Plan;
import io.rvbbit.gateway.execution.Transaction;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.List;

/**
 * Runs a text of any number of statements: one message, and so one transaction if none is open.
 *
 * <p>Threading: the session's thread only.
 */
final class SimpleQuery {
    private final Statements statements;
    private final Portals portals;
    private final ResultSink results;
    private final Transaction transaction;
    private final PortalRunner runner;

    SimpleQuery(
            Statements statements,
            Portals portals,
            ResultSink results,
            Transaction transaction,
            PortalRunner runner) {
        this.statements = statements;
        this.portals = portals;
        this.results = results;
        this.transaction = transaction;
        this.runner = runner;
    }

    /**
     * @throws SqlException of the first statement that fails; those behind it are not begun
     */
    void run(String sql) {
        statements.drop("");
        portals.drop("");
        List<Script.Part> parts = Script.split(sql).parts();
        if (parts.size() > 1) {
            statements.checkSyntax(parts);
        }
        for (int index = 0; index < parts.size(); index++) {
            transaction.begins(parts.size() > 1);
            run(parts.get(index), index == parts.size() - 1);
        }
        if (parts.isEmpty()) {
            results.empty();
        }
        transaction.messageEnds();
    }

    private void run(Script.Part part, boolean last) {
        try (Prepared prepared = statements.plan(part, List.of())) {
            refuseParameters(prepared);
            List<Format> formats = cursorFormats(prepared);
            try (Portal portal = new Portal(prepared, List.of(), formats)) {
                List<Column> columns = prepared.columns();
                if (prepared.isConstant()) {
                    runner.begin(portal);
                }
                if (prepared.givesRows()) {
                    results.columns(columns, formats);
                }
                runner.run(portal, 0, last);
            }
        }
    }

    /** FETCH of a BINARY cursor: the one way to binary values in a simple query. */
    private List<Format> cursorFormats(Prepared prepared) {
        boolean binary =
                prepared.plan()
                        .flatMap(Plan::move)
                        .flatMap(move -> portals.find(move.portal()))
                        .filter(Portal::isBinary)
                        .isPresent();
        return binary ? List.of(Format.BINARY) : List.of();
    }

    private static void refuseParameters(Prepared prepared) {
        if (!prepared.parameterOids().isEmpty()) {
            throw new SqlException(SqlState.UNDEFINED_PARAMETER, "there is no parameter $1")
                    .hint("bind parameters by the extended query protocol");
        }
    }
}
