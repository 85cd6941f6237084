package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Has the takes of one cell, some at a time, until all have ended or no other is needed.
 *
 * <p>What runs then, or when the round itself is interrupted, is interrupted and waited for: what
 * it has to book is booked when the round is over. Threading: one thread.
 */
final class TakeRound {
    private final Takes takes;
    private final CellLog log;
    private final Work work;
    private final List<Take> begun = new ArrayList<>();
    private final BlockingQueue<Take> ended = new LinkedBlockingQueue<>();
    private @Nullable RowFailure refusal;

    /** What a take does. */
    @FunctionalInterface
    interface Work {
        JsonNode run(int take, CellLog log) throws InterruptedException;
    }

    TakeRound(Takes takes, CellLog log, Work work) {
        this.takes = takes;
        this.log = log;
        this.work = work;
    }

    /**
     * Has the takes.
     *
     * @param enough is told of each take that has ended, in this order; true ends the round
     * @throws RowFailure if nothing was left to pay a take, and it was not enough
     * @throws RuntimeException the statement's fault that a take has met
     */
    void have(Predicate<Take> enough) throws InterruptedException {
        int running = 0;
        try {
            while (true) {
                while (running < takes.maxParallel() && begun.size() < takes.factor() && isPaid()) {
                    begin(begun.size());
                    running++;
                }
                if (running == 0) {
                    break;
                }
                Take take = ended.take();
                running--;
                if (isEnough(take, enough)) {
                    return;
                }
            }
        } finally {
            TimeLimit.end(begun.stream().map(Take::thread).toList());
        }
        if (refusal != null) {
            throw refusal;
        }
    }

    private boolean isPaid() {
        return refusal == null;
    }

    private void begin(int index) {
        CellLog own = log.ofTake(index);
        Take take = new Take(index, own, () -> work.run(index, own), ended::add);
        begun.add(take);
        take.thread().start();
    }

    private boolean isEnough(Take take, Predicate<Take> enough) throws InterruptedException {
        return switch (take.end()) {
            case Take.End.Answered _ -> enough.test(take);
            // Takes that are paid for already may still decide without it.
            case Take.End.Lost(RowFailure failure) when failure.endsRun() -> {
                refusal = refusal == null ? failure : refusal;
                yield false;
            }
            case Take.End.Lost _ -> enough.test(take);
            case Take.End.Broken(Throwable fault) -> throw TimeLimit.rethrown(fault);
            case null -> throw new IllegalStateException("a take tells when it has ended");
        };
    }

    /** Those that have begun, by their number. */
    List<Take> begun() {
        return List.copyOf(begun);
    }
}
