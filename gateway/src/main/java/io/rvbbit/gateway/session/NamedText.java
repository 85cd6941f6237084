package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.gateway.wire.RowBuffer;

/**
 * Texts that a statement casts to {@code varchar(n)}, {@code char(n)} or {@code name}.
 *
 * <p>Blanks at the end of a {@code char(n)} mean nothing, so the engine has none and they are added
 * here. Threading: stateless.
 */
final class NamedText {
    private NamedText() {}

    static PgType pgType(String name) {
        int parenthesis = name.indexOf('(');
        return switch (parenthesis < 0 ? name : name.substring(0, parenthesis)) {
            case "varchar" -> PgType.VARCHAR;
            case "bpchar" -> PgType.BPCHAR;
            case "name" -> PgType.NAME;
            case "unknown" -> PgType.UNKNOWN;
            default -> PgType.TEXT;
        };
    }

    /** The type of a column that was declared so, such as {@code varchar(20)[]}. */
    static PgType declared(String name) {
        String element = name.replace("[]", "");
        PgType type = element.equals(EngineType.JSONB) ? PgType.JSONB : pgType(element);
        return element.length() == name.length() ? type : type.array().orElse(type);
    }

    /** The length and four, as PostgreSQL counts; -1 without one. */
    static int modifier(String name) {
        int length = length(name);
        return length < 0 ? -1 : length + 4;
    }

    private static int length(String name) {
        return name.startsWith("varchar(") || name.startsWith("bpchar(") ? argument(name) : -1;
    }

    /** What stands in parentheses behind the name that a statement gives a type; -1 without. */
    static int argument(String name) {
        return name.endsWith(")")
                ? Integer.parseInt(name.substring(name.indexOf('(') + 1, name.length() - 1))
                : -1;
    }

    static ValueEncoder encoder(String name) {
        int width = name.startsWith("bpchar(") ? length(name) : 0;
        return width == 0
                ? (vector, row, out) -> out.putBytes(vector.getBytes(row))
                : (vector, row, out) -> padded(vector, row, out, width);
    }

    private static void padded(Vector vector, int row, RowBuffer out, int width) {
        byte[] bytes = vector.getBytes(row);
        int characters = 0;
        for (byte one : bytes) {
            characters += (one & 0xC0) == 0x80 ? 0 : 1;
        }
        int length = bytes.length;
        while (characters > width && bytes[length - 1] == ' ') {
            length--;
            characters--;
        }
        out.putBytes(bytes, 0, length);
        for (int i = characters; i < width; i++) {
            out.putByte(' ');
        }
    }
}
