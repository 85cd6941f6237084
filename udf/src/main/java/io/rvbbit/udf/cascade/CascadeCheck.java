package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Validator.CascadeValidator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Asks another cascade whether a value is right: a session of its own below the cell's.
 *
 * <p>It is given the row, and the value as {@code output}. Threading: any thread.
 */
record CascadeCheck(SubCascadeStep step) {
    private static final String VALUE = "output";

    /** What it reads of the row; {@code ofInput}: whether the value is the row itself. */
    static TemplateUse use(CascadeValidator validator, boolean ofInput) {
        Cascade cascade = validator.run().cascade();
        Set<String> read = cascade.readInputs();
        Set<String> required = new TreeSet<>(cascade.requiredInputs());
        Set<String> names = new TreeSet<>(required);
        names.addAll(read == null ? Set.of() : read);
        boolean all = read == null || (ofInput && names.contains(VALUE));
        required.remove(VALUE);
        names.remove(VALUE);
        return new TemplateUse(names, required, all, Map.of());
    }

    /** What it is given. */
    static ObjectNode input(CascadeValidator validator, Checked checked) {
        ObjectNode given = checked.input().deepCopy();
        given.set(VALUE, checked.value());
        return CanonicalInput.of(given, validator.run().cascade().readInputs());
    }

    /**
     * @throws RowFailure if it fails, or answers neither yes nor no
     */
    Verdict judge(CascadeValidator validator, Cell cell, Checked checked, CellRun run)
            throws InterruptedException {
        Cascade cascade = validator.run().cascade();
        JsonNode answer = step.run(cell, cascade, input(validator, checked), run).last();
        Optional<Verdict> verdict =
                answer.isTextual() ? Verdict.read(answer.textValue()) : Verdict.read(answer);
        return verdict.orElseThrow(() ->
                new RowFailure(
                        "validation",
                        SqlState.EXTERNAL_ROUTINE,
                        "the validator %s of cell %s: cascade %s answers neither {valid, reason} nor yes or no"
                                .formatted(
                                        Names.quoted(validator.name()),
                                        Names.quoted(cell.name()),
                                        Names.quoted(cascade.id()))));
    }
}
