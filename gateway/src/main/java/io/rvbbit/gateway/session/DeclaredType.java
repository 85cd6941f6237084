package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.EngineType.Kind;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.gateway.wire.BinaryFormat;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.gateway.wire.TextFormat;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Columns whose type in PostgreSQL is more than the engine's: names, OIDs, vectors, named enums.
 *
 * <p>A declared type counts only where the engine's values can be sent as one. Threading:
 * stateless.
 */
final class DeclaredType {
    private static final int FIRST_NAMED_TYPE = 16384;

    /** Types of four bytes whose values are numbers here. */
    private static final Set<PgType> NUMBERS =
            Set.of(
                    PgType.OID,
                    PgType.XID,
                    PgType.CID,
                    PgType.REGPROC,
                    PgType.REGCLASS,
                    PgType.REGTYPE,
                    PgType.REGNAMESPACE,
                    PgType.REGROLE);

    private static final Set<PgType> TEXTS =
            Set.of(
                    PgType.NAME,
                    PgType.CHAR,
                    PgType.TEXT,
                    PgType.VARCHAR,
                    PgType.BPCHAR,
                    PgType.ACLITEM,
                    PgType.PG_NODE_TREE);

    private DeclaredType() {}

    /** Whether the column's type is an enum that the client's database defines. */
    static boolean isNamed(Column column) {
        return column.type().kind() == Kind.ENUM && column.declaredType() >= FIRST_NAMED_TYPE;
    }

    /** The type that a client is told; for a named enum that of its values' text. */
    static PgType of(Column column) {
        PgType plain = TypeMapping.pgType(column.type());
        return PgType.ofOid(column.declaredType())
                .filter(declared -> fits(declared, column.type()))
                .orElse(plain);
    }

    private static boolean fits(PgType declared, EngineType type) {
        if (type.kind() == Kind.LIST) {
            EngineType inner = type.children().getFirst();
            return switch (declared) {
                case INT2VECTOR -> inner.kind() == Kind.SMALLINT;
                case OIDVECTOR -> isWhole(inner.kind());
                default -> declared.element().filter(element -> fits(element, inner)).isPresent();
            };
        }
        if (declared == PgType.JSONB) {
            return type.kind() == Kind.JSON;
        }
        if (declared == PgType.REGTYPE && type.kind() == Kind.VARCHAR) {
            return true;
        }
        return NUMBERS.contains(declared)
                ? isWhole(type.kind())
                : TEXTS.contains(declared) && type.kind() == Kind.VARCHAR;
    }

    private static boolean isWhole(Kind kind) {
        return kind == Kind.BIGINT || kind == Kind.INTEGER || kind == Kind.SMALLINT;
    }

    static ValueEncoder encoder(Column column, Format format, TextStyle style) {
        PgType declared = of(column);
        if (declared == TypeMapping.pgType(column.type())) {
            return ValueEncoder.of(column.type(), format, style);
        }
        if (format == Format.BINARY && NUMBERS.contains(declared)) {
            return (vector, row, out) -> BinaryFormat.int4(out, (int) vector.getLong(row));
        }
        if (declared == PgType.INT2VECTOR || declared == PgType.OIDVECTOR) {
            return format == Format.TEXT ? DeclaredType::words : vector(declared);
        }
        if (format == Format.BINARY && declared.isArray()) {
            PgType element = declared.element().orElse(declared);
            if (column.type().innermost().kind() == Kind.VARCHAR && element == PgType.REGTYPE) {
                return new ArrayEncoder(
                        Format.BINARY,
                        element,
                        (vector, row, out) ->
                                BinaryFormat.int4(out, TypeMapping.named(text(vector, row)).oid()));
            }
            if (NUMBERS.contains(element)) {
                return new ArrayEncoder(
                        Format.BINARY,
                        element,
                        (vector, row, out) -> BinaryFormat.int4(out, (int) vector.getLong(row)));
            }
            if (TEXTS.contains(element)) {
                return new ArrayEncoder(
                        Format.BINARY,
                        element,
                        (vector, row, out) -> out.putBytes(vector.getBytes(row)));
            }
        }
        return ValueEncoder.of(column.type(), format, style);
    }

    /** PostgreSQL's text form of its two vector types: numbers with blanks between. */
    private static void words(Vector vector, int row, RowBuffer out) {
        Vector child = vector.child(0);
        int offset = vector.listOffset(row);
        for (int i = 0; i < vector.listLength(row); i++) {
            if (i > 0) {
                out.putByte(' ');
            }
            TextFormat.integer(out, child.getLong(offset + i));
        }
    }

    private static String text(Vector vector, int row) {
        return new String(vector.getBytes(row), StandardCharsets.UTF_8);
    }

    private static ValueEncoder vector(PgType declared) {
        return declared == PgType.INT2VECTOR
                ? new ArrayEncoder(
                        Format.BINARY,
                        PgType.INT2,
                        (vector, row, out) -> BinaryFormat.int2(out, (int) vector.getLong(row)))
                : new ArrayEncoder(
                        Format.BINARY,
                        PgType.OID,
                        (vector, row, out) -> BinaryFormat.int4(out, (int) vector.getLong(row)));
    }
}
