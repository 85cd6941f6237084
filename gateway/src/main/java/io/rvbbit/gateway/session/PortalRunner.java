package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.ClientContext;
import io.rvbbit.gateway.execution.CopyInExecution;
import io.rvbbit.gateway.execution.CopyInPlan;
import io.rvbbit.gateway.execution.CopyOutPlan;
import io.rvbbit.gateway.execution.CopyPlan;
import io.rvbbit.gateway.execution.CursorMove;
import io.rvbbit.gateway.execution.Execution;
import io.rvbbit.gateway.execution.Plan;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs portals, one at a time.
 *
 * <p>Threading: the session's thread, except {@link #cancel}.
 */
final class PortalRunner {
    private static final Duration REPEAT_CANCEL = Duration.ofMillis(50);

    private final ClientContext client;
    private final ResultSink results;
    private final ScheduledExecutorService timers;
    private final AtomicReference<Optional<Cancellation>> current =
            new AtomicReference<>(Optional.empty());
    private final Portals portals;

    PortalRunner(
            ClientContext client,
            ResultSink results,
            Portals portals,
            ScheduledExecutorService timers) {
        this.client = client;
        this.results = results;
        this.portals = portals;
        this.timers = timers;
    }

    /** Stops the statement that runs now, if one does. Threading: any thread. */
    void cancel(String reason) {
        current.get().ifPresent(statement -> statement.cancel(reason));
        client.cancelPlanning(reason);
    }

    /** What one portal is stopped by, whoever stops it. */
    private Cancellation cancellation() {
        Cancellation statement = new Cancellation();
        statement.onCancel(() -> repeat(statement));
        return statement;
    }

    /**
     * An interrupt that comes just before the engine begins to execute is lost: so say it again.
     */
    private void repeat(Cancellation statement) {
        if (!timers.isShutdown()) {
            ScheduledFuture<?> _ =
                    timers.schedule(
                            () -> {
                                if (current.get().filter(now -> now == statement).isPresent()) {
                                    statement.cancel(Cancellation.USER_REQUEST);
                                }
                            },
                            REPEAT_CANCEL.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Runs a portal, or runs it on.
     *
     * @param maxRows rows after which it is suspended; 0 for all
     * @param last whether nothing but the end of the client's message follows
     */
    void run(Portal portal, int maxRows, boolean last) {
        Optional<Plan> planned = portal.prepared().plan();
        if (planned.isEmpty()) {
            results.empty();
            return;
        }
        Plan plan = planned.get();
        client.tally().begins(portal.prepared().words(), plan.spends());
        client.transaction().check(plan.role());
        if (plan.role() == Plan.Role.WRITES) {
            portals.bound(portal).forEach(this::begin);
        }
        Optional<Portal> target = plan.move().map(portals::target);
        if (portal.isComplete() && !plan.givesRows()) {
            throw new SqlException(
                    SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                    "portal \"" + portals.nameOf(portal) + "\" cannot be run");
        }
        Cancellation told = target.orElse(portal).cancellation();
        Cancellation cancellation = told == null ? cancellation() : told;
        current.set(Optional.of(cancellation));
        Optional<ScheduledFuture<?>> timer = timer(cancellation);
        portals.runs(portal);
        try {
            if (target.isPresent()) {
                start(target.get(), cancellation, false);
            }
            if (!portal.isStarted()) {
                if (target.isPresent()) {
                    portal.walks(walk(target.get(), plan), cancellation);
                } else {
                    boolean partly = maxRows > 0 && plan.givesRows();
                    start(portal, cancellation, last && !partly);
                    results.begins();
                }
            }
            if (plan instanceof CopyPlan copy) {
                copy(portal, copy, cancellation);
            } else {
                fetch(portal, plan, maxRows);
            }
        } catch (RuntimeException e) {
            results.abandonRows();
            throw e;
        } finally {
            portals.runs(null);
            timer.ifPresent(scheduled -> scheduled.cancel(false));
            current.set(Optional.empty());
        }
    }

    /** Starts a statement over constants: its faults are told before its columns. */
    void begin(Portal portal) {
        portal.prepared()
                .plan()
                .ifPresent(plan -> {
                    client.tally().begins(portal.prepared().words(), plan.spends());
                    client.transaction().check(plan.role());
                });
        start(portal, cancellation(), true);
    }

    private static PortalWalk walk(Portal target, Plan plan) {
        PortalRows there = target.rows();
        if (there == null) {
            throw new IllegalStateException("the portal has not begun");
        }
        CursorMove move = plan.move().orElseThrow();
        there.demand(move.rowsAhead(there.position()));
        return new PortalWalk(there, move, target.scroll());
    }

    /** Starts the portal's own statement, if it does not run yet. */
    private void start(Portal portal, Cancellation cancellation, boolean last) {
        if (portal.isStarted()) {
            return;
        }
        Plan plan = portal.prepared().plan().orElseThrow();
        portal.changes(
                client.transaction()
                        .before(plan, portal.prepared().words(), portal.parameters(), last));
        Execution execution = plan.start(portal.parameters(), cancellation);
        portal.started(execution, portals.rows(portal, execution), cancellation);
    }

    private void fetch(Portal portal, Plan plan, int maxRows) {
        boolean quiet = plan.move().map(CursorMove::quiet).orElse(false);
        List<Column> columns = plan.columns();
        ResultSink.Rows rows = results.rows(columns, portal.shownFormats(), client.settings());
        RowIterator iterator = portal.iterator();
        PortalRows source = portal.rows();
        if (source != null) {
            source.demand(maxRows > 0 ? maxRows : Long.MAX_VALUE);
            source.beforeWaiting(results::flushRows);
        }
        long sent = 0;
        boolean suspended = false;
        while (true) {
            if (maxRows > 0 && sent == maxRows && plan.givesRows()) {
                suspended = true;
                break;
            }
            if (!iterator.next()) {
                break;
            }
            sent++;
            if (plan.givesRows() && !quiet) {
                rows.row(iterator.chunk(), iterator.row());
            }
        }
        results.rowsEnd();
        long all = portal.sent(sent);
        if (suspended) {
            results.suspended();
            return;
        }
        complete(portal, plan, sent, all);
    }

    /** COPY through the connection is one exchange, however few rows are asked for. */
    private void copy(Portal portal, CopyPlan plan, Cancellation cancellation) {
        long sent = 0;
        PortalRows source = portal.rows();
        if (source != null) {
            source.beforeWaiting(results::flushRows);
        }
        switch (plan) {
            case CopyOutPlan out ->
                    sent = results.copyOut(out, portal.iterator(), client.settings());
            case CopyInPlan _ -> {
                if (portal.execution().orElseThrow() instanceof CopyInExecution in) {
                    results.copyIn(in, cancellation, client.settings());
                }
                boolean _ = portal.iterator().next();
            }
        }
        complete(portal, plan, sent, portal.sent(sent));
    }

    /**
     * Tells the end, and the first time the transaction too.
     *
     * @param all rows since the portal began
     */
    private void complete(Portal portal, Plan plan, long sent, long all) {
        boolean again = portal.isComplete();
        portal.completed();
        if (!again) {
            client.tally().completed();
            client.transaction().completed(plan, tag(portal, plan, all), portal.change());
        }
        results.complete(tag(portal, plan, sent));
    }

    private static String tag(Portal portal, Plan plan, long count) {
        return plan.move()
                .map(move -> (move.quiet() ? "MOVE " : "FETCH ") + count)
                .or(() -> portal.execution().map(execution -> execution.tag(count)))
                .orElse("SELECT " + count);
    }

    private Optional<ScheduledFuture<?>> timer(Cancellation cancellation) {
        Duration timeout = client.settings().statementTimeout();
        if (timeout.isZero()) {
            return Optional.empty();
        }
        return Optional.of(
                timers.schedule(
                        () -> cancellation.cancel(Cancellation.TIMEOUT),
                        client.left(timeout).toMillis(),
                        TimeUnit.MILLISECONDS));
    }
}
