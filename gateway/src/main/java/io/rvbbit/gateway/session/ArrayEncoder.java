package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.gateway.wire.BinaryFormat;
import io.rvbbit.gateway.wire.ElementWriter;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.gateway.wire.TextFormat;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a list, or a list of lists, as a PostgreSQL array.
 *
 * <p>PostgreSQL's arrays are boxes: inner lists of different lengths, or a NULL instead of an inner
 * list, are refused with 22000 and a hint, since no client could read them. Threading: stateless.
 */
final class ArrayEncoder implements ValueEncoder {
    /** Where one element lies. */
    private record Element(Vector vector, int row) {}

    private final Format format;
    private final PgType elementType;
    private final ValueEncoder element;

    ArrayEncoder(EngineType type, Format format, TextStyle style) {
        this(
                format,
                ValueEncoder.elementType(type),
                ValueEncoder.of(type.innermost(), format, style));
    }

    /** An array whose elements the client knows as another type than the engine. */
    ArrayEncoder(Format format, PgType elementType, ValueEncoder element) {
        this.format = format;
        this.elementType = elementType;
        this.element = element;
    }

    @Override
    public void encode(Vector vector, int row, RowBuffer out) {
        List<Element> elements = new ArrayList<>();
        List<Integer> dimensions = new ArrayList<>();
        collect(vector, row, 0, dimensions, elements);
        int[] lengths =
                elements.isEmpty()
                        ? new int[0]
                        : dimensions.stream().mapToInt(Integer::intValue).toArray();
        ElementWriter writer =
                (target, index) -> {
                    Element at = elements.get(index);
                    if (at.vector().isNull(at.row())) {
                        return false;
                    }
                    element.encode(at.vector(), at.row(), target);
                    return true;
                };
        switch (format) {
            case TEXT -> TextFormat.array(out, lengths, writer);
            case BINARY -> BinaryFormat.array(out, elementType, lengths, writer);
        }
    }

    private static void collect(
            Vector vector, int row, int depth, List<Integer> dimensions, List<Element> elements) {
        int length = vector.listLength(row);
        if (depth == dimensions.size()) {
            dimensions.add(length);
        } else if (dimensions.get(depth) != length) {
            throw ragged();
        }
        Vector child = vector.child(0);
        int offset = vector.listOffset(row);
        for (int index = offset; index < offset + length; index++) {
            if (!ValueEncoder.isList(child.type())) {
                elements.add(new Element(child, index));
            } else if (child.isNull(index)) {
                throw ragged();
            } else {
                collect(child, index, depth + 1, dimensions, elements);
            }
        }
    }

    private static SqlException ragged() {
        return new SqlException(
                        SqlState.DATA_EXCEPTION,
                        "a list whose inner lists differ in length is no PostgreSQL array")
                .hint("cast the column to JSON or VARCHAR");
    }
}
