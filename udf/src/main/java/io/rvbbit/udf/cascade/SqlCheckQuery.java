package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.udf.cascade.Validator.SqlValidator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A validator's expression as a query over one value.
 *
 * <p>There are {@code output}, text or JSON; each property that the schema of the output names, as
 * a column of its type; and {@code input}, a struct. Threading: immutable.
 *
 * @param sql the expression begins in its second line
 * @param blank the same with NULL for each value
 */
record SqlCheckQuery(String sql, String blank, List<@Nullable Object> values) {
    private static final String OUTPUT = "output";

    /** {@code inputs}: what the expression reads of the input, be it there or not. */
    static SqlCheckQuery of(SqlValidator validator, Checked checked, Set<String> inputs) {
        Columns columns = new Columns();
        List<String> output = columns.output(checked);
        List<String> input = columns.input(checked, inputs);
        String head = "SELECT CAST((\n" + validator.expression() + "\n) AS BOOLEAN) AS valid FROM ";
        String from =
                "(SELECT "
                        + String.join(", ", output)
                        + ") AS output, (SELECT "
                        + (input.isEmpty() ? "NULL" : "{" + String.join(", ", input) + "}")
                        + " AS input) AS rvbbit_input";
        return new SqlCheckQuery(head + from, head + blank(from), columns.values);
    }

    /** The casts hold the only parameters. */
    private static String blank(String from) {
        return from.replaceAll("CAST\\(\\$\\d+ AS", "CAST(NULL AS");
    }

    /** The line of the expression, from 1, at which a fault of the query stands. */
    int lineOf(int position) {
        int end = sql.offsetByCodePoints(0, Math.clamp(position - 1L, 0, length()));
        long line = sql.substring(0, end).chars().filter(c -> c == '\n').count();
        return (int) Math.max(1, line);
    }

    private int length() {
        return sql.codePointCount(0, sql.length());
    }

    private static final class Columns {
        private final List<@Nullable Object> values = new ArrayList<>();

        List<String> output(Checked checked) {
            List<String> columns = new ArrayList<>();
            JsonNode value = checked.value();
            OutputSchema schema = checked.schema();
            if (schema == null && value.isTextual()) {
                columns.add(cast(value.textValue(), "VARCHAR") + " AS output");
                return columns;
            }
            columns.add(cast(value.toString(), "JSON") + " AS output");
            Map<String, String> types = schema == null ? null : schema.properties();
            Set<String> taken = new HashSet<>(Set.of(OUTPUT));
            if (types != null) {
                types.forEach((name, type) -> {
                    if (taken.add(name.toLowerCase(Locale.ROOT))) {
                        String own = cast(text(value.path(name), type), sqlType(type));
                        columns.add(own + " AS " + SqlText.identifier(name));
                    }
                });
            }
            return columns;
        }

        List<String> input(Checked checked, Set<String> inputs) {
            List<String> fields = new ArrayList<>();
            Set<String> names = new TreeSet<>(inputs);
            checked.input().fieldNames().forEachRemaining(names::add);
            Set<String> taken = new HashSet<>();
            for (String name : names) {
                if (taken.add(name.toLowerCase(Locale.ROOT))) {
                    String value = input(checked.input().path(name));
                    fields.add(SqlText.literal(name) + ": " + value);
                }
            }
            return fields;
        }

        private String input(JsonNode value) {
            return switch (value.getNodeType()) {
                case NULL, MISSING -> "NULL";
                case STRING -> cast(value.textValue(), "VARCHAR");
                case BOOLEAN -> cast(value.asText(), "BOOLEAN");
                case NUMBER ->
                        cast(
                                AnswerJson.text(value),
                                value.isIntegralNumber() ? "HUGEINT" : "DOUBLE");
                default -> cast(value.toString(), "JSON");
            };
        }

        private String cast(@Nullable String value, String type) {
            values.add(value);
            return "CAST($" + values.size() + " AS " + type + ")";
        }

        private static @Nullable String text(JsonNode value, String type) {
            boolean json = sqlType(type).equals("JSON") && !value.isMissingNode();
            return json ? value.toString() : AnswerJson.text(value);
        }

        private static String sqlType(String type) {
            return switch (type) {
                case "string" -> "VARCHAR";
                case "integer" -> "BIGINT";
                case "number" -> "DOUBLE";
                case "boolean" -> "BOOLEAN";
                default -> "JSON";
            };
        }
    }
}
