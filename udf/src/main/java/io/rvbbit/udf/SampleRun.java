package io.rvbbit.udf;

import io.rvbbit.udf.Forecast.Sampled;
import io.rvbbit.udf.llm.ModelException;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Answers a sample's inputs as their statement would. Threading: the statement's thread. */
public final class SampleRun {
    /** Rows that are begun at a time, beside those that the statement's permits let run. */
    private static final int AHEAD = 1_024;

    private SampleRun() {}

    /**
     * An input that was answered.
     *
     * @param costUsd null where nobody knows what it cost
     */
    public record Paid(Sampled input, @Nullable BigDecimal costUsd) {}

    private record Asked(Sampled input, CompletableFuture<Answer> answer) {}

    /**
     * @return those that the statement itself has computed; the budget may have had no room for
     *     some, and others may have been computed elsewhere meanwhile
     * @throws StatementStopped if the statement has ended
     */
    public static List<Paid> answer(QueryScope scope, List<Sampled> inputs) {
        List<Paid> paid = new ArrayList<>();
        Deque<Asked> waiting = new ArrayDeque<>();
        int[] rows = new int[scope.statement().calls().size()];
        for (Sampled input : inputs) {
            if (waiting.size() >= AHEAD) {
                take(scope, waiting.removeFirst(), paid);
            }
            scope.checkRunning();
            waiting.addLast(
                    new Asked(
                            input,
                            scope.calls()
                                    .row(input.call(), ++rows[input.call()], input.json())
                                    .answer()));
        }
        for (int call = 0; call < rows.length; call++) {
            scope.ledger().inputEnded(call);
        }
        while (!waiting.isEmpty()) {
            take(scope, waiting.removeFirst(), paid);
        }
        return paid;
    }

    private static void take(QueryScope scope, Asked asked, List<Paid> paid) {
        Answer answer = scope.await(asked.answer());
        boolean refused =
                answer.error() != null && answer.error().errorClass().equals(ModelException.BUDGET);
        if (!answer.cached() && !refused) {
            String cost = answer.cost();
            paid.add(new Paid(asked.input(), cost == null ? null : new BigDecimal(cost)));
        }
    }
}
