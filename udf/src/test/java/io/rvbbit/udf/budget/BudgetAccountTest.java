package io.rvbbit.udf.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.udf.budget.ServerBudgets.Past;
import io.rvbbit.udf.budget.ServerBudgets.Terms;
import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.ModelException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BudgetAccountTest {
    private static final long DOLLAR = 1_000_000_000_000L;

    private Instant now = Instant.parse("2026-11-30T23:59:59Z");

    @Test
    void it_says_what_is_spent_and_what_is_held() throws InterruptedException {
        BudgetAccount account = new BudgetAccount("the statement's budget", "pay more", DOLLAR);
        StatementBudget statement = new StatementBudget(List.of(account));
        Allowance allowance = statement.allowance();

        allowance.reserve(DOLLAR / 2, 1).settle(DOLLAR / 4);
        allowance.reserve(DOLLAR / 2, 1).keep();
        allowance.reserve(DOLLAR / 4, 1).release();

        assertThat(statement.usedUp()).isEmpty();
        assertThatThrownBy(() -> allowance.reserve(DOLLAR / 2, DOLLAR / 3))
                .isInstanceOf(ModelException.class)
                .hasMessage(
                        "budget used up: $0.25 of the statement's budget of $1.00 is spent, and"
                                + " $0.50 is held for calls whose cost is not known, and the next"
                                + " call may cost $0.50");
        assertThat(statement.usedUp()).isPresent();
    }

    @Test
    void rows_are_given_up_once_no_call_of_their_kind_can_fit() throws InterruptedException {
        BudgetAccount account = new BudgetAccount("the statement's budget", "", 100);
        StatementBudget statement = new StatementBudget(List.of(account));
        Allowance dear = statement.allowance();
        Allowance cheap = statement.allowance();

        assertThat(dear.exhausted()).isEmpty();
        assertThatThrownBy(() -> dear.reserve(101, 80)).isInstanceOf(ModelException.class);
        assertThat(dear.exhausted()).as("a shorter prompt may still fit").isEmpty();

        dear.reserve(90, 80).settle(30);
        assertThat(dear.exhausted()).as("70 are left, 80 is the least").isPresent();
        assertThat(cheap.exhausted()).as("another cascade may need less").isEmpty();
    }

    @Test
    void a_cost_beyond_the_reservation_is_booked_and_ends_it() throws InterruptedException {
        BudgetAccount account = new BudgetAccount("the statement's budget", "", 100);
        Allowance allowance = new StatementBudget(List.of(account)).allowance();

        allowance.reserve(90, 1).settle(140);

        assertThat(account.spent()).isEqualTo(140);
        assertThatThrownBy(() -> allowance.reserve(1, 1)).isInstanceOf(ModelException.class);
    }

    @Test
    void a_budget_of_nothing_lets_calls_through_that_cost_nothing() throws InterruptedException {
        BudgetAccount account = new BudgetAccount("the statement's budget", "", 0);
        Allowance allowance = new StatementBudget(List.of(account)).allowance();

        allowance.reserve(0, 0).settle(0);

        assertThatThrownBy(() -> allowance.reserve(1, 1)).isInstanceOf(ModelException.class);
    }

    @Test
    void what_does_not_fit_into_the_wider_budget_is_given_back_to_the_narrower()
            throws InterruptedException {
        BudgetAccount own = new BudgetAccount("the statement's budget", "", 100);
        BudgetAccount server = new BudgetAccount("the server's budget", "", 10);
        Allowance allowance = new StatementBudget(List.of(own, server)).allowance();

        assertThatThrownBy(() -> allowance.reserve(11, 11))
                .hasMessageContaining("the server's budget");

        assertThat(own.state().open()).isZero();
        allowance.reserve(10, 10).settle(10);
        assertThat(own.spent()).isEqualTo(10);
    }

    @Test
    void a_period_s_budget_is_renewed_and_the_old_one_settled_as_it_was() throws Exception {
        ServerBudgets budgets =
                new ServerBudgets(
                        Optional.of(new Terms(new BigDecimal("3"), Period.DAY)),
                        Map.of("ann", new Terms(new BigDecimal("2"), Period.MONTH)),
                        start ->
                                start.equals(Instant.parse("2026-11-01T00:00:00Z"))
                                        ? new Past(Map.of("ann", DOLLAR), Map.of("bob", DOLLAR))
                                        : new Past(Map.of("bob", DOLLAR), Map.of("ann", DOLLAR)),
                        () -> now);

        assertThat(budgets.of("ann"))
                .map(budget -> budget.account().summary())
                .containsExactly(
                        "$1.00 of the budget of role \"ann\" for 2026-11 of $2.00 is spent",
                        "$1.00 of the budget of the server for 2026-11-30 of $3.00 is spent, and"
                                + " $1.00 is held for calls whose cost is not known");
        assertThat(budgets.of("bob")).hasSize(1);
        Allowance allowance = new StatementBudget(budgets.of("ann")).allowance();
        Allowance.Reservation before = allowance.reserve(DOLLAR, DOLLAR);
        assertThatThrownBy(() -> allowance.reserve(DOLLAR + 1, 1))
                .isInstanceOf(ModelException.class);

        now = now.plusSeconds(1);
        allowance.reserve(2 * DOLLAR, DOLLAR).settle(DOLLAR);
        before.settle(DOLLAR);

        assertThat(budgets.of("ann"))
                .map(budget -> budget.account().summary())
                .containsExactly(
                        "$1.00 of the budget of role \"ann\" for 2026-12 of $2.00 is spent",
                        "$1.00 of the budget of the server for 2026-12-01 of $3.00 is spent");

        now = now.minusSeconds(5);
        assertThat(budgets.of("bob").getFirst().account().spent())
                .as("a clock that is set back brings no old period back")
                .isEqualTo(DOLLAR);
    }
}
