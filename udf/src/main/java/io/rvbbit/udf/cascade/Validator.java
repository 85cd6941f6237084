package io.rvbbit.udf.cascade;

import com.google.re2j.Pattern;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;

/** Something that says whether a value is right. Threading: immutable. */
public sealed interface Validator {
    /** As the books show it. */
    String name();

    /** What is told of a value that is not right; empty where the validator finds its own words. */
    String message();

    /** True is right, by a SQL expression over the value. */
    record SqlValidator(String name, String message, CellPlace place, String expression)
            implements Validator {
        /** The expression as a query, to find out what it reads; it cannot be run. */
        public String query() {
            return "SELECT (\n" + expression + "\n)";
        }

        SqlValidator withMessage(String said) {
            return new SqlValidator(name, said, place, expression);
        }
    }

    /** A value that fits is right. */
    record SchemaValidator(String name, String message, OutputSchema schema) implements Validator {}

    /** A value in whose text the pattern is found is right. */
    record PatternValidator(String name, String message, Pattern pattern) implements Validator {}

    /**
     * What a model takes for right.
     *
     * @param asks the question, as a cell named {@code cell.validator}
     */
    record PromptValidator(String name, String message, PromptCell asks) implements Validator {}

    /**
     * What another cascade takes for right.
     *
     * @param run the cell that stands for it
     */
    record CascadeValidator(String name, String message, SubCascadeCell run) implements Validator {}
}
