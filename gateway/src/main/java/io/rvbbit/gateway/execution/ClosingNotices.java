package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.RowBound;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.QueryTotals;
import java.util.List;

/** What a client is told at the end of a statement that ran cascades. Threading: stateless. */
final class ClosingNotices {
    private ClosingNotices() {}

    /** {@code leftOut}: rows of a RUN were left out. */
    static void tell(
            ClientContext client,
            AccountedStatement statement,
            OpenedScope opened,
            QueryTotals totals,
            boolean leftOut) {
        tellComparison(client, opened);
        ReplayedStatement replayed = statement.replayed();
        if (replayed != null) {
            replayed.tell(opened.scope().caller());
        }
        tellTruncation(client, statement.bounds(), totals, leftOut);
        tellFailures(client, opened, totals);
        if (!totals.usage().priced()) {
            client.notices()
                    .tell(
                            Notices.Severity.NOTICE,
                            SqlState.WARNING,
                            "the cost of some model calls is not known: the endpoint reports none"
                                    + " and no price is configured",
                            "add the model to prices: in the server's configuration");
        }
    }

    /** What of a resumed statement's rows had been there before. */
    private static void tellComparison(ClientContext client, OpenedScope opened) {
        opened.journal()
                .comparison()
                .ifPresent(rows ->
                        client.notices()
                                .notice(
                                        SqlState.SUCCESSFUL_COMPLETION,
                                        "resumed: %d rows as before, %d new or changed, %d gone"
                                                .formatted(
                                                        rows.unchanged(),
                                                        rows.added(),
                                                        rows.gone())));
    }

    private static void tellTruncation(
            ClientContext client, List<RowBound> bounds, QueryTotals totals, boolean leftOut) {
        for (int call = 0; call < bounds.size(); call++) {
            RowBound bound = bounds.get(call);
            boolean cut = totals.truncatedCalls().contains(call) || leftOut;
            if (cut && bound.reason() == RowBound.Reason.DEFAULT) {
                client.notices()
                        .tell(
                                Notices.Severity.NOTICE,
                                SqlState.WARNING,
                                "the input was limited to " + bound.rows() + " rows",
                                "write LIMIT into the query, or WITH (limit = n) or WITH (limit ="
                                        + " none)");
            }
        }
    }

    private static void tellFailures(ClientContext client, OpenedScope opened, QueryTotals totals) {
        if (!totals.failureSummary().isEmpty()) {
            client.notices().warning(SqlState.WARNING, totals.failureSummary());
        }
        if (totals.unpaid() > 0) {
            client.notices()
                    .warning(
                            SqlState.CONFIGURATION_LIMIT_EXCEEDED,
                            "budget used up: %s; %d of %d rows are missing"
                                    .formatted(
                                            opened.budget().usedUp().orElse(""),
                                            totals.unpaid(),
                                            totals.answers()));
        }
    }
}
