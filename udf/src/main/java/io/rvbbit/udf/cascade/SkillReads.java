package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a cell reads that may call tools: the whole input, since nobody knows what they are told.
 */
final class SkillReads {
    private static final TemplateUse ALL = new TemplateUse(Set.of(), Set.of(), true, Map.of());

    private SkillReads() {}

    static List<TemplateUse> of(PromptCell cell) {
        List<TemplateUse> uses = new ArrayList<>();
        uses.add(cell.instructions().use());
        Cell.PlacedTemplate again = cell.rules().retryInstructions();
        if (again != null) {
            uses.add(again.template().use());
        }
        Takes takes = cell.takes();
        if (takes != null && takes.judge() != null) {
            uses.add(takes.judge().instructions().use());
        }
        cell.checks().all().map(Check::use).forEach(uses::add);
        if (!cell.skills().isEmpty()) {
            uses.add(ALL);
        }
        for (Skill skill : cell.skills()) {
            if (skill instanceof Skill.SqlSkill sql) {
                sql.tables().forEach(table -> uses.add(table.use()));
            }
            if (skill instanceof Skill.HttpSkill http) {
                uses.add(http.url().template().use());
                http.headers().values().stream()
                        .map(Cell.HttpCell.HeaderValue::template)
                        .filter(Objects::nonNull)
                        .forEach(each -> uses.add(each.template().use()));
            }
        }
        return uses;
    }
}
