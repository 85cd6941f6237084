package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Skill.JavaSkill;
import io.rvbbit.udf.cascade.Skill.SqlSkill;
import java.util.ArrayList;
import java.util.List;

/** Gives a cell's skills to a run: one class for each kind. Threading: any thread. */
record SkillSteps(SqlSkills sql) {
    SkillSteps(StepRunner.Limits limits) {
        this(new SqlSkills(limits));
    }

    List<BoundSkill> bind(PromptCell cell, CellRun run) throws InterruptedException {
        List<BoundSkill> bound = new ArrayList<>();
        for (Skill skill : cell.skills()) {
            bound.add(
                    switch (skill) {
                        case SqlSkill query -> sql.bind(query, cell, run);
                        case JavaSkill java -> JavaTools.bind(java, cell, run);
                    });
        }
        return bound;
    }
}
