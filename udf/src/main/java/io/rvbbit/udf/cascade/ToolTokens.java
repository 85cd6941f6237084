package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import io.rvbbit.udf.cascade.Skill.CascadeSkill;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How much calls of tools can add to a conversation with a model. Threading: immutable.
 *
 * <p>It is known where all tools are cascades that end in the answer of a model with {@code
 * max_tokens}: such an answer is given to the model as it is.
 */
public final class ToolTokens {
    /** Where nothing tells it. */
    public static final long UNKNOWN = -1;

    /**
     * What stands around each call and its result, ids included; also of calls that are refused.
     */
    private static final long FRAME = 400;

    /** Of an error, which is text in JSON in JSON. */
    private static final long ERROR = 4L * Toolbox.MOST_ERROR + 200;

    private ToolTokens() {}

    /**
     * The most tokens that one turn adds in which tools are called.
     *
     * @param maxTokens the bound on a cell's answer; null if there is none
     * @return {@link #UNKNOWN} if nothing bounds it
     */
    public static long ofTurn(PromptCell cell, Function<PromptCell, @Nullable Integer> maxTokens) {
        Integer own = maxTokens.apply(cell);
        if (own == null) {
            return UNKNOWN;
        }
        long result = ERROR;
        for (Skill skill : cell.skills()) {
            long most =
                    skill instanceof CascadeSkill other
                            ? ofOutput(other.run().cascade(), maxTokens)
                            : UNKNOWN;
            if (most == UNKNOWN) {
                return UNKNOWN;
            }
            result = Math.max(result, most);
        }
        // Every call that the model writes takes a token of its answer at least.
        return own + own * FRAME + Toolbox.MOST_CALLS * result;
    }

    private static long ofOutput(
            Cascade cascade, Function<PromptCell, @Nullable Integer> maxTokens) {
        long longest = 0;
        for (Cell end : cascade.graph().ends()) {
            long most =
                    switch (end) {
                        case PromptCell prompt -> {
                            Integer tokens = maxTokens.apply(prompt);
                            yield tokens == null ? UNKNOWN : tokens;
                        }
                        case SubCascadeCell sub
                                when sub.output() instanceof SubCascadeOutput.Whole ->
                                ofOutput(sub.cascade(), maxTokens);
                        default -> UNKNOWN;
                    };
            if (most == UNKNOWN) {
                return UNKNOWN;
            }
            longest = Math.max(longest, most);
        }
        return longest;
    }
}
