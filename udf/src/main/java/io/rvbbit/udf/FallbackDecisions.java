package io.rvbbit.udf;

import java.util.List;

/** Finds out what functions give that do not exist. Threading: the statement's thread. */
public final class FallbackDecisions {
    private FallbackDecisions() {}

    /**
     * A function whose answers' type nobody knows.
     *
     * @param samples values of its arguments, as text for the model; empty for none
     */
    public record Undecided(FallbackCall call, String samples) {}

    /**
     * The same functions with what they give, in the same order; each is a call of a model.
     *
     * @throws StatementStopped if nobody can tell; the scope has the reason
     */
    public static List<FallbackCall> decide(QueryScope scope, List<Undecided> functions) {
        return functions.stream()
                .map(function -> scope.fallbacks().decide(function.call(), function.samples()))
                .toList();
    }
}
