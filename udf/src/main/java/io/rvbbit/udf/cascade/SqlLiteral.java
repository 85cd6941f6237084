package io.rvbbit.udf.cascade;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Writes a template's value as SQL that can be read as nothing else. */
final class SqlLiteral {
    private SqlLiteral() {}

    static String of(@Nullable Object value) {
        return switch (value) {
            case null -> "NULL";
            case UndefinedName undefined -> throw undefined.fault();
            case SqlIdentifier identifier -> quoted(identifier.name(), '"');
            case Boolean truth -> truth ? "TRUE" : "FALSE";
            case Number number -> number(number);
            case Map<?, ?> map -> struct(map);
            case Collection<?> list -> list(list);
            case String text -> quoted(text, '\'');
            default ->
                    throw new TemplateFault(
                            0, "a " + value.getClass().getSimpleName() + " has no SQL literal");
        };
    }

    /** The text between {@code quote}s, each {@code quote} inside doubled. */
    static String quoted(String text, char quote) {
        if (text.indexOf('\0') >= 0) {
            throw TemplateFault.ofValue("a value with a NUL character cannot stand in SQL");
        }
        if (quote == '"' && text.isEmpty()) {
            throw TemplateFault.ofValue("an identifier is never empty");
        }
        String mark = String.valueOf(quote);
        return mark + text.replace(mark, mark + mark) + mark;
    }

    private static String number(Number number) {
        String text =
                switch (number) {
                    case BigDecimal decimal -> plain(decimal);
                    case Long whole -> whole.toString();
                    case Integer whole -> whole.toString();
                    case BigInteger whole -> whole.toString();
                    case Double real when Double.isFinite(real) -> plain(BigDecimal.valueOf(real));
                    case Float real when Float.isFinite(real) -> plain(new BigDecimal(real));
                    default -> throw TemplateFault.ofValue("not a number that SQL can hold");
                };
        // A sign next to another one would begin a comment.
        return text.startsWith("-") ? "(" + text + ")" : text;
    }

    /** Never expands an exponent into millions of zeros. */
    static String plain(BigDecimal number) {
        return Math.abs((long) number.scale()) <= 40 ? number.toPlainString() : number.toString();
    }

    private static String list(Collection<?> values) {
        StringJoiner list = new StringJoiner(", ", "[", "]");
        values.forEach(value -> list.add(of(value)));
        return list.toString();
    }

    private static String struct(Map<?, ?> values) {
        if (values.isEmpty()) {
            return "MAP {}";
        }
        StringJoiner struct = new StringJoiner(", ", "{", "}");
        values.forEach(
                (key, value) -> struct.add(quoted(String.valueOf(key), '\'') + ": " + of(value)));
        return struct.toString();
    }
}
