package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.ClientContext;
import io.rvbbit.gateway.execution.CopyInExecution;
import io.rvbbit.gateway.execution.CopyInPlan;
import io.rvbbit.gateway.execution.CopyOutPlan;
import io.rvbbit.gateway.execution.CopyPlan;
import io.rvbbit.gateway.execution.Execution;
import io.rvbbit.gateway.execution.Plan;
import io.rvbbit.gateway.wire.BackendMessage.CommandComplete;
import io.rvbbit.gateway.wire.BackendMessage.EmptyQueryResponse;
import io.rvbbit.gateway.wire.BackendMessage.PortalSuspended;
import io.rvbbit.gateway.wire.BackendMessage.TransactionStatus;
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
 * Runs portals, one at a time, and knows what state that leaves the transaction in.
 *
 * <p>Threading: the session's thread, except {@link #cancel}.
 */
final class PortalRunner {
    private static final Duration REPEAT_CANCEL = Duration.ofMillis(50);

    private final ClientContext client;
    private final Replies replies;
    private final RowWriter rows;
    private final Mailbox mailbox;
    private final ScheduledExecutorService timers;
    private final AtomicReference<Optional<Cancellation>> current =
            new AtomicReference<>(Optional.empty());
    private boolean failed;

    PortalRunner(
            ClientContext client,
            Replies replies,
            RowWriter rows,
            Mailbox mailbox,
            ScheduledExecutorService timers) {
        this.client = client;
        this.replies = replies;
        this.rows = rows;
        this.mailbox = mailbox;
        this.timers = timers;
    }

    TransactionStatus status() {
        if (failed) {
            return TransactionStatus.FAILED;
        }
        return client.connection().inTransaction()
                ? TransactionStatus.IN_TRANSACTION
                : TransactionStatus.IDLE;
    }

    /** Stops the statement that runs now, if one does. Threading: any thread. */
    void cancel(String reason) {
        current.get()
                .ifPresent(statement -> {
                    statement.cancel(reason);
                    repeat(statement, reason);
                });
    }

    /**
     * An interrupt that comes just before the engine begins to execute is lost: so say it again.
     */
    private void repeat(Cancellation statement, String reason) {
        if (!timers.isShutdown()) {
            ScheduledFuture<?> _ =
                    timers.schedule(
                            () -> {
                                if (current.get().filter(now -> now == statement).isPresent()) {
                                    statement.cancel(reason);
                                    repeat(statement, reason);
                                }
                            },
                            REPEAT_CANCEL.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    /** In a failed transaction only its end is taken. */
    void checkTransaction(Optional<Plan> plan) {
        if (failed
                && plan.map(Plan::transactionEffect)
                        .filter(effect ->
                                effect == Plan.TransactionEffect.COMMIT
                                        || effect == Plan.TransactionEffect.ROLLBACK)
                        .isEmpty()) {
            throw new SqlException(
                    SqlState.IN_FAILED_TRANSACTION,
                    "current transaction is aborted, commands ignored until end of transaction"
                            + " block");
        }
    }

    boolean isFailed() {
        return failed;
    }

    /** A statement has failed: an open transaction is lost. */
    void statementFailed() {
        failed = failed || client.connection().inTransaction();
    }

    /**
     * Runs a portal, or runs it on.
     *
     * @param maxRows rows after which it is suspended; 0 for all
     */
    void run(Portal portal, int maxRows) {
        Optional<Plan> plan = portal.prepared().plan();
        if (plan.isEmpty()) {
            replies.send(new EmptyQueryResponse());
            return;
        }
        checkTransaction(plan);
        Cancellation told = portal.cancellation();
        Cancellation cancellation = told == null ? new Cancellation() : told;
        current.set(Optional.of(cancellation));
        Optional<ScheduledFuture<?>> timer = timer(cancellation);
        try {
            Execution execution = portal.execution();
            if (execution == null) {
                execution = plan.get().start(portal.parameters(), cancellation);
                portal.started(execution, cancellation);
                replies.flush();
            }
            if (plan.get() instanceof CopyPlan copy) {
                copy(portal, copy, execution, cancellation);
            } else {
                fetch(portal, plan.get().columns(), maxRows);
            }
        } catch (RuntimeException e) {
            rows.abandon();
            throw e;
        } finally {
            timer.ifPresent(scheduled -> scheduled.cancel(false));
            current.set(Optional.empty());
        }
    }

    private void fetch(Portal portal, List<Column> columns, int maxRows) {
        RowEncoder encoder = new RowEncoder(columns, portal.formats(), client.settings());
        long sent = 0;
        boolean suspended = false;
        while (true) {
            if (maxRows > 0 && sent == maxRows) {
                suspended = true;
                break;
            }
            if (!portal.hasRow()) {
                break;
            }
            int row = portal.takeRow();
            if (!columns.isEmpty()) {
                encoder.encode(portal.chunk(), row, rows.buffer());
                rows.rowEnded();
                sent++;
            }
        }
        rows.finish();
        if (suspended) {
            replies.send(new PortalSuspended());
            return;
        }
        complete(portal, sent);
    }

    /** COPY through the connection is one exchange, however few rows are asked for. */
    private void copy(
            Portal portal, CopyPlan plan, Execution execution, Cancellation cancellation) {
        if (portal.isComplete()) {
            throw new SqlException(
                    SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE, "portal cannot be run again");
        }
        long sent = 0;
        switch (plan) {
            case CopyOutPlan out ->
                    sent = new CopyOut(out, rows, replies, client.settings()).send(portal);
            case CopyInPlan _ -> {
                if (execution instanceof CopyInExecution in) {
                    new CopyIn(in, mailbox, cancellation, client.settings().timeZone())
                            .receive(replies);
                }
                boolean _ = portal.hasRow();
            }
        }
        complete(portal, sent);
    }

    private void complete(Portal portal, long sent) {
        Execution execution = portal.execution();
        String tag = execution == null ? "SELECT 0" : execution.tag(sent);
        transactionMoved(portal);
        replies.send(new CommandComplete(tag));
    }

    private void transactionMoved(Portal portal) {
        portal.prepared()
                .plan()
                .map(Plan::transactionEffect)
                .filter(effect -> effect != Plan.TransactionEffect.NONE)
                .ifPresent(_ -> failed = false);
    }

    private Optional<ScheduledFuture<?>> timer(Cancellation cancellation) {
        Duration timeout = client.settings().statementTimeout();
        if (timeout.isZero()) {
            return Optional.empty();
        }
        return Optional.of(
                timers.schedule(
                        () -> {
                            cancellation.cancel(Cancellation.TIMEOUT);
                            repeat(cancellation, Cancellation.TIMEOUT);
                        },
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS));
    }
}
