package io.rvbbit.udf.format;

import static io.rvbbit.udf.format.KeyType.TEXT;
import static io.rvbbit.udf.format.KeyType.nested;
import static io.rvbbit.udf.format.KeyType.whole;
import static io.rvbbit.udf.format.KeyType.words;
import static io.rvbbit.udf.format.Unsaid.none;
import static io.rvbbit.udf.format.Unsaid.value;

/** The keys of a cell that is done for each of several rows. */
public final class EachFormat {
    public static final int MAX_PARALLEL = 64;
    public static final int USUAL_PARALLEL = 4;
    public static final int MAX_ROWS = 10_000;
    public static final int USUAL_ROWS = 1_000;

    public static final Shape FOR_EACH_ROW =
            Shape.of(
                            "for_each_row",
                            Key.of(
                                            "rows",
                                            TEXT,
                                            none(),
                                            "one `{{ … }}`: a list, or the output of a SQL cell")
                                    .shown("\"{{ input.parts }}\"", "ProofOfFlowIT"),
                            Key.of(
                                            "table",
                                            TEXT,
                                            none(),
                                            "in place of `rows`: the name of a table or view, or one `{{ … }}` that gives it")
                                    .shown("\"{{ input.data_table }}\"", "EachTableIT"),
                            Key.of(
                                            "max_parallel",
                                            whole(1, MAX_PARALLEL),
                                            value(USUAL_PARALLEL),
                                            "rows at a time")
                                    .shown("8", "ProofOfFlowIT"),
                            Key.of(
                                            "max_rows",
                                            whole(1, MAX_ROWS),
                                            value(USUAL_ROWS),
                                            "more rows are an error (54000), before any is begun")
                                    .shown("200", "ProofOfFlowIT"),
                            Key.of(
                                            "on_error",
                                            words("fail", "continue"),
                                            value("fail"),
                                            "whether a row's error is the cell's, or null stands at its place")
                                    .shown("continue", "ProofOfFlowIT"))
                    .choice("rows", "table");

    static final Key KEY =
            Key.of(
                            "for_each_row",
                            nested(FOR_EACH_ROW),
                            none(),
                            "the cell is done for each row, and its output is the list of outputs; below")
                    .shown("{rows: \"{{ input.parts }}\", max_parallel: 8}", "ForEachRowIT");

    private EachFormat() {}
}
