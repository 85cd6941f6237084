package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import java.util.List;
import java.util.Locale;

/**
 * Why an answer, or the input, is not taken. Threading: immutable.
 *
 * @param errorClass of the row's error if no other answer comes
 * @param by whose verdict it is, in words
 * @param where what was refused; null for an answer that does not fit the schema
 * @param reason for the model and for people, at most {@value #LONGEST} characters
 */
record Refusal(String errorClass, String by, Check.Where where, String reason) {
    static final int LONGEST = 1_000;

    Refusal {
        reason = cut(reason);
    }

    static Refusal ofSchema(List<String> faults) {
        return new Refusal("schema", "output_schema", Check.Where.POST, String.join("; ", faults));
    }

    static Refusal of(Check check, Verdict verdict) {
        String name = Names.quoted(check.validator().name());
        return check.where().isWard()
                ? new Refusal("ward", "ward " + name, check.where(), verdict.reason())
                : new Refusal(
                        "loop",
                        check.where().name().toLowerCase(Locale.ROOT),
                        check.where(),
                        verdict.reason());
    }

    static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }

    boolean isOfSchema() {
        return errorClass.equals("schema");
    }

    /** In few words, for the books. */
    String summary() {
        return isOfSchema() ? "the answer does not fit output_schema" : by + ": " + reason;
    }

    /** What the row is told when no attempt is left. */
    RowFailure failure(PromptCell cell, int attempts) {
        String name = Names.quoted(cell.name());
        String message =
                switch (errorClass) {
                    case "schema" ->
                            "the answer of cell "
                                    + name
                                    + " does not fit its output_schema: "
                                    + reason;
                    case "ward" ->
                            by
                                    + " refuses "
                                    + (where == Check.Where.PRE ? "the input" : "the answer")
                                    + " of cell "
                                    + name
                                    + tried(attempts)
                                    + ": "
                                    + reason;
                    default ->
                            "cell "
                                    + name
                                    + " has no answer that meets "
                                    + by
                                    + tried(attempts)
                                    + ": "
                                    + reason;
                };
        return new RowFailure(errorClass, SqlState.EXTERNAL_ROUTINE, message);
    }

    private static String tried(int attempts) {
        return attempts == 1 ? "" : " after " + attempts + " attempts";
    }
}
