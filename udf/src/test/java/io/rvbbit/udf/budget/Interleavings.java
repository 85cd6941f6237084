package io.rvbbit.udf.budget;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a few actors in every order in which their steps can fall.
 *
 * <p>Each actor is a thread, and one of them runs at a time: until it comes to a place where
 * another thread's step could come in between, waits for a decision, or ends. Which one goes on is
 * the next choice; a run that has been made is made again with its last choice changed, until there
 * is no other. Threading: the test's thread only.
 */
final class Interleavings {
    private final List<Integer> choices = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();
    private long runs;

    /** What an actor does, in a world that is made anew for each run. */
    interface Work {
        void run() throws InterruptedException;
    }

    /** The actors of one run, and what has to hold after it. */
    record World(List<Work> actors, Runnable afterwards) {
        World {
            actors = List.copyOf(actors);
        }
    }

    private final List<Actor> actors = new ArrayList<>();
    private @Nullable Actor running;

    private final class Actor {
        final Semaphore baton = new Semaphore(0);
        final Thread thread;
        @Nullable CompletableFuture<Boolean> awaited;
        @Nullable Throwable failure;
        boolean interrupted;
        boolean over;

        Actor(int number, Work work) {
            thread =
                    Thread.ofVirtual()
                            .name("actor-" + number)
                            .unstarted(() -> {
                                baton.acquireUninterruptibly();
                                try {
                                    work.run();
                                } catch (InterruptedException | RuntimeException | Error e) {
                                    failure = e;
                                }
                                over = true;
                                back.release();
                            });
        }

        boolean canStep() {
            CompletableFuture<Boolean> decision = awaited;
            return !over && (decision == null || decision.isDone() || interrupted);
        }
    }

    private final Semaphore back = new Semaphore(0);

    /**
     * Tries all orders.
     *
     * @return how many there are
     */
    long explore(Supplier<World> worlds) {
        do {
            run(worlds.get());
            runs++;
        } while (nextChoices());
        return runs;
    }

    private void run(World world) {
        actors.clear();
        for (Work work : world.actors()) {
            actors.add(new Actor(actors.size() + 1, work));
        }
        actors.forEach(actor -> actor.thread.start());
        int step = 0;
        while (true) {
            List<Actor> ready = actors.stream().filter(Actor::canStep).toList();
            if (ready.isEmpty()) {
                break;
            }
            if (step == choices.size()) {
                choices.add(0);
                widths.add(ready.size());
            }
            Actor next = ready.get(choices.get(step));
            step++;
            running = next;
            next.baton.release();
            back.acquireUninterruptibly();
        }
        for (Actor actor : actors) {
            if (!actor.over) {
                throw new AssertionError("nobody wakes " + actor.thread.getName() + ": " + choices);
            }
            if (actor.failure != null) {
                throw new AssertionError("failed in order " + choices, actor.failure);
            }
        }
        world.afterwards().run();
    }

    private boolean nextChoices() {
        int last = choices.size() - 1;
        while (last >= 0 && choices.get(last) + 1 >= widths.get(last)) {
            choices.removeLast();
            widths.removeLast();
            last--;
        }
        if (last < 0) {
            return false;
        }
        choices.set(last, choices.get(last) + 1);
        return true;
    }

    /** Interrupts another actor: it goes on at once if it waits for a decision. */
    void interrupt(int actor) {
        actors.get(actor).interrupted = true;
    }

    private Actor current() {
        Actor actor = running;
        if (actor == null) {
            throw new IllegalStateException("no actor runs");
        }
        return actor;
    }

    private void pause() {
        Actor actor = current();
        back.release();
        actor.baton.acquireUninterruptibly();
    }

    /** A cell whose every step and every wait is a place for others. */
    StateCell cell(long limit) {
        return new StateCell(new BudgetState(limit, 0, 0, 0, List.of())) {
            @Override
            void othersMayStep() {
                pause();
            }

            @Override
            boolean await(CompletableFuture<Boolean> decision) throws InterruptedException {
                Actor actor = current();
                actor.awaited = decision;
                pause();
                actor.awaited = null;
                if (actor.interrupted) {
                    actor.interrupted = false;
                    throw new InterruptedException();
                }
                return decision.resultNow();
            }

            @Override
            boolean decision(CompletableFuture<Boolean> made) {
                Actor actor = current();
                actor.awaited = made;
                pause();
                actor.awaited = null;
                return made.resultNow();
            }
        };
    }
}
