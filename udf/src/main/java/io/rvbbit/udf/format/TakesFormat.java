package io.rvbbit.udf.format;

import static io.rvbbit.udf.format.KeyType.TEMPLATE;
import static io.rvbbit.udf.format.KeyType.TEXT;
import static io.rvbbit.udf.format.KeyType.whole;
import static io.rvbbit.udf.format.KeyType.words;
import static io.rvbbit.udf.format.Unsaid.otherwise;
import static io.rvbbit.udf.format.Unsaid.required;
import static io.rvbbit.udf.format.Unsaid.value;

import io.rvbbit.udf.format.KeyType.Each;
import io.rvbbit.udf.format.KeyType.Text;

/** The keys of {@code takes}. */
public final class TakesFormat {
    public static final int LEAST = 2;
    public static final int MOST = 100;

    private static final KeyType MODEL = new Text("text", 1, Integer.MAX_VALUE, "");

    public static final Shape TAKES =
            Shape.of(
                    "takes",
                    Key.of("factor", whole(LEAST, MOST), required(), "how many takes there are")
                            .shown("3", "TakesIT"),
                    Key.of(
                                    "mode",
                                    words("evaluate", "aggregate", "vote"),
                                    value("evaluate"),
                                    "a model picks one answer, a model merges them, or the most frequent one counts")
                            .shown("vote", "TakesIT"),
                    Key.of(
                                    "models",
                                    new Each(MODEL, 1, Integer.MAX_VALUE),
                                    otherwise("the cell's `model`"),
                                    "asked in turn, take by take; `WITH (model = …)` goes before it")
                            .shown("[gpt-4o-mini, mistral-small]", "TakesIT"),
                    Key.of(
                                    "max_parallel",
                                    whole(1, MOST),
                                    otherwise("`factor`"),
                                    "takes that run at a time")
                            .shown("2", "TakesIT"),
                    Key.of(
                                    "evaluator_instructions",
                                    TEMPLATE,
                                    otherwise("to pick the best"),
                                    "what the model is told that picks; `mode: evaluate` only")
                            .shown("Pick the shortest that is right.", "ProofOfFlowIT"),
                    Key.of(
                                    "evaluator_model",
                                    TEXT,
                                    otherwise("the cell's `model`"),
                                    "which one picks; `mode: evaluate` only")
                            .shown("gpt-4o", "ProofOfFlowIT"),
                    Key.of(
                                    "aggregator_instructions",
                                    TEMPLATE,
                                    otherwise("to keep what they agree on"),
                                    "what the model is told that merges; `mode: aggregate` only")
                            .shown("Keep what two of them say.", "CascadeKeysIT"),
                    Key.of(
                                    "aggregator_model",
                                    TEXT,
                                    otherwise("the cell's `model`"),
                                    "which one merges; `mode: aggregate` only")
                            .shown("gpt-4o", "CascadeKeysIT"));

    private TakesFormat() {}
}
