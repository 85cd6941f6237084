package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.Models;

/** Runs a cell that calls a model. Threading: any thread. */
final class PromptStep {
    private final Models models;
    private final StepRunner.Limits limits;

    PromptStep(Models models, StepRunner.Limits limits) {
        this.models = models;
        this.limits = limits;
    }

    JsonNode run(PromptCell cell, CellRun run) throws InterruptedException {
        Models.Resolved resolved =
                PromptRequest.resolve(models, cell, run.invocation().overrides());
        HandoffDesk desk = new HandoffDesk(cell, run.invocation().cascade().graph());
        JsonNode answer =
                new AttemptLoop(
                                cell,
                                run,
                                () -> new Conversation(cell, run, resolved, limits, desk))
                        .answer();
        desk.book(run.log());
        return answer;
    }
}
