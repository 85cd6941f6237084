package io.rvbbit.gateway.engine;

import io.rvbbit.gateway.engine.EngineType.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads DuckDB's own spelling of a type, such as {@code STRUCT(a INTEGER, "b c" DECIMAL(5,2)[])}.
 *
 * <p>Threading: each call has a reader of its own.
 */
final class TypeNames {
    /** The type that holds values of any type; they are read as JSON. */
    static final String VARIANT = "VARIANT";

    private static final Map<String, Kind> PLAIN =
            Map.ofEntries(
                    Map.entry("BOOLEAN", Kind.BOOLEAN),
                    Map.entry("TINYINT", Kind.TINYINT),
                    Map.entry("SMALLINT", Kind.SMALLINT),
                    Map.entry("INTEGER", Kind.INTEGER),
                    Map.entry("BIGINT", Kind.BIGINT),
                    Map.entry("UTINYINT", Kind.UTINYINT),
                    Map.entry("USMALLINT", Kind.USMALLINT),
                    Map.entry("UINTEGER", Kind.UINTEGER),
                    Map.entry("UBIGINT", Kind.UBIGINT),
                    Map.entry("HUGEINT", Kind.HUGEINT),
                    Map.entry("UHUGEINT", Kind.UHUGEINT),
                    Map.entry("BIGNUM", Kind.BIGNUM),
                    Map.entry("FLOAT", Kind.FLOAT),
                    Map.entry("DOUBLE", Kind.DOUBLE),
                    Map.entry("VARCHAR", Kind.VARCHAR),
                    Map.entry("JSON", Kind.JSON),
                    Map.entry(VARIANT, Kind.JSON),
                    Map.entry("BLOB", Kind.BLOB),
                    Map.entry("ENUM", Kind.ENUM),
                    Map.entry("BIT", Kind.BIT),
                    Map.entry("DATE", Kind.DATE),
                    Map.entry("TIME", Kind.TIME),
                    Map.entry("TIME_NS", Kind.TIME),
                    Map.entry("TIME WITH TIME ZONE", Kind.TIME_TZ),
                    Map.entry("TIMESTAMP", Kind.TIMESTAMP),
                    Map.entry("TIMESTAMP_S", Kind.TIMESTAMP),
                    Map.entry("TIMESTAMP_MS", Kind.TIMESTAMP),
                    Map.entry("TIMESTAMP_NS", Kind.TIMESTAMP),
                    Map.entry("TIMESTAMP WITH TIME ZONE", Kind.TIMESTAMP_TZ),
                    Map.entry("INTERVAL", Kind.INTERVAL),
                    Map.entry("UUID", Kind.UUID));

    private final String name;
    private int at;

    private TypeNames(String name) {
        this.name = name;
    }

    /** The type; OTHER, which is read as text, for whatever the name means beyond what we know. */
    static EngineType parse(String name) {
        try {
            TypeNames reader = new TypeNames(name);
            EngineType type = reader.type();
            return reader.at == name.length() ? type : EngineType.of(Kind.OTHER, name);
        } catch (IndexOutOfBoundsException | NumberFormatException _) {
            // A spelling that a later DuckDB made up: its values still have a text.
            return EngineType.of(Kind.OTHER, name);
        }
    }

    private EngineType type() {
        int start = at;
        EngineType type = element(start);
        while (at < name.length() && name.charAt(at) == '[') {
            int close = name.indexOf(']', at);
            String length = name.substring(at + 1, close);
            at = close + 1;
            type =
                    new EngineType(
                            length.isEmpty() ? Kind.LIST : Kind.ARRAY,
                            name.substring(start, at),
                            length.isEmpty() ? 0 : Integer.parseInt(length),
                            0,
                            List.of(type),
                            List.of());
        }
        return type;
    }

    private EngineType element(int start) {
        String word = word();
        boolean arguments = at < name.length() && name.charAt(at) == '(';
        if (!arguments) {
            return EngineType.of(PLAIN.getOrDefault(word, Kind.OTHER), word);
        }
        at++;
        return switch (word) {
            case "DECIMAL" -> decimal(start);
            case "STRUCT" -> members(Kind.STRUCT, start);
            case "UNION" -> members(Kind.UNION, start);
            case "MAP" -> map(start);
            case "ENUM" -> labels(start);
            default -> {
                int close = name.indexOf(')', at);
                at = close + 1;
                yield EngineType.of(Kind.OTHER, name.substring(start, at));
            }
        };
    }

    private String word() {
        if (name.charAt(at) == '"') {
            return quoted('"');
        }
        int start = at;
        while (at < name.length() && "()[],".indexOf(name.charAt(at)) < 0) {
            at++;
        }
        return name.substring(start, at).strip();
    }

    private EngineType decimal(int start) {
        int comma = name.indexOf(',', at);
        int close = name.indexOf(')', comma);
        int width = Integer.parseInt(name.substring(at, comma).strip());
        int scale = Integer.parseInt(name.substring(comma + 1, close).strip());
        at = close + 1;
        return new EngineType(
                Kind.DECIMAL, name.substring(start, at), width, scale, List.of(), List.of());
    }

    private EngineType map(int start) {
        EngineType key = type();
        separator();
        EngineType value = type();
        at++;
        return new EngineType(
                Kind.MAP, name.substring(start, at), 0, 0, List.of(key, value), List.of());
    }

    private EngineType members(Kind kind, int start) {
        List<EngineType> types = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        do {
            labels.add(label());
            types.add(type());
        } while (separator());
        at++;
        return new EngineType(kind, name.substring(start, at), 0, 0, types, labels);
    }

    private EngineType labels(int start) {
        List<String> labels = new ArrayList<>();
        do {
            labels.add(quoted('\''));
        } while (separator());
        at++;
        return new EngineType(Kind.ENUM, name.substring(start, at), 0, 0, List.of(), labels);
    }

    /** A member's name and the blank behind it; empty for a member of an unnamed STRUCT. */
    private String label() {
        if (name.charAt(at) == '"') {
            String label = quoted('"');
            at++;
            return label;
        }
        int blank = at;
        while (Character.isLetterOrDigit(name.charAt(blank)) || name.charAt(blank) == '_') {
            blank++;
        }
        if (name.charAt(blank) != ' ' || startsTypeOfSeveralWords()) {
            return "";
        }
        String label = name.substring(at, blank);
        at = blank + 1;
        return label;
    }

    // TIME WITH TIME ZONE in an unnamed STRUCT looks like a member called "TIME".
    private boolean startsTypeOfSeveralWords() {
        return name.startsWith("TIME WITH TIME ZONE", at)
                || name.startsWith("TIMESTAMP WITH TIME ZONE", at);
    }

    private boolean separator() {
        if (name.charAt(at) != ',') {
            return false;
        }
        at++;
        while (name.charAt(at) == ' ') {
            at++;
        }
        return true;
    }

    private String quoted(char quote) {
        StringBuilder text = new StringBuilder();
        at++;
        while (true) {
            char character = name.charAt(at++);
            if (character == quote) {
                if (at >= name.length() || name.charAt(at) != quote) {
                    return text.toString();
                }
                at++;
            }
            text.append(character);
        }
    }
}
