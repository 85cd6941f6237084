/**
 * Budgets: what may still be spent, held so that spending never goes beyond it.
 *
 * <p>Start at {@link io.rvbbit.udf.budget.StatementBudget}, which is what a statement brings along;
 * its calls reserve in one {@link io.rvbbit.udf.budget.BudgetAccount} after the other (statement,
 * session, role, server) and settle when the reply tells the cost. Accounts of roles and of the
 * server are renewed by {@link io.rvbbit.udf.budget.PeriodBudget}.
 *
 * <p>Here must not live: what a call can cost at most and what it did cost ({@code llm}), and what
 * an unanswered row does to its statement ({@code udf}).
 */
@NullMarked
package io.rvbbit.udf.budget;

import org.jspecify.annotations.NullMarked;
