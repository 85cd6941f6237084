package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.Head;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.Rules;
import io.rvbbit.udf.cascade.Cell.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * That a cell's model is asked several times, and how one answer is made of the answers.
 *
 * @param factor how many takes there are, at least 2
 * @param models asked in turn, take by take; empty where the cell's own model has all takes
 * @param maxParallel takes that run at a time, at least 1
 * @param judge who makes one answer of all; null exactly where they vote
 */
public record Takes(
        int factor, Mode mode, List<String> models, int maxParallel, @Nullable Judge judge) {
    /** The least bound on a choice, which is some JSON and what a model thinks before it. */
    private static final int CHOICE_TOKENS = 256;

    public Takes {
        models = List.copyOf(models);
        if (factor < 2 || maxParallel < 1 || (mode == Mode.VOTE) != (judge == null)) {
            throw new IllegalArgumentException("no takes: " + factor + ", " + mode);
        }
    }

    /** How one answer is made of all. */
    public enum Mode {
        /** A model picks one. */
        EVALUATE,
        /** A model merges them. */
        AGGREGATE,
        /** The one that is given most often counts. */
        VOTE
    }

    /**
     * Who picks or merges.
     *
     * @param place of the instructions
     * @param model null for the cell's own
     */
    public record Judge(PromptTemplate instructions, CellPlace place, @Nullable String model) {}

    /** The fewest calls that make an answer, if each succeeds at once. */
    int fewestCalls() {
        return switch (mode) {
            case VOTE -> (factor + 1) / 2;
            case AGGREGATE -> factor + 1;
            case EVALUATE -> factor;
        };
    }

    /** The cell as take {@code index} runs it. */
    PromptCell take(PromptCell cell, int index) {
        Sampling own = cell.sampling();
        String model = models.isEmpty() ? own.model() : models.get(index % models.size());
        return cell.alone(new Sampling(model, own.temperature(), own.maxTokens()));
    }

    /**
     * The cell as the judge runs it: a merged answer is held to all that the cell's is held to, a
     * choice to one of {@code answers} numbers.
     */
    PromptCell judge(PromptCell cell, Judge who, int answers) {
        Sampling own = cell.sampling();
        String model = who.model() == null ? own.model() : who.model();
        if (mode == Mode.AGGREGATE) {
            return cell.alone(new Sampling(model, own.temperature(), own.maxTokens()))
                    .withSkills(List.of());
        }
        Integer bound = own.maxTokens();
        Head head = cell.head();
        return new PromptCell(
                new Head(
                        head.name() + ".evaluate",
                        head.description(),
                        who.place(),
                        head.retry(),
                        head.timeout(),
                        head.onError()),
                who.instructions(),
                new Sampling(
                        model,
                        own.temperature(),
                        bound == null ? null : Integer.valueOf(Math.max(bound, CHOICE_TOKENS))),
                JudgePrompt.choice(answers),
                Rules.UNSAID,
                Checks.NONE,
                null,
                List.of(),
                cell.context());
    }

    /** A validator's question, asked of each take's answer and of one that is merged. */
    Part check(PromptCell asks) {
        boolean merged = mode == Mode.AGGREGATE;
        int fewest = mode == Mode.VOTE ? (factor + 1) / 2 : factor;
        int more = merged ? 1 : 0;
        int rounds = (factor + maxParallel - 1) / maxParallel;
        return new Part(
                asks.name(),
                asks,
                factor + more,
                fewest + more,
                fewest + more,
                rounds + more,
                false);
    }

    /** The takes, those of one model together, and their judge. */
    List<Part> parts(PromptCell cell) {
        int asked = Math.max(1, Math.min(models.size(), factor));
        int spared = mode == Mode.VOTE ? factor - fewestCalls() : 0;
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < asked; i++) {
            int times = factor / asked + (i < factor % asked ? 1 : 0);
            parts.add(
                    new Part(
                            i == 0 ? cell.name() : cell.name() + "#" + (i + 1),
                            take(cell, i),
                            times,
                            Math.max(0, times - spared),
                            i == 0 ? fewestCalls() : 0,
                            i == 0 ? (factor + maxParallel - 1) / maxParallel : 0,
                            false));
        }
        if (judge != null) {
            parts.add(
                    new Part(
                            cell.name() + "." + mode.name().toLowerCase(Locale.ROOT),
                            judge(cell, judge, factor),
                            1,
                            mode == Mode.AGGREGATE ? 1 : 0,
                            0,
                            1,
                            true));
        }
        return List.copyOf(parts);
    }

    /**
     * A cell that is run for a cell.
     *
     * @param key its name among all parts of a cascade; that of the cell for the first part
     * @param times that it is run
     * @param seldom how often at least, if each call succeeds at once
     * @param leastOfCell calls of the whole cell at least, said of its first part only; else 0
     * @param rounds how many of them one after the other
     * @param judges whether it is shown the answers of the takes
     */
    public record Part(
            String key,
            PromptCell cell,
            int times,
            int seldom,
            int leastOfCell,
            int rounds,
            boolean judges) {
        /** A cell that is run once. */
        static Part once(PromptCell cell) {
            return new Part(cell.name(), cell, 1, 1, 1, 1, false);
        }

        /** The name of the cell of which it is a part: other keys begin with it and a mark. */
        public String ofCell() {
            return key.split("[.#]", 2)[0];
        }
    }
}
