package io.rvbbit.gateway.execution;

import io.rvbbit.udf.budget.Budget;
import io.rvbbit.udf.budget.BudgetAccount;
import io.rvbbit.udf.budget.StatementBudget;
import io.rvbbit.udf.llm.Picodollars;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What binds the statements of one session: their own budgets, the session's, role's and server's.
 *
 * <p>Each SET of the session's budget begins a new account; a ROLLBACK that undoes the SET brings
 * back the one before, with what was spent under it. Threading: the session's thread only.
 */
final class SessionBudgets {
    private final ClientContext client;
    private final Map<String, BudgetAccount> accounts = new HashMap<>();

    SessionBudgets(ClientContext client) {
        this.client = client;
    }

    /**
     * The budget of one execution.
     *
     * @param written the smallest that the statement itself names; null if it names none
     */
    StatementBudget of(@Nullable BigDecimal written) {
        List<Budget> binding = new ArrayList<>();
        own(written)
                .ifPresent(dollars ->
                        binding.add(
                                new BudgetAccount(
                                        "the statement's budget",
                                        "raise budget_dollars, lower max_tokens, or take fewer rows",
                                        Picodollars.atLeast(dollars))));
        session().ifPresent(binding::add);
        binding.addAll(client.services().budgets().of(client.user()));
        return new StatementBudget(binding);
    }

    /**
     * What the statement itself may spend, from the statement and the session; null for no bound.
     */
    @Nullable BigDecimal statement(@Nullable BigDecimal written) {
        return own(written).orElse(null);
    }

    /** The smaller one of what the statement and what the session says of each statement. */
    private Optional<BigDecimal> own(@Nullable BigDecimal written) {
        Optional<BigDecimal> set = dollars(Settings.BUDGET);
        if (written == null) {
            return set;
        }
        return Optional.of(set.map(written::min).orElse(written));
    }

    private Optional<BudgetAccount> session() {
        String begun = client.settings().sessionBudgetBegun();
        if (!client.settings().canRollBack()) {
            accounts.keySet().retainAll(Set.of(begun));
        }
        return dollars(Settings.SESSION_BUDGET)
                .map(dollars ->
                        accounts.computeIfAbsent(
                                begun,
                                _ ->
                                        new BudgetAccount(
                                                "the session's budget",
                                                "SET rvbbit.session_budget_dollars begins a new one",
                                                Picodollars.atLeast(dollars))));
    }

    private Optional<BigDecimal> dollars(String setting) {
        String value = client.settings().get(setting);
        return value.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(value));
    }
}
