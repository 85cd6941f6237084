package io.rvbbit.udf.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every order in which a few threads can meet at an account. */
final class BudgetInterleavingsTest {
    private final Interleavings interleavings = new Interleavings();

    private BudgetAccount account(String title, long limit) {
        return new BudgetAccount(title, "", interleavings.cell(limit));
    }

    /** What became of the actors' attempts in one run. */
    private static final class Outcomes {
        final List<Long> paid = new ArrayList<>();
        int refused;

        long sum() {
            return paid.stream().mapToLong(Long::longValue).sum();
        }
    }

    private static Interleavings.Work attempt(
            List<BudgetAccount> accounts, long reserved, long actual, Outcomes outcomes) {
        return () -> {
            try {
                Hold hold = Hold.take(List.copyOf(accounts), reserved);
                for (BudgetAccount account : accounts) {
                    BudgetState state = account.state();
                    assertThat(state.spent() + state.kept() + state.open())
                            .isLessThanOrEqualTo(state.limit());
                }
                outcomes.paid.add(actual);
                hold.settle(actual);
            } catch (Hold.Refused refused) {
                outcomes.refused++;
            }
        };
    }

    private static void assertIdle(BudgetAccount account, long spent) {
        assertThat(account.state().open()).isZero();
        assertThat(account.state().waiting()).isEmpty();
        assertThat(account.spent()).isEqualTo(spent);
    }

    @Test
    void an_account_is_never_overspent_and_nobody_waits_for_ever() {
        long runs =
                interleavings.explore(() -> {
                    BudgetAccount account = account("a", 10);
                    Outcomes outcomes = new Outcomes();
                    return new Interleavings.World(
                            List.of(
                                    attempt(List.of(account), 6, 5, outcomes),
                                    attempt(List.of(account), 6, 2, outcomes),
                                    attempt(List.of(account), 3, 3, outcomes)),
                            () -> {
                                assertIdle(account, outcomes.sum());
                                assertThat(outcomes.sum()).isLessThanOrEqualTo(10);
                                // The second six fits if the other one cost little before it.
                                assertThat(outcomes.refused).isLessThanOrEqualTo(1);
                                assertThat(account.left())
                                        .as("nobody is refused what is left")
                                        .isLessThan(outcomes.refused == 0 ? 11 : 6);
                            });
                });

        assertThat(runs).isGreaterThan(1_000);
    }

    @Test
    void two_accounts_are_taken_together_or_not_at_all() {
        long runs =
                interleavings.explore(() -> {
                    BudgetAccount one = account("statement 1", 4);
                    BudgetAccount other = account("statement 2", 9);
                    BudgetAccount server = account("server", 6);
                    Outcomes outcomes = new Outcomes();
                    return new Interleavings.World(
                            List.of(
                                    attempt(List.of(one, server), 4, 3, outcomes),
                                    attempt(List.of(other, server), 4, 1, outcomes)),
                            () -> {
                                assertIdle(server, outcomes.sum());
                                assertIdle(one, outcomes.paid.contains(3L) ? 3 : 0);
                                assertIdle(other, outcomes.paid.contains(1L) ? 1 : 0);
                            });
                });

        assertThat(runs).isGreaterThan(100);
    }

    @Test
    void who_gives_up_waiting_takes_nothing_along() {
        long runs =
                interleavings.explore(() -> {
                    BudgetAccount account = account("a", 5);
                    List<String> ends = new ArrayList<>();
                    Interleavings.Work holds =
                            () -> {
                                try {
                                    Hold.take(List.of(account), 5).settle(1);
                                } catch (Hold.Refused refused) {
                                    ends.add("refused");
                                }
                            };
                    Interleavings.Work waits =
                            () -> {
                                try {
                                    Hold.take(List.of(account), 4).settle(1);
                                    ends.add("had it");
                                } catch (Hold.Refused refused) {
                                    ends.add("refused");
                                } catch (InterruptedException gaveUp) {
                                    ends.add("gave up");
                                }
                            };
                    Interleavings.Work cancels = () -> interleavings.interrupt(1);
                    return new Interleavings.World(
                            List.of(holds, waits, cancels),
                            () -> {
                                long spent = account.spent();
                                assertIdle(account, spent);
                                assertThat(ends).hasSize(spent == 2 ? 1 : ends.size());
                                if (ends.contains("gave up")) {
                                    assertThat(spent).isLessThanOrEqualTo(1);
                                }
                            });
                });

        assertThat(runs).isGreaterThan(50);
    }

    @Test
    void an_overrun_stops_those_who_wait() {
        interleavings.explore(() -> {
            BudgetAccount account = account("a", 5);
            Outcomes outcomes = new Outcomes();
            return new Interleavings.World(
                    List.of(
                            attempt(List.of(account), 4, 9, outcomes),
                            attempt(List.of(account), 4, 4, outcomes)),
                    () -> {
                        assertIdle(account, outcomes.sum());
                        // Whoever came second found either 1 left or 4 too much.
                        assertThat(outcomes.paid).hasSize(1);
                        assertThat(outcomes.refused).isEqualTo(1);
                    });
        });
    }
}
