package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Skill.CascadeSkill;
import io.rvbbit.udf.cascade.Skill.HttpSkill;
import io.rvbbit.udf.cascade.Skill.JavaSkill;
import io.rvbbit.udf.cascade.Skill.SqlSkill;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.web.WebClient;
import java.util.ArrayList;
import java.util.List;

/** Gives a cell's skills to a run: one class for each kind. Threading: any thread. */
record SkillSteps(SqlSkills sql, HttpSkills http, SubCascadeStep subCascades) {
    SkillSteps(StepRunner.Limits limits, SubCascadeStep subCascades, WebClient web) {
        this(new SqlSkills(limits), new HttpSkills(web), subCascades);
    }

    /** What a model is told that it may call; nothing is called. */
    static List<ModelRequest.Tool> offered(StepRunner.Limits limits, PromptCell cell, CellRun run)
            throws InterruptedException {
        return new SkillSteps(new SqlSkills(limits), new HttpSkills(null), SubCascadeStep.NOTHING)
                .bind(cell, run).stream().map(BoundSkill::definition).toList();
    }

    List<BoundSkill> bind(PromptCell cell, CellRun run) throws InterruptedException {
        List<BoundSkill> bound = new ArrayList<>();
        for (Skill skill : cell.skills()) {
            bound.add(
                    switch (skill) {
                        case SqlSkill query -> sql.bind(query, cell, run);
                        case HttpSkill request -> http.bind(request, cell, run);
                        case CascadeSkill other ->
                                CascadeSkills.bind(other, cell, run, subCascades);
                        case JavaSkill java -> JavaTools.bind(java, cell, run);
                    });
        }
        return bound;
    }
}
