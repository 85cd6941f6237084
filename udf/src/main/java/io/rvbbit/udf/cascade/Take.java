package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One take of a cell: its thread, and what came of it.
 *
 * <p>Threading: any thread; {@link #end} is there when the take has told that it ended.
 */
final class Take {
    private final int index;
    private final CellLog log;
    private final Thread thread;
    private volatile @Nullable End end;

    /** What came of a take. */
    sealed interface End {
        record Answered(JsonNode answer) implements End {}

        /** It has no part in what follows. */
        record Lost(RowFailure failure) implements End {}

        /** By a fault that is not its own, or an interrupt. */
        record Broken(Throwable fault) implements End {}
    }

    /**
     * @param work is done on a virtual thread
     * @param ended is told on that thread when it has ended
     */
    Take(int index, CellLog log, Callable<JsonNode> work, Consumer<Take> ended) {
        this.index = index;
        this.log = log;
        this.thread =
                Thread.ofVirtual()
                        .name("take-" + index)
                        .unstarted(() -> {
                            end = endOf(work);
                            ended.accept(this);
                        });
    }

    @SuppressWarnings("InterruptedExceptionSwallowed") // The thread ends with it.
    private static End endOf(Callable<JsonNode> work) {
        try {
            return new End.Answered(work.call());
        } catch (RowFailure failure) {
            return new End.Lost(failure);
        } catch (Exception | Error fault) {
            return new End.Broken(fault);
        }
    }

    int index() {
        return index;
    }

    CellLog log() {
        return log;
    }

    Thread thread() {
        return thread;
    }

    /** Null while it runs. */
    @Nullable End end() {
        return end;
    }
}
