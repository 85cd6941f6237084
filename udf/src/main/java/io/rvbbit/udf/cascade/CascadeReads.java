package io.rvbbit.udf.cascade;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the templates of all cells read together. Threading: immutable.
 *
 * @param names inputs that are read
 * @param needed those of them that are read somewhere without a default
 * @param whole some template reads the input as a whole
 */
record CascadeReads(Set<String> names, Set<String> needed, boolean whole) {
    static CascadeReads of(List<Cell> cells) {
        Set<String> names = new TreeSet<>();
        Set<String> needed = new TreeSet<>();
        boolean whole = false;
        for (Cell cell : cells) {
            for (TemplateUse use : uses(cell)) {
                names.addAll(use.inputs());
                needed.addAll(use.required());
                whole = whole || use.wholeInput();
            }
        }
        return new CascadeReads(names, needed, whole);
    }

    /** What each template of a cell reads. */
    static List<TemplateUse> uses(Cell cell) {
        List<TemplateUse> uses = new ArrayList<>(workUses(cell));
        uses.addAll(cell.state().uses());
        return uses;
    }

    private static List<TemplateUse> workUses(Cell cell) {
        return switch (cell) {
            case EachCell each -> {
                List<TemplateUse> uses = new ArrayList<>(workUses(each.body()));
                uses.add(each.rows().use());
                yield uses;
            }
            case Cell.PromptCell prompt -> SkillReads.of(prompt);
            case Cell.HttpCell http -> {
                List<TemplateUse> uses = new ArrayList<>();
                uses.add(http.url().use());
                http.headers().values().stream()
                        .map(Cell.HttpCell.HeaderValue::template)
                        .filter(Objects::nonNull)
                        .forEach(each -> uses.add(each.template().use()));
                if (http.body() != null) {
                    uses.add(http.body().template().use());
                }
                yield uses;
            }
            case Cell.SqlCell sql -> {
                List<TemplateUse> uses = new ArrayList<>();
                uses.add(sql.query().use());
                sql.parameters().forEach(each -> uses.add(each.template().use()));
                yield uses;
            }
            case Cell.SubCascadeCell sub -> {
                List<TemplateUse> uses = new ArrayList<>(sub.output().uses());
                NamedTemplates given = sub.input();
                uses.addAll(given == null ? List.of(handedOn(sub.cascade())) : given.uses());
                yield uses;
            }
        };
    }

    /** A cascade that is given the whole input reads what it reads of it. */
    private static TemplateUse handedOn(Cascade cascade) {
        Set<String> read = cascade.readInputs();
        Set<String> names = new TreeSet<>(cascade.requiredInputs());
        names.addAll(read == null ? Set.of() : read);
        return new TemplateUse(names, cascade.requiredInputs(), read == null, Map.of());
    }

    /** Read without a default or declared and not read, and not declared optional. */
    Set<String> required(Set<String> declared, Set<String> optional) {
        Set<String> required = new TreeSet<>(needed);
        for (String input : declared) {
            if (!names.contains(input)) {
                required.add(input);
            }
        }
        required.removeAll(optional);
        return required;
    }
}
