package io.rvbbit.gateway.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Functions that analysts know from ClickHouse, so that one query serves the books in either store.
 *
 * <p>JSON keys are literal there, never paths: {@code 'sql.query'} and {@code '$'} are names of
 * members. What is missing or of another type gives ClickHouse's empty value ('' or 0), and NULL
 * only for NULL.
 */
final class AnalystMacros {
    private static final int MOST_KEYS = 3;

    private AnalystMacros() {}

    static List<String> statements() {
        List<String> statements = new ArrayList<>();
        json(
                statements,
                "JSONExtractString",
                "CASE WHEN json_type(j, p) = 'VARCHAR' THEN json_extract_string(j, p) ELSE '' END");
        json(
                statements,
                "JSONExtractInt",
                "coalesce(try_cast(trunc(try_cast(json_extract_string(j, p) AS DECIMAL(38, 6))) AS BIGINT), 0)");
        json(
                statements,
                "JSONExtractFloat",
                "coalesce(try_cast(json_extract_string(j, p) AS DOUBLE), 0)");
        json(
                statements,
                "JSONExtractBool",
                "coalesce(json_type(j, p) = 'BOOLEAN' AND json_extract_string(j, p) = 'true', false)");
        json(statements, "JSONExtractRaw", "coalesce(json_extract(j, p)::VARCHAR, '')");
        json(statements, "JSONHas", "json_exists(j, p)");
        // A count is a whole number, but `countIf(…) / COUNT(*) * 100` is meant as a share.
        statements.add(
                "CREATE MACRO countIf(condition) AS CAST(count(*) FILTER (WHERE condition) AS DOUBLE)");
        statements.add(
                "CREATE MACRO sumIf(value, condition) AS coalesce(sum(value) FILTER (WHERE condition), 0)");
        statements.add(
                "CREATE MACRO avgIf(value, condition) AS avg(value) FILTER (WHERE condition)");
        statements.add("CREATE MACRO uniq(value) AS count(DISTINCT value)");
        statements.add("CREATE MACRO uniqExact(value) AS count(DISTINCT value)");
        statements.add("CREATE MACRO percentile(value, share) AS quantile_cont(value, share)");
        statements.add("CREATE MACRO toDate(moment) AS CAST(moment AS DATE)");
        for (String unit : List.of("Minute", "Hour", "Day", "Week", "Month", "Quarter", "Year")) {
            String part = unit.toLowerCase(Locale.ROOT);
            statements.add(
                    "CREATE MACRO toStartOf"
                            + unit
                            + "(moment) AS date_trunc('"
                            + part
                            + "', moment)");
        }
        statements.add("CREATE MACRO toMonday(moment) AS CAST(date_trunc('week', moment) AS DATE)");
        statements.add("CREATE MACRO toString(value) AS CAST(value AS VARCHAR)");
        return statements;
    }

    // A path that begins with a slash is a JSON pointer, in which only ~ and / mean anything.
    private static void json(List<String> statements, String name, String body) {
        StringBuilder overloads = new StringBuilder("CREATE MACRO ").append(name);
        StringBuilder keys = new StringBuilder();
        StringBuilder path = new StringBuilder();
        for (int count = 1; count <= MOST_KEYS; count++) {
            String key = "key" + count;
            keys.append(", ").append(key);
            path.append(count == 1 ? "" : " || ")
                    .append("'/' || replace(replace(CAST(")
                    .append(key)
                    .append(" AS VARCHAR), '~', '~0'), '/', '~1')");
            String value = body.replace("(j, p)", "(json, " + path + ")");
            overloads
                    .append(count == 1 ? "" : ",")
                    .append(" (json")
                    .append(keys)
                    .append(") AS CASE WHEN json IS NULL THEN NULL WHEN json_valid(json) THEN ")
                    .append(value)
                    .append(" ELSE ")
                    .append(empty(name))
                    .append(" END");
        }
        statements.add(overloads.toString());
    }

    private static String empty(String name) {
        return switch (name) {
            case "JSONExtractString", "JSONExtractRaw" -> "''";
            case "JSONExtractBool", "JSONHas" -> "false";
            default -> "0";
        };
    }
}
