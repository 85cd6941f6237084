package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Validator.CascadeValidator;
import io.rvbbit.udf.cascade.Validator.PromptValidator;
import io.rvbbit.udf.cascade.Validator.SqlValidator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * All that checks a cell. Threading: immutable.
 *
 * @param before of the input, before anything is sent
 * @param after of each answer that fits the schema, in order
 */
public record Checks(List<Check> before, List<Check> after) {
    static final Checks NONE = new Checks(List.of(), List.of());

    public Checks {
        before = List.copyOf(before);
        after = List.copyOf(after);
    }

    Stream<Check> all() {
        return Stream.concat(before.stream(), after.stream());
    }

    /** Whether an answer may be asked for again. */
    boolean retry() {
        return after.stream().anyMatch(Check::retries);
    }

    /** The expressions that the engine evaluates. */
    public List<SqlValidator> sql() {
        List<SqlValidator> found = new ArrayList<>();
        all().forEach(check -> {
            if (check.validator() instanceof SqlValidator sql) {
                found.add(sql);
            }
        });
        return found;
    }

    /** Whether an answer hangs on more than what is checked. */
    boolean readOutside() {
        return !sql().isEmpty()
                || cascades(all().toList()).stream().anyMatch(each -> each.run().readsOutside());
    }

    static List<CascadeValidator> cascades(List<Check> checks) {
        List<CascadeValidator> found = new ArrayList<>();
        for (Check check : checks) {
            if (check.validator() instanceof CascadeValidator cascade) {
                found.add(cascade);
            }
        }
        return found;
    }

    /** The questions that models are asked. */
    List<PromptCell> asked() {
        return Stream.concat(asked(before).stream(), asked(after).stream()).toList();
    }

    /** Those that ask no model. */
    static List<Check> free(List<Check> checks) {
        return checks.stream()
                .filter(check -> !(check.validator() instanceof PromptValidator))
                .filter(check -> !(check.validator() instanceof CascadeValidator))
                .toList();
    }

    static List<PromptCell> asked(List<Check> checks) {
        List<PromptCell> found = new ArrayList<>();
        for (Check check : checks) {
            if (check.validator() instanceof PromptValidator prompt) {
                found.add(prompt.asks());
            }
        }
        return found;
    }
}
