package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Skill.CascadeSkill;
import io.rvbbit.udf.cascade.Skill.HttpSkill;
import io.rvbbit.udf.cascade.Skill.JavaSkill;
import io.rvbbit.udf.cascade.Skill.McpSkill;
import io.rvbbit.udf.cascade.Skill.SqlSkill;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.web.WebClient;
import java.util.ArrayList;
import java.util.List;

/** Gives a cell's skills to a run: one class for each kind. Threading: any thread. */
record SkillSteps(SqlSkills sql, HttpSkills http, McpSkills mcp, SubCascadeStep subCascades) {
    SkillSteps(StepRunner.Limits limits, SubCascadeStep subCascades, WebClient web, McpSkills mcp) {
        this(new SqlSkills(limits), new HttpSkills(web), mcp, subCascades);
    }

    /** What a model is told that it may call; nothing is called. */
    static List<ModelRequest.Tool> offered(
            StepRunner.Limits limits, McpSkills mcp, PromptCell cell, CellRun run)
            throws InterruptedException {
        return new SkillSteps(
                        new SqlSkills(limits), new HttpSkills(null), mcp, SubCascadeStep.NOTHING)
                .bind(cell, run, false).stream().map(BoundSkill::definition).toList();
    }

    /**
     * @param asks whether servers are asked for what they offer: not where no model will be
     */
    List<BoundSkill> bind(PromptCell cell, CellRun run, boolean asks) throws InterruptedException {
        List<BoundSkill> bound = new ArrayList<>();
        for (Skill skill : cell.skills()) {
            switch (skill) {
                case SqlSkill query -> bound.add(sql.bind(query, cell, run));
                case HttpSkill request -> bound.add(http.bind(request, cell, run));
                case CascadeSkill other ->
                        bound.add(CascadeSkills.bind(other, cell, run, subCascades));
                case JavaSkill java -> bound.add(JavaTools.bind(java, cell, run));
                case McpSkill server -> bound.addAll(mcp.bind(server, cell, asks));
            }
        }
        for (Skill skill : cell.skills()) {
            if (skill instanceof McpSkill server) {
                McpSkills.checkNames(bound, server, cell);
            }
        }
        return bound;
    }
}
