package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;

import java.util.List;

/**
 * Why an answer is not taken. Threading: immutable.
 *
 * @param errorClass of the row's error if no other answer comes
 * @param summary in few words, for the books
 * @param reason for the model and for people, at most {@value #LONGEST} characters
 */
record Refusal(String errorClass, String summary, String reason) {
    static final int LONGEST = 1_000;

    Refusal {
        reason = cut(reason);
    }

    static Refusal ofSchema(List<String> faults) {
        return new Refusal(
                "schema", "the answer does not fit output_schema", String.join("; ", faults));
    }

    static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }

    /** What the row is told when no attempt is left. */
    RowFailure failure(PromptCell cell) {
        return new RowFailure(
                errorClass,
                SqlState.EXTERNAL_ROUTINE,
                "the answer of cell "
                        + Names.quoted(cell.name())
                        + " does not fit its output_schema: "
                        + reason);
    }
}
