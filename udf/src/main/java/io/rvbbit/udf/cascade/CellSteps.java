package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;

/**
 * Does a cell's work: one step for each kind of cell. Threading: any thread.
 *
 * @param prompts asks models
 * @param queries runs SQL
 * @param requests go out over HTTP
 * @param subCascades runs other cascades
 */
record CellSteps(
        TakesStep prompts, SqlStep queries, HttpStep requests, SubCascadeStep subCascades) {
    JsonNode run(Cell cell, CellRun run) throws InterruptedException {
        return switch (cell) {
            case PromptCell prompt -> {
                prompts.checkInput(prompt, run);
                yield prompts.run(prompt, run);
            }
            case SqlCell sql -> queries.run(sql, run);
            case Cell.HttpCell http -> requests.run(http, run);
            case SubCascadeCell sub -> subCascades.run(sub, run);
            case EachCell each -> {
                if (each.body() instanceof PromptCell prompt) {
                    // The input is the same for all rows.
                    prompts.checkInput(prompt, run);
                }
                yield EachStep.run(each, run, this::row);
            }
        };
    }

    private JsonNode row(Cell body, CellRun run) throws InterruptedException {
        return body instanceof PromptCell prompt ? prompts.run(prompt, run) : run(body, run);
    }
}
