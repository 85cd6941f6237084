package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.ResumeStatement;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.Journal;
import io.rvbbit.udf.JournalHead;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * RESUME: the stored statement asked again under its own caller; what its journal has been paid for
 * is not paid again.
 *
 * <p>Threading: the session's thread only.
 */
final class ResumePlan implements Plan {
    /** What changes rows also where it returns some. */
    private static final Set<String> CHANGING = Set.of("INSERT", "UPDATE", "DELETE", "MERGE");

    private final ClientContext client;
    private final CallerId caller;
    private final JournalHead head;
    private final @Nullable BigDecimal budgetDollars;
    private final AccountedPlan plan;

    private ResumePlan(
            ClientContext client,
            CallerId caller,
            JournalHead head,
            @Nullable BigDecimal budgetDollars,
            AccountedPlan plan) {
        this.client = client;
        this.caller = caller;
        this.head = head;
        this.budgetDollars = budgetDollars;
        this.plan = plan;
    }

    /**
     * @throws SqlException 42704 for a caller without a journal, 42501 for somebody else's, 55000
     *     if what it reads is not there any more
     */
    static Plan of(ClientContext client, StatementPlanner planner, ResumeStatement statement) {
        StoredStatement stored = StoredStatement.of(client, statement.callerId());
        JournalHead head = stored.head();
        BigDecimal budget = statement.options().budgetDollars();
        AccountedPlan plan =
                StoredSettings.under(client, settings(head, budget), () -> planned(planner, head));
        return new ResumePlan(client, stored.caller(), head, budget, plan);
    }

    private static AccountedPlan planned(StatementPlanner planner, JournalHead head) {
        Plan plan;
        try {
            plan =
                    planner.again(
                            new Script.Part(head.statement(), 0),
                            head.parameterTypes(),
                            head.decided());
        } catch (SqlException e) {
            if (e.state() == SqlState.UNDEFINED_TABLE
                    || e.state() == SqlState.INVALID_SCHEMA_NAME) {
                throw new SqlException(
                                SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                                "the statement cannot go on: " + e.getMessage())
                        .hint("what it reads must still be there: use a table");
            }
            throw e.at(0);
        }
        if (plan instanceof CopyOutPlan copy) {
            plan = copy.query();
        }
        if (plan instanceof PlainPlan plain) {
            plan = plain.current();
        }
        if (plan instanceof AccountedPlan accounted) {
            return accounted;
        }
        plan.close();
        throw new SqlException(
                SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                "the statement runs no cascade any more");
    }

    /** As they were; a budget that the client names stands in for the one they have. */
    private static Map<String, String> settings(JournalHead head, @Nullable BigDecimal budget) {
        Map<String, String> stored = new LinkedHashMap<>(head.settings());
        if (budget != null) {
            stored.put(Settings.BUDGET, "");
        }
        return stored;
    }

    @Override
    public List<Column> columns() {
        return plan.columns();
    }

    @Override
    public boolean givesRows() {
        return plan.givesRows();
    }

    @Override
    public Role role() {
        return plan.role();
    }

    @Override
    public boolean spends() {
        return true;
    }

    @Override
    public Optional<JournalEntry> journal(List<@Nullable Object> parameters) {
        return plan.journal(parameters);
    }

    @Override
    public Execution start(List<@Nullable Object> parameters, Cancellation cancellation) {
        // First of all: a statement that still runs is refused before its books are touched.
        Journal journal = client.services().journals().resume(caller);
        try {
            return start(journal, cancellation);
        } catch (RuntimeException fault) {
            journal.close();
            throw fault;
        }
    }

    private Execution start(Journal journal, Cancellation cancellation) {
        Optional<EarlierRun> earlier = EarlierRun.of(client.services().books(), caller);
        CommandTag tag = CommandTag.of(head.statement());
        boolean stores = CHANGING.contains(tag.words()) || !plan.givesRows();
        if (stores && earlier.filter(EarlierRun::isComplete).isPresent()) {
            journal.close();
            return RowsPlan.command(
                            tag.complete(0),
                            () ->
                                    client.notices()
                                            .notice(
                                                    SqlState.SUCCESSFUL_COMPLETION,
                                                    "statement \""
                                                            + caller
                                                            + "\" is complete, nothing is done"))
                    .start(List.of(), cancellation);
        }
        return StoredSettings.under(
                client,
                settings(head, budgetDollars),
                () ->
                        AccountedExecution.resume(
                                client,
                                plan.accounted(),
                                new Resumption(caller, journal, earlier, budgetDollars),
                                StoredParameters.read(head.parameters()),
                                cancellation));
    }

    @Override
    public void close() {
        plan.close();
    }
}
