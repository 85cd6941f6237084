package io.rvbbit.udf.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.udf.llm.Allowance;
import io.rvbbit.udf.llm.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A thousand random statements against a bill that is kept apart from the accounts. */
final class BudgetModelTest {
    private static final int RUNS = 1_000;
    private static final long SEED = 20_261_123L;

    /** Prices and threads of one run. */
    private record Plan(
            int statements, int parallel, long mostReserved, double dearness, double aborted) {
        static Plan random(SplittableRandom random) {
            return new Plan(
                    random.nextInt(1, 4),
                    random.nextInt(1, 25),
                    random.nextLong(1, 1_000_000_000_000L),
                    random.nextDouble(),
                    random.nextBoolean() ? 0 : random.nextDouble() / 5);
        }

        /** Between an amount that allows for some calls and one that allows for many. */
        long budget(SplittableRandom random) {
            return Math.multiplyExact(
                    mostReserved, (long) parallel * statements + random.nextLong(1, 60));
        }

        int calls() {
            return 40_000;
        }
    }

    @Test
    void nothing_is_ever_overspent_and_little_is_left_unused()
            throws InterruptedException, ExecutionException {
        SplittableRandom random = new SplittableRandom(SEED);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int run = 0; run < RUNS; run++) {
                Plan plan = Plan.random(random);
                long limit = plan.budget(random);
                BudgetAccount server = new BudgetAccount("the server's budget", "", limit);
                AtomicLong bill = new AtomicLong();
                Semaphore endpoint = new Semaphore(2, true);
                List<Future<?>> callers = new ArrayList<>();
                for (int statement = 0; statement < plan.statements(); statement++) {
                    BudgetAccount own = new BudgetAccount("the statement's budget", "", limit);
                    Allowance allowance = new StatementBudget(List.of(own, server)).allowance();
                    AtomicInteger rows = new AtomicInteger(plan.calls());
                    for (int caller = 0; caller < plan.parallel(); caller++) {
                        SplittableRandom draws = random.split();
                        callers.add(
                                threads.submit(() -> {
                                    spend(plan, allowance, rows, endpoint, bill, draws);
                                    return null;
                                }));
                    }
                }
                for (Future<?> caller : callers) {
                    caller.get();
                }

                String told = "run " + run + ": " + plan + " of " + limit;
                assertThat(bill.get()).as(told).isLessThanOrEqualTo(limit);
                assertThat(server.state().open()).as(told).isZero();
                assertThat(server.state().waiting()).as(told).isEmpty();
                // One call less than the budget at worst, however many run at a time.
                assertThat(server.spent() + server.kept())
                        .as(told)
                        .isGreaterThan(limit - plan.mostReserved());
                if (plan.aborted() == 0) {
                    assertThat(bill.get()).as(told).isEqualTo(server.spent());
                }
            }
        }
    }

    private static void spend(
            Plan plan,
            Allowance allowance,
            AtomicInteger rows,
            Semaphore endpoint,
            AtomicLong bill,
            SplittableRandom random)
            throws InterruptedException {
        while (rows.getAndDecrement() > 0) {
            long reserved = random.nextLong((plan.mostReserved() + 1) / 2, plan.mostReserved() + 1);
            long actual = (long) (reserved * (1 - plan.dearness() * random.nextDouble()));
            Allowance.Reservation reservation;
            try {
                reservation = allowance.reserve(reserved, reserved);
            } catch (ModelException usedUp) {
                assertThat(usedUp.errorClass()).isEqualTo(ModelException.BUDGET);
                return;
            }
            bill.addAndGet(actual);
            endpoint.acquire();
            endpoint.release();
            double fate = random.nextDouble();
            if (fate < plan.aborted() / 2) {
                // Answered, paid, and never heard of.
                reservation.keep();
            } else if (fate < plan.aborted()) {
                // Not taken up.
                bill.addAndGet(-actual);
                reservation.release();
            } else {
                reservation.settle(actual);
            }
        }
    }
}
