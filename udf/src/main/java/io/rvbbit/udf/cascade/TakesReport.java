package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.tracking.Usage;
import java.util.List;
import java.util.Locale;

/**
 * What the books say of a cell's takes: {@code {mode, factor, winner, votes, each: [{take, state,
 * model, cost, error}]}}.
 *
 * <p>Threading: one thread.
 */
final class TakesReport {
    private final Takes takes;
    private final TakeRound round;
    private int winner = -1;
    private int votes;

    TakesReport(Takes takes, TakeRound round) {
        this.takes = takes;
        this.round = round;
    }

    /** {@code agreeing}: takes that gave the answer most often given. */
    void won(int take, int agreeing) {
        winner = take;
        votes = agreeing;
    }

    ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("mode", takes.mode().name().toLowerCase(Locale.ROOT));
        json.put("factor", takes.factor());
        if (winner >= 0) {
            json.put("winner", winner);
        }
        if (winner >= 0 && takes.mode() == Takes.Mode.VOTE) {
            json.put("votes", votes);
        }
        List<Take> begun = round.begun();
        for (int take = 0; take < takes.factor(); take++) {
            ObjectNode each = json.withArray("each").addObject().put("take", take);
            if (take < begun.size()) {
                describe(begun.get(take), each);
            } else {
                each.put("state", "not started");
            }
        }
        return json;
    }

    private static void describe(Take take, ObjectNode each) {
        switch (take.end()) {
            case Take.End.Answered _ -> each.put("state", "answered");
            case Take.End.Lost(RowFailure failure) ->
                    each.put("state", "failed")
                            .set("error", failure.error(take.log().sum().attempts()).toJson());
            case Take.End.Broken _ -> each.put("state", "cancelled");
            case null -> each.put("state", "cancelled");
        }
        CellLog.Sum sum = take.log().sum();
        each.put("model", sum.model()).put("attempts", sum.attempts());
        Usage usage = sum.usage();
        if (usage != null && usage.priced()) {
            each.put("cost", usage.costUsd().toPlainString());
        }
    }
}
