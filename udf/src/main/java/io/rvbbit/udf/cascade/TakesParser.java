package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.cascade.Takes.Judge;
import io.rvbbit.udf.cascade.Takes.Mode;
import io.rvbbit.udf.format.TakesFormat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code takes} of a cell that calls a model. Threading: one thread. */
final class TakesParser {
    private TakesParser() {}

    static Takes read(CellScope cell, SourceNode node) {
        Keys keys = Keys.of(cell.file(), node, "takes of " + cell.what()).only(TakesFormat.TAKES);
        keys.required("factor");
        Integer factor = keys.integer("factor", TakesFormat.LEAST, TakesFormat.MOST);
        Integer parallel = keys.integer("max_parallel", 1, TakesFormat.MOST);
        Mode mode = keys.word("mode", Mode.class).orElse(Mode.EVALUATE);
        int takes = factor == null ? TakesFormat.LEAST : factor;
        return new Takes(
                takes,
                mode,
                models(keys, takes),
                parallel == null ? takes : Math.min(takes, parallel),
                judge(cell, keys, mode));
    }

    private static List<String> models(Keys keys, int takes) {
        SourceNode list = keys.node("models").orElse(null);
        List<String> models = new ArrayList<>();
        for (SourceNode each : keys.list("models")) {
            if (!(each instanceof Scalar model) || !model.isText() || model.text().isBlank()) {
                throw keys.wrong("models", each, "a list of models, each a text");
            }
            models.add(model.text());
        }
        if (list != null && models.isEmpty()) {
            throw keys.wrong("models", list, "a list of at least one model");
        }
        if (models.size() > takes) {
            keys.file()
                    .warn(
                            keys.placeOf("models"),
                            "\"models\" of %s names %d models for %d takes: the last are not asked"
                                    .formatted(keys.what(), models.size(), takes));
        }
        return models;
    }

    private static @Nullable Judge judge(CellScope cell, Keys keys, Mode mode) {
        refuse(keys, "evaluator", mode == Mode.EVALUATE);
        refuse(keys, "aggregator", mode == Mode.AGGREGATE);
        return switch (mode) {
            case VOTE -> null;
            case EVALUATE -> judge(cell, keys, "evaluator", JudgePrompt.EVALUATE);
            case AGGREGATE -> judge(cell, keys, "aggregator", JudgePrompt.AGGREGATE);
        };
    }

    /** A key that the mode would not heed. */
    private static void refuse(Keys keys, String who, boolean heeded) {
        for (String key : List.of(who + "_instructions", who + "_model")) {
            if (!heeded && keys.node(key).isPresent()) {
                String mode = who.equals("evaluator") ? "evaluate" : "aggregate";
                throw keys.file()
                        .wrong(
                                keys.placeOf(key),
                                Names.quoted(key)
                                        + " of "
                                        + keys.what()
                                        + " goes with mode: "
                                        + mode);
            }
        }
    }

    private static Judge judge(CellScope cell, Keys keys, String who, String usual) {
        String key = who + "_instructions";
        Scalar own = keys.scalarText(key).orElse(null);
        if (own != null && own.text().isBlank()) {
            throw keys.wrong(key, own, "text that is not empty");
        }
        return new Judge(
                own == null ? PromptTemplate.compile(usual) : cell.prompt(own),
                own == null ? keys.file().placeOf(keys.place()) : keys.file().placeOf(own),
                keys.text(who + "_model").orElse(null));
    }
}
