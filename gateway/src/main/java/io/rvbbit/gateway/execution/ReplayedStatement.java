package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.ReplayedCall;
import io.rvbbit.rewriter.RowBound;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.StreamedMap;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.JournalHead;
import io.rvbbit.udf.Replay;
import io.rvbbit.udf.llm.Picodollars;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The statement that one execution of a REPLAY asks again: its rows, and what is told of them.
 *
 * <p>Threading: the session's thread only.
 */
final class ReplayedStatement {
    private final ClientContext client;
    private final JournalHead head;
    private final ReplayedCall call;
    private final RowBound bound;
    private Optional<EarlierRun> earlier = Optional.empty();
    private @Nullable Replay rows;

    ReplayedStatement(ClientContext client, JournalHead head, ReplayedCall call, RowBound bound) {
        this.client = client;
        this.head = head;
        this.call = call;
        this.bound = bound;
    }

    CallerId caller() {
        return new CallerId(head.caller());
    }

    /**
     * Its rows, which are the caller's to close.
     *
     * @throws SqlException 55006 if it runs, 54000 if it had more rows than the server maps
     */
    Replay open() {
        earlier = EarlierRun.of(client.services().books(), caller());
        boolean whole = earlier.filter(EarlierRun::hadAllRows).isPresent();
        Replay opened = client.services().journals().replay(head, whole, bound.rows());
        if (bound.isMaximum() && opened.answered() > bound.rows()) {
            opened.close();
            throw new SqlException(
                            SqlState.PROGRAM_LIMIT_EXCEEDED,
                            "more than " + bound.rows() + " rows, the server's maximum")
                    .hint("WITH (limit = n), or max-rows in the server's configuration");
        }
        rows = opened;
        return opened;
    }

    /** Once its rows are open. */
    StreamedMap streamed(String caller, String stage) {
        Replay opened = rows;
        if (opened == null) {
            throw new IllegalStateException("the rows of " + head.caller() + " are not open");
        }
        StreamedMap map = call.streamed(caller, opened.count(), stage);
        return new StreamedMap(
                map.call(), map.input(), ClientQuery.engineText(client, map.output()));
    }

    /** How the answers compare, and what is missing. */
    void tell(CallerId replay) {
        Replay opened = rows;
        if (opened == null) {
            return;
        }
        Replay.Comparison found = opened.comparison();
        var now = client.services().totals().soFar(replay).totals().usage();
        client.notices()
                .notice(
                        SqlState.SUCCESSFUL_COMPLETION,
                        "replayed: %d rows, %d same, %d changed, %d failed; cost %s before, %s now"
                                .formatted(
                                        found.rows(),
                                        found.same(),
                                        found.changed(),
                                        found.failed(),
                                        cost(found.oldCostUsd(), found.unknownCosts() == 0),
                                        cost(now.costUsd(), now.priced())));
        if (earlier.filter(EarlierRun::hadAllRows).isEmpty()) {
            tellMissing(opened);
        }
    }

    private static String cost(BigDecimal usd, boolean known) {
        return (known ? "" : "at least ") + Picodollars.words(Picodollars.atLeast(usd));
    }

    private void tellMissing(Replay opened) {
        String ended = earlier.map(EarlierRun::status).orElse("orphaned");
        long missing = earlier.map(EarlierRun::rowsRead).orElse(0L) - opened.answered();
        client.notices()
                .tell(
                        Notices.Severity.NOTICE,
                        SqlState.WARNING,
                        "statement \"%s\" ended as %s: its %d answered rows are replayed%s"
                                .formatted(
                                        caller(),
                                        ended,
                                        opened.answered(),
                                        missing > 0
                                                ? ", " + missing + " more that it had read are not"
                                                : ""),
                        "RVBBIT RESUME completes it");
    }
}
