package io.rvbbit.gateway.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Types of array parameters: PostgreSQL's have one for any number of dimensions, DuckDB's lists one
 * for each.
 *
 * <p>Threading: stateless.
 */
final class ArrayTypes {
    private static final String BRACKETS = "[]";

    private ArrayTypes() {}

    /** The same types, those of arrays with as many dimensions as the values bound to them have. */
    static List<String> following(List<String> types, List<@Nullable Object> values) {
        List<String> followed = new ArrayList<>(types);
        for (int i = 0; i < Math.min(types.size(), values.size()); i++) {
            int depth = depth(values.get(i));
            String type = types.get(i);
            if (type.endsWith(BRACKETS) && depth > 0) {
                followed.set(i, element(type) + BRACKETS.repeat(depth));
            }
        }
        return followed;
    }

    /** 0 for what is no array, or an array of nothing, which has any number of dimensions. */
    private static int depth(@Nullable Object value) {
        return value instanceof List<?> list && !list.isEmpty() ? 1 + depth(list.getFirst()) : 0;
    }

    static int dimensions(String type) {
        return (type.length() - element(type).length()) / BRACKETS.length();
    }

    private static String element(String type) {
        String element = type;
        while (element.endsWith(BRACKETS)) {
            element = element.substring(0, element.length() - BRACKETS.length());
        }
        return element;
    }

    /** Whether both are arrays of the same, with any number of dimensions. */
    static boolean sameElements(String type, String other) {
        return type.endsWith(BRACKETS)
                && other.endsWith(BRACKETS)
                && element(type).equals(element(other));
    }

    /** The engine would read the text of a list of JSON as one JSON value. */
    static boolean isCastInSteps(String type) {
        return type.endsWith(BRACKETS) && element(type).equals("JSON");
    }

    /** Whether a value is bound as JSON: DuckDB 1.5 stumbles over "]" in texts of inner lists. */
    static boolean isBoundAsJson(String type) {
        return dimensions(type) > 1 && (isCastInSteps(type) || element(type).equals("VARCHAR"));
    }

    /** A parameter's cast: texts become a list before its elements are read as JSON. */
    static String cast(String type) {
        String texts = "::VARCHAR" + BRACKETS.repeat(dimensions(type));
        return (isBoundAsJson(type) ? "::JSON" : "")
                + (isCastInSteps(type) ? texts : "")
                + "::"
                + type;
    }
}
