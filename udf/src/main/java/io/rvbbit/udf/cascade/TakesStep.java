package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Take.End.Answered;
import io.rvbbit.udf.cascade.Take.End.Lost;
import io.rvbbit.udf.cascade.Takes.Judge;
import io.rvbbit.udf.llm.ModelRequest.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Runs a cell that calls a model, once or in takes of which one answer is made.
 *
 * <p>A take that fails is lost and the others go on; the cell fails if all do, or if nothing is
 * left to pay for what is still needed. What each take came to is told to the cell's tally.
 * Threading: any thread.
 */
final class TakesStep {
    private final PromptStep prompts;

    TakesStep(PromptStep prompts) {
        this.prompts = prompts;
    }

    /** Has the cell's wards look at its input, once for all takes. */
    void checkInput(PromptCell cell, CellRun run) throws InterruptedException {
        prompts.checkInput(cell, run);
    }

    JsonNode run(PromptCell cell, CellRun run) throws InterruptedException {
        Takes takes = cell.takes();
        if (takes == null) {
            return prompts.run(cell, run);
        }
        JsonNode answer = answer(cell, takes, run);
        String text = Objects.requireNonNullElse(AnswerJson.text(answer), "");
        // Whoever answered: later cells go on with the question and what has come of it.
        run.names().say(cell.name(), List.of(run.question(cell), new Message("assistant", text)));
        return answer;
    }

    private JsonNode answer(PromptCell cell, Takes takes, CellRun run) throws InterruptedException {
        Ballot ballot = new Ballot(takes.factor());
        TakeRound round =
                new TakeRound(
                        takes,
                        run.log(),
                        (take, log) -> prompts.run(takes.take(cell, take), run.toldTo(log)));
        TakesReport report = new TakesReport(takes, round);
        try {
            round.have(take -> isEnough(take, takes, ballot));
            List<Take> answered = answered(cell, round);
            Judge judge = takes.judge();
            if (takes.mode() == Takes.Mode.AGGREGATE && judge != null) {
                return judged(cell, takes, judge, answered, run);
            }
            Take winner = winner(ballot, round);
            if (takes.mode() == Takes.Mode.EVALUATE && judge != null && ballot.answers() > 1) {
                JsonNode choice = judged(cell, takes, judge, answered, run);
                winner = answered.get(JudgePrompt.chosen(choice));
            }
            report.won(winner.index(), ballot.leader().size());
            run.log().follow(winner.log());
            return answer(winner);
        } finally {
            run.log().tally().detail("takes", report.toJson());
        }
    }

    private static boolean isEnough(Take take, Takes takes, Ballot ballot) {
        if (take.end() instanceof Answered(JsonNode answer)) {
            ballot.vote(take.index(), answer);
        } else {
            ballot.lost(take.index());
        }
        return takes.mode() == Takes.Mode.VOTE && ballot.isDecided();
    }

    private static List<Take> answered(PromptCell cell, TakeRound round) {
        List<Take> answered = new ArrayList<>();
        for (Take take : round.begun()) {
            if (take.end() instanceof Answered) {
                answered.add(take);
            }
        }
        if (answered.isEmpty()
                && round.begun().getFirst().end() instanceof Lost(RowFailure first)) {
            throw first.after(
                    "no take of cell "
                            + Names.quoted(cell.name())
                            + " has an answer; the first of "
                            + round.begun().size());
        }
        return answered;
    }

    /** The lowest take of those that agree most. */
    private static Take winner(Ballot ballot, TakeRound round) {
        Set<Integer> leading = new HashSet<>(ballot.leader());
        return round.begun().stream()
                .filter(take -> leading.contains(take.index()))
                .findFirst()
                .orElseThrow();
    }

    private JsonNode judged(
            PromptCell cell, Takes takes, Judge judge, List<Take> answered, CellRun run)
            throws InterruptedException {
        String instructions =
                Rendering.of(
                        cell,
                        judge.place(),
                        () -> judge.instructions().render(run.names().forPrompt()));
        String prompt =
                JudgePrompt.of(
                        takes.mode(),
                        instructions,
                        run.question(cell).content(),
                        answered.stream().map(TakesStep::answer).toList());
        return prompts.run(takes.judge(cell, judge, answered.size()), run.asking(prompt));
    }

    private static JsonNode answer(Take take) {
        if (take.end() instanceof Answered(JsonNode answer)) {
            return answer;
        }
        throw new IllegalStateException("take " + take.index() + " has no answer");
    }
}
