package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.EngineType.Kind;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.gateway.wire.BinaryFormat;
import io.rvbbit.gateway.wire.ElementWriter;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.gateway.wire.TextFormat;
import java.util.List;

/** Writes what {@code ROW(…)} makes, a struct without names, as a record. Threading: stateless. */
final class RecordEncoder implements ValueEncoder {
    private final Format format;
    private final List<PgType> types;
    private final List<ValueEncoder> fields;

    RecordEncoder(EngineType type, Format format, TextStyle style) {
        this.format = format;
        this.types = type.children().stream().map(TypeMapping::pgType).toList();
        this.fields =
                type.children().stream()
                        .map(field -> ValueEncoder.of(field, format, style))
                        .toList();
    }

    static boolean isRecord(EngineType type) {
        return type.kind() == Kind.STRUCT && type.labels().stream().allMatch(String::isEmpty);
    }

    @Override
    public void encode(Vector vector, int row, RowBuffer out) {
        ElementWriter writer =
                (target, index) -> {
                    Vector field = vector.child(index);
                    if (field.isNull(row)) {
                        return false;
                    }
                    fields.get(index).encode(field, row, target);
                    return true;
                };
        switch (format) {
            case TEXT -> TextFormat.record(out, fields.size(), writer);
            case BINARY -> BinaryFormat.record(out, types, writer);
        }
    }
}
