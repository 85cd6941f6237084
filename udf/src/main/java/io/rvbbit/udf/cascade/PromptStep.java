package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.llm.ModelRequest.Message;
import io.rvbbit.udf.llm.Models;
import io.rvbbit.udf.llm.OfflineModel;
import java.util.List;

/** Runs a cell that calls a model. Threading: any thread. */
final class PromptStep {
    private final Models models;
    private final StepRunner.Limits limits;
    private final Checker checker;
    private final SkillSteps skills;
    private final ToolBooks books;

    PromptStep(Models models, StepRunner.Limits limits, SkillSteps skills, ToolBooks books) {
        this.models = models;
        this.limits = limits;
        this.skills = skills;
        this.books = books;
        this.checker = new Checker(models, limits, skills.subCascades());
    }

    /** Has the cell's wards look at its input, before anything is sent. */
    void checkInput(PromptCell cell, CellRun run) throws InterruptedException {
        checker.input(cell, run);
    }

    /** Where the cascade's examples answer, no server is asked what it offers. */
    private List<BoundSkill> bound(PromptCell cell, CellRun run, Models.Resolved resolved)
            throws InterruptedException {
        boolean asks = !resolved.client().provider().equals(OfflineModel.PROVIDER);
        return skills.bind(cell, run, asks);
    }

    JsonNode run(PromptCell cell, CellRun run) throws InterruptedException {
        Models.Resolved resolved =
                PromptRequest.resolve(models, cell, run.invocation().overrides());
        Toolbox tools = new Toolbox(cell, run, bound(cell, run, resolved), books);
        HandoffDesk desk = new HandoffDesk(cell, run.invocation().cascade().graph());
        List<Message> opening = ContextMessages.of(cell, run.names(), resolved.model());
        JsonNode answer =
                new AttemptLoop(
                                cell,
                                run,
                                checker,
                                () ->
                                        new Conversation(
                                                cell, run, resolved, limits, tools, desk, opening))
                        .answer();
        desk.book(run.log());
        return answer;
    }
}
