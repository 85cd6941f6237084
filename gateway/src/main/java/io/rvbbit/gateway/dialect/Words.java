package io.rvbbit.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.rewriter.SqlText;
import java.util.Set;

/** Functions on plain text. Threading: stateless. */
final class Words {
    /** The reserved words that make {@code quote_ident} quote. */
    private static final Set<String> RESERVED =
            Set.of(
                    "all",
                    "analyse",
                    "analyze",
                    "and",
                    "any",
                    "array",
                    "as",
                    "asc",
                    "asymmetric",
                    "both",
                    "case",
                    "cast",
                    "check",
                    "collate",
                    "column",
                    "constraint",
                    "create",
                    "current_date",
                    "current_role",
                    "current_time",
                    "current_timestamp",
                    "current_user",
                    "default",
                    "deferrable",
                    "desc",
                    "distinct",
                    "do",
                    "else",
                    "end",
                    "except",
                    "false",
                    "fetch",
                    "for",
                    "foreign",
                    "from",
                    "grant",
                    "group",
                    "having",
                    "in",
                    "initially",
                    "intersect",
                    "into",
                    "join",
                    "lateral",
                    "leading",
                    "limit",
                    "localtime",
                    "localtimestamp",
                    "not",
                    "null",
                    "offset",
                    "on",
                    "only",
                    "or",
                    "order",
                    "placing",
                    "primary",
                    "references",
                    "returning",
                    "select",
                    "session_user",
                    "some",
                    "symmetric",
                    "table",
                    "then",
                    "to",
                    "trailing",
                    "true",
                    "union",
                    "unique",
                    "user",
                    "using",
                    "variadic",
                    "when",
                    "where",
                    "window",
                    "with",
                    "between",
                    "bigint",
                    "bit",
                    "boolean",
                    "char",
                    "character",
                    "coalesce",
                    "dec",
                    "decimal",
                    "exists",
                    "extract",
                    "float",
                    "greatest",
                    "inout",
                    "int",
                    "integer",
                    "interval",
                    "least",
                    "national",
                    "nchar",
                    "none",
                    "nullif",
                    "numeric",
                    "out",
                    "overlay",
                    "position",
                    "precision",
                    "real",
                    "row",
                    "setof",
                    "smallint",
                    "substring",
                    "time",
                    "timestamp",
                    "treat",
                    "trim",
                    "values",
                    "varchar");

    private Words() {}

    static String initcap(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean inWord = false;
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toUpperCase(c));
            inWord = Character.isLetterOrDigit(c);
            i += Character.charCount(c);
        }
        return out.toString();
    }

    static String quoteIdent(String name) {
        boolean plain = !name.isEmpty() && !RESERVED.contains(name);
        for (int i = 0; i < name.length() && plain; i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || c == '_';
            plain = letter || (i > 0 && c >= '0' && c <= '9');
        }
        return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
    }

    static String quoteLiteral(String text) {
        if (text.indexOf('\\') < 0) {
            return SqlText.literal(text);
        }
        return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }

    /**
     * PostgreSQL's {@code format}.
     *
     * @param values a JSON array of texts and nulls
     */
    static String format(String format, String values) {
        JsonNode arguments = JsonbText.parse(values);
        StringBuilder out = new StringBuilder();
        int next = 0;
        int i = 0;
        while (i < format.length()) {
            char c = format.charAt(i++);
            if (c != '%') {
                out.append(c);
                continue;
            }
            Specifier specifier = Specifier.read(format, i);
            i = specifier.end();
            if (specifier.type() == '%') {
                out.append('%');
                continue;
            }
            next = specifier.position() > 0 ? specifier.position() : next + 1;
            if (next > arguments.size()) {
                throw DialectFunctions.invalid("too few arguments for format()");
            }
            out.append(specifier.apply(arguments.get(next - 1)));
        }
        return out.toString();
    }

    private record Specifier(int position, boolean left, int width, char type, int end) {
        static Specifier read(String format, int from) {
            int at = from;
            int number = 0;
            int start = at;
            while (at < format.length() && Character.isDigit(format.charAt(at))) {
                number = Math.min(number * 10 + (format.charAt(at++) - '0'), 100_000);
            }
            int position = 0;
            boolean left = false;
            int width = 0;
            if (at > start && at < format.length() && format.charAt(at) == '$') {
                position = number;
                at++;
            } else if (at > start) {
                width = number;
            }
            if (at < format.length() && format.charAt(at) == '-') {
                left = true;
                at++;
            }
            while (at < format.length() && Character.isDigit(format.charAt(at))) {
                width = Math.min(width * 10 + (format.charAt(at++) - '0'), 100_000);
            }
            if (at == format.length()) {
                throw DialectFunctions.invalid("unterminated format() type specifier");
            }
            return new Specifier(position, left, width, format.charAt(at), at + 1);
        }

        String apply(JsonNode value) {
            String text =
                    switch (type) {
                        case 's' -> value.isNull() ? "" : value.asText();
                        case 'I' -> {
                            if (value.isNull()) {
                                throw DialectFunctions.invalid(
                                        "null values cannot be formatted as an SQL identifier");
                            }
                            yield quoteIdent(value.asText());
                        }
                        case 'L' -> value.isNull() ? "NULL" : quoteLiteral(value.asText());
                        default ->
                                throw DialectFunctions.invalid(
                                        "unrecognized format() type specifier \"" + type + "\"");
                    };
            String blanks = " ".repeat(Math.max(0, width - text.length()));
            return left ? text + blanks : blanks + text;
        }
    }

    static String unistr(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            int digits = text.startsWith("\\+", i) ? 6 : 4;
            int from = digits == 6 || text.startsWith("\\u", i) ? i + 2 : i + 1;
            if (text.startsWith("\\\\", i)) {
                out.append('\\');
                i++;
            } else if (from + digits <= text.length()) {
                try {
                    out.appendCodePoint(Integer.parseInt(text, from, from + digits, 16));
                } catch (NumberFormatException fault) {
                    throw DialectFunctions.invalid("invalid Unicode escape");
                }
                i = from + digits - 1;
            } else {
                throw DialectFunctions.invalid("invalid Unicode escape");
            }
        }
        return out.toString();
    }
}
