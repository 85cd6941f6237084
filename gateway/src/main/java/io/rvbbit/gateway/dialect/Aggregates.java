package io.rvbbit.gateway.dialect;

import java.util.Locale;
import java.util.Set;

/**
 * Calls of aggregates, with what may stand behind their parenthesis.
 *
 * <p>Threading: stateless.
 */
final class Aggregates {
    private static final String PG = DialectCatalog.SCHEMA + ".";
    private static final Set<String> NAMES =
            Set.of(
                    "sum",
                    "avg",
                    "count",
                    "min",
                    "max",
                    "array_agg",
                    "string_agg",
                    "bool_and",
                    "bool_or",
                    "every",
                    "stddev",
                    "stddev_pop",
                    "stddev_samp",
                    "variance",
                    "var_pop",
                    "var_samp",
                    "json_agg",
                    "jsonb_agg",
                    "json_object_agg",
                    "jsonb_object_agg",
                    "corr",
                    "percentile_cont",
                    "percentile_disc",
                    "mode",
                    "bit_and",
                    "bit_or",
                    "row_number",
                    "rank",
                    "dense_rank",
                    "lag",
                    "lead",
                    "first_value",
                    "last_value",
                    "nth_value",
                    "ntile",
                    "regr_slope",
                    "any_value",
                    "median",
                    "quantile_cont",
                    "list",
                    "first",
                    "last");

    private Aggregates() {}

    static boolean isAggregate(StatementWriter writer, int at) {
        return writer.isCall(at)
                && NAMES.contains(writer.token(at).text().toLowerCase(Locale.ROOT));
    }

    /** The token behind FILTER (…) and OVER …, which belong to the call. */
    static int end(StatementWriter writer, int call) {
        int at = writer.brackets.partner(call + 1) + 1;
        if (writer.token(at).is("within")) {
            at = writer.brackets.partner(at + 2) + 1;
        }
        if (writer.token(at).is("filter") && writer.token(at + 1).isOperator("(")) {
            at = writer.brackets.partner(at + 1) + 1;
        }
        if (writer.token(at).is("over")) {
            at = writer.brackets.after(at + 1);
        }
        return at;
    }

    /**
     * {@code sum} and {@code avg} with PostgreSQL's result types, the JSON aggregates with
     * PostgreSQL's texts; empty where the engine's own will do.
     */
    static String written(StatementWriter writer, int call, int end) {
        String name = writer.token(call).text().toLowerCase(Locale.ROOT);
        int close = writer.brackets.partner(call + 1);
        return switch (name) {
            case "sum", "avg" -> number(writer, name, call, close, end);
            case "ntile" -> "CAST(" + renamed(writer, "ntile", call, close, end) + " AS INTEGER)";
            case "every" -> renamed(writer, "bool_and", call, close, end);
            case "json_agg" ->
                    PG + "_spaced(to_json(" + renamed(writer, "list", call, close, end) + "))";
            case "jsonb_agg" ->
                    PG + "_jsonb(to_json(" + renamed(writer, "list", call, close, end) + "))";
            case "json_object_agg" ->
                    PG
                            + "_spaced_members("
                            + renamed(writer, "json_group_object", call, close, end)
                            + ")";
            case "jsonb_object_agg" ->
                    PG + "_jsonb(" + renamed(writer, "json_group_object", call, close, end) + ")";
            default -> "";
        };
    }

    private static String renamed(
            StatementWriter writer, String name, int call, int close, int end) {
        return name + "(" + writer.part(call + 2, close) + ")" + tail(writer, close + 1, end);
    }

    private static String tail(StatementWriter writer, int from, int end) {
        return from < end ? " " + writer.part(from, end) : "";
    }

    private static String number(
            StatementWriter writer, String name, int call, int close, int end) {
        int argument = call + 2;
        if (writer.token(argument).isAny("distinct", "all")) {
            argument++;
        }
        if (argument >= close || holdsAggregate(writer, argument, close)) {
            return "";
        }
        String probe = writer.part(argument, close);
        String inner = "(" + writer.part(call + 2, close) + ")" + tail(writer, close + 1, end);
        if (writer.isOpen(argument, close)) {
            return "";
        }
        return name.equals("sum")
                ? PG + "_sum(sum" + inner + ", " + probe + ")"
                : PG
                        + "_avg(avg"
                        + inner
                        + ", sum"
                        + inner
                        + ", count"
                        + inner
                        + ", "
                        + probe
                        + ")";
    }

    private static boolean holdsAggregate(StatementWriter writer, int from, int to) {
        for (int i = from; i < to; i++) {
            // A model's answer is asked for once, so its call must not be written three times.
            boolean paid = writer.token(i).text().toLowerCase(Locale.ROOT).startsWith("rvbbit");
            if (isAggregate(writer, i) || paid) {
                return true;
            }
        }
        return false;
    }
}
