package io.rvbbit.gateway.dialect;

import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A type as it stands in a statement.
 *
 * @param name PostgreSQL's short name in lower case, such as {@code int4}; any other name as
 *     written
 * @param written the tokens of the name and its arguments, without dimensions
 * @param arguments in parentheses, such as precision and scale
 * @param dimensions pairs of brackets
 * @param end the token behind the type
 */
record TypeSpec(String name, String written, List<Integer> arguments, int dimensions, int end) {
    private static final Map<String, String> NAMES =
            Map.ofEntries(
                    Map.entry("bool", "bool"),
                    Map.entry("boolean", "bool"),
                    Map.entry("smallint", "int2"),
                    Map.entry("int2", "int2"),
                    Map.entry("int", "int4"),
                    Map.entry("integer", "int4"),
                    Map.entry("int4", "int4"),
                    Map.entry("bigint", "int8"),
                    Map.entry("int8", "int8"),
                    Map.entry("real", "float4"),
                    Map.entry("float4", "float4"),
                    Map.entry("float", "float8"),
                    Map.entry("float8", "float8"),
                    Map.entry("double", "float8"),
                    Map.entry("numeric", "numeric"),
                    Map.entry("decimal", "numeric"),
                    Map.entry("dec", "numeric"),
                    Map.entry("text", "text"),
                    Map.entry("varchar", "varchar"),
                    Map.entry("character", "bpchar"),
                    Map.entry("char", "bpchar"),
                    Map.entry("bpchar", "bpchar"),
                    Map.entry("name", "name"),
                    Map.entry("bytea", "bytea"),
                    Map.entry("json", "json"),
                    Map.entry("jsonb", "jsonb"),
                    Map.entry("uuid", "uuid"),
                    Map.entry("date", "date"),
                    Map.entry("time", "time"),
                    Map.entry("timetz", "timetz"),
                    Map.entry("timestamp", "timestamp"),
                    Map.entry("timestamptz", "timestamptz"),
                    Map.entry("interval", "interval"),
                    Map.entry("bit", "bit"),
                    Map.entry("varbit", "varbit"),
                    Map.entry("oid", "oid"));

    private static final Map<String, String> ENGINE =
            Map.ofEntries(
                    Map.entry("bool", "BOOLEAN"),
                    Map.entry("int2", "SMALLINT"),
                    Map.entry("int4", "INTEGER"),
                    Map.entry("int8", "BIGINT"),
                    Map.entry("float4", "FLOAT"),
                    Map.entry("float8", "DOUBLE"),
                    Map.entry("numeric", "DECIMAL(38,10)"),
                    Map.entry("text", "VARCHAR"),
                    Map.entry("varchar", "VARCHAR"),
                    Map.entry("bpchar", "VARCHAR"),
                    Map.entry("name", "VARCHAR"),
                    Map.entry("bytea", "BLOB"),
                    Map.entry("json", "JSON"),
                    Map.entry("jsonb", "JSON"),
                    Map.entry("uuid", "UUID"),
                    Map.entry("date", "DATE"),
                    Map.entry("time", "TIME"),
                    Map.entry("timetz", "TIMETZ"),
                    Map.entry("timestamp", "TIMESTAMP"),
                    Map.entry("timestamptz", "TIMESTAMPTZ"),
                    Map.entry("interval", "INTERVAL"),
                    Map.entry("bit", "BIT"),
                    Map.entry("varbit", "BIT"),
                    Map.entry("oid", "BIGINT"));

    /** The type that starts at this token; null if none can. */
    static @Nullable TypeSpec at(List<Token> tokens, int start, Brackets brackets) {
        if (!tokens.get(start).isIdentifier()) {
            return null;
        }
        int at = start;
        if (tokens.get(at).identifier().equals("pg_catalog")
                && tokens.get(at + 1).isOperator(".")) {
            at += 2;
        }
        Token word = tokens.get(at);
        if (!word.isIdentifier() || tokens.get(at + 1).isOperator(".")) {
            return null;
        }
        String name = NAMES.getOrDefault(word.identifier(), "");
        if (word.kind() == Token.Kind.QUOTED_IDENTIFIER && word.identifier().equals("char")) {
            name = "";
        }
        at++;
        if (word.is("double") && tokens.get(at).is("precision")) {
            at++;
        } else if (word.isAny("character", "char", "bit") && tokens.get(at).is("varying")) {
            name = word.is("bit") ? "varbit" : "varchar";
            at++;
        } else if (name.equals("interval")) {
            while (tokens.get(at).isAny("year", "month", "day", "hour", "minute", "second", "to")) {
                at++;
            }
        }
        List<Integer> arguments = new ArrayList<>();
        if (tokens.get(at).isOperator("(") && !name.isEmpty()) {
            for (int i = at + 1; i < brackets.partner(at); i++) {
                if (tokens.get(i).kind() == Token.Kind.NUMBER
                        && tokens.get(i).text().matches("\\d{1,9}")) {
                    arguments.add(Integer.parseInt(tokens.get(i).text()));
                }
            }
            at = brackets.partner(at) + 1;
        } else if (tokens.get(at).isOperator("(")) {
            at = brackets.partner(at) + 1;
        }
        if (word.isAny("time", "timestamp")
                && tokens.get(at).isAny("with", "without")
                && tokens.get(at + 1).is("time")) {
            name += tokens.get(at).is("with") ? "tz" : "";
            at += 3;
        }
        int close = at;
        int dimensions = 0;
        while (tokens.get(at).isOperator("[")) {
            dimensions++;
            at = brackets.partner(at) + 1;
        }
        if (tokens.get(at).is("array")) {
            dimensions++;
            at++;
        }
        return new TypeSpec(name, written(tokens, start, close), arguments, dimensions, at);
    }

    private static String written(List<Token> tokens, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i > from && i + 1 <= to && needsBlank(tokens, i) ? " " : "");
            text.append(tokens.get(i).text());
        }
        return text.toString();
    }

    private static boolean needsBlank(List<Token> tokens, int at) {
        return tokens.get(at).isIdentifier() && tokens.get(at - 1).isIdentifier();
    }

    /** Whether PostgreSQL has a type of this name that the dialect knows. */
    boolean isKnown() {
        return !name.isEmpty();
    }

    /** The element's type in PostgreSQL's own codec. */
    Optional<PgType> element() {
        for (PgType type : PgType.values()) {
            if (!type.isArray() && type.typeName().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** The engine's type, dimensions included. */
    String engine() {
        return elementEngine() + "[]".repeat(dimensions);
    }

    String elementEngine() {
        if (name.equals("numeric") && !arguments.isEmpty()) {
            int scale = arguments.size() > 1 ? arguments.get(1) : 0;
            return "DECIMAL(" + arguments.getFirst() + "," + scale + ")";
        }
        return ENGINE.getOrDefault(name, written);
    }
}
