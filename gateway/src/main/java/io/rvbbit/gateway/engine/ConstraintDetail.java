package io.rvbbit.gateway.engine;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the engine tells of the key or the check that failed. Threading: stateless. */
final class ConstraintDetail {
    private static final Pattern DUPLICATE =
            Pattern.compile("(?is).*duplicate key \"(.*)\"(?: violates .*)?\\s*");
    private static final Pattern MISSING =
            Pattern.compile("(?s).*because key \"(.*)\" does not exist in the referenced table.*");
    private static final Pattern REFERENCED =
            Pattern.compile("(?s).*because key \"(.*)\" is still referenced by a foreign key.*");
    private static final Pattern CHECK =
            Pattern.compile("(?s).*CHECK constraint failed on table .* with expression (CHECK.*)");

    private ConstraintDetail() {}

    /** The detail of the error; "" for another fault. */
    static String of(String message) {
        Matcher duplicate = DUPLICATE.matcher(message);
        if (duplicate.matches()) {
            return "Key \"" + duplicate.group(1) + "\" already exists.";
        }
        Matcher missing = MISSING.matcher(message);
        if (missing.matches()) {
            return "Key \"" + missing.group(1) + "\" is not present in the referenced table.";
        }
        Matcher referenced = REFERENCED.matcher(message);
        if (referenced.matches()) {
            return "Key \"" + referenced.group(1) + "\" is still referenced from another table.";
        }
        Matcher check = CHECK.matcher(message);
        return check.matches() ? "The row fails " + check.group(1).strip() + "." : "";
    }
}
