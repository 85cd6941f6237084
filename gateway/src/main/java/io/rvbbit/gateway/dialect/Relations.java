package io.rvbbit.gateway.dialect;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Functions in FROM, as queries that give the rows. Threading: stateless. */
final class Relations {
    private static final String PG = DialectCatalog.SCHEMA + ".";

    private Relations() {}

    /** A relation in the engine's words, and the token behind it. */
    record Written(String text, int end) {}

    /** Null where the engine reads what stands here as PostgreSQL does. */
    static @Nullable Written written(StatementWriter writer, int at, int to) {
        if (!writer.isCall(at)) {
            return null;
        }
        String name = writer.token(at).identifier().toLowerCase(Locale.ROOT);
        if (name.endsWith("_to_recordset") || name.endsWith("_to_record")) {
            return records(writer, at, to, name);
        }
        String query = query(writer, at, name);
        if (query.isEmpty()) {
            return null;
        }
        return aliased(writer, at, to, name, query);
    }

    private static String query(StatementWriter writer, int at, String name) {
        List<String> arguments = writer.arguments(at);
        String first = arguments.isEmpty() ? "" : arguments.getFirst();
        return switch (name) {
            case "json_array_elements", "jsonb_array_elements" ->
                    "SELECT unnest(" + PG + "_elements(" + first + ")) AS value";
            case "json_array_elements_text", "jsonb_array_elements_text" ->
                    "SELECT unnest(" + PG + "_elements_text(" + first + ")) AS value";
            case "json_each", "jsonb_each" -> members(name, "_values", first);
            case "json_each_text", "jsonb_each_text" -> members(name, "_values_text", first);
            case "json_object_keys", "jsonb_object_keys" ->
                    "SELECT unnest(" + PG + "_keys(" + sorted(name, first) + ")) AS " + name;
            case "regexp_split_to_table" ->
                    "SELECT unnest(regexp_split_to_array(" + joined(arguments) + ")) AS " + name;
            case "string_to_table" ->
                    "SELECT unnest(string_to_array(" + joined(arguments) + ")) AS " + name;
            case "regexp_matches" ->
                    "SELECT unnest(" + PG + "_matches(" + joined(arguments) + ")) AS " + name;
            case "unnest" -> arguments.size() > 1 ? several(arguments) : "";
            case "generate_series" -> series(writer, at, Calls.steps(writer, at));
            default -> "";
        };
    }

    /** {@code json_to_recordset(…) AS t(a int, b text)}. */
    private static @Nullable Written records(StatementWriter writer, int at, int to, String name) {
        int alias = writer.brackets.partner(at + 1) + 1;
        alias += writer.token(alias).is("as") ? 1 : 0;
        int open = alias + 1;
        if (!name.startsWith("json") || open >= to || !writer.token(open).isOperator("(")) {
            return null;
        }
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        int close = writer.brackets.partner(open);
        int column = open + 1;
        while (column < close) {
            TypeSpec type = TypeSpec.at(writer.tokens, column + 1, writer.brackets);
            if (type == null) {
                return null;
            }
            fields.put(writer.token(column).identifier(), TableDefinition.engineType(type));
            column = type.end() + 1;
        }
        boolean set = name.endsWith("set");
        String shape = set ? "[" + fields + "]" : fields.toString();
        String value =
                "from_json((%s)::JSON, %s)"
                        .formatted(writer.arguments(at).getFirst(), SqlText.literal(shape));
        String query =
                set
                        ? "SELECT unnest(r) FROM (SELECT unnest(" + value + ") AS r)"
                        : "SELECT unnest(" + value + ")";
        return new Written("(" + query + ") AS " + writer.token(alias).text(), close + 1);
    }

    private static String members(String name, String values, String json) {
        return "SELECT unnest(%1$s_keys(%3$s)) AS key, unnest(%1$s%2$s(%3$s)) AS value"
                .formatted(PG, values, sorted(name, json));
    }

    /** The binary form keeps its keys in an order of its own. */
    private static String sorted(String name, String json) {
        return name.startsWith("jsonb") ? PG + "_jsonb(" + json + ")" : json;
    }

    private static String several(List<String> arguments) {
        List<String> columns = new ArrayList<>();
        for (String argument : arguments) {
            columns.add("unnest(" + argument + ") AS unnest_" + (columns.size() + 1));
        }
        return "SELECT " + joined(columns);
    }

    /** The engine's own table function streams; only the type of its column needs a cast. */
    private static String series(StatementWriter writer, int at, List<String> arguments) {
        int close = writer.brackets.partner(at + 1);
        boolean integers = true;
        for (int i = at + 2; i < close; i++) {
            Token token = writer.token(i);
            boolean small = token.kind() == Token.Kind.NUMBER && token.text().matches("\\d{1,9}");
            integers &=
                    small
                            || token.kind() == Token.Kind.PARAMETER
                            || token.isOperator(",")
                            || token.isOperator("-");
        }
        String call = "generate_series(" + joined(arguments) + ")";
        if (integers) {
            return "SELECT CAST(generate_series AS INTEGER) AS generate_series FROM " + call;
        }
        if (arguments.size() == 3) {
            return "SELECT unnest(" + PG + "_series(" + joined(arguments) + ")) AS generate_series";
        }
        return "SELECT generate_series FROM " + call;
    }

    private static String joined(List<String> texts) {
        return String.join(", ", texts);
    }

    private static Written aliased(
            StatementWriter writer, int at, int to, String name, String query) {
        int end = writer.brackets.partner(at + 1) + 1;
        String text = query;
        if (writer.token(end).is("with") && writer.token(end + 1).is("ordinality")) {
            text = "SELECT *, row_number() OVER () AS ordinality FROM (" + query + ")";
            end += 2;
        }
        boolean as = end < to && writer.token(end).is("as");
        int alias = as ? end + 1 : end;
        boolean named =
                alias < to
                        && writer.token(alias).isIdentifier()
                        && (as || !endsRelation(writer.token(alias)));
        if (!named) {
            return new Written("(" + text + ") AS " + name, end);
        }
        String shown = writer.token(alias).text();
        end = alias + 1;
        if (end < to && writer.token(end).isOperator("(")) {
            int close = writer.brackets.partner(end);
            String columns =
                    writer.sql.substring(writer.token(end).start(), writer.token(close).end());
            return new Written("(" + text + ") AS " + shown + columns, close + 1);
        }
        boolean oneColumn =
                !text.contains(" AS unnest_")
                        && !text.contains(" AS key")
                        && (!text.contains(" AS value") || standsAlone(writer, shown, alias));
        return new Written(
                "(" + text + ") AS " + shown + (oneColumn ? "(" + shown + ")" : ""), end);
    }

    /** Whether the alias itself is used as the value, and not to qualify a column. */
    private static boolean standsAlone(StatementWriter writer, String name, int alias) {
        for (int i = 0; i < writer.tokens.size() - 1; i++) {
            if (i != alias
                    && writer.token(i).text().equals(name)
                    && !writer.token(i + 1).isOperator(".")
                    && !writer.token(i - 1).isOperator(".")) {
                return true;
            }
        }
        return false;
    }

    static boolean endsRelation(Token token) {
        return token.isAny("where", "group", "order", "having", "limit", "offset", "fetch")
                || token.isAny("join", "left", "right", "inner", "full", "cross", "natural", "on")
                || token.isAny(
                        "union", "intersect", "except", "window", "for", "using", "returning")
                || token.isAny("tablesample", "qualify", "set", "with", "asof", "positional");
    }
}
