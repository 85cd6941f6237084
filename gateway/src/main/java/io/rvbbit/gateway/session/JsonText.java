package io.rvbbit.gateway.session;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.gateway.wire.RowBuffer;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;

/**
 * Structs, maps and whatever holds them as JSON text.
 *
 * <p>Numbers and booleans stay what they are, NaN and infinities become strings, everything else is
 * a string in its PostgreSQL text form. A map is an object with its keys as text. Threading:
 * stateless.
 */
final class JsonText {
    /** Money stays readable: 0.000000000001, not 1E-12. */
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

    private JsonText() {}

    static String of(Vector vector, int row, ZoneId zone) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            write(json, vector, row, zone);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    static void write(JsonGenerator json, Vector vector, int row, ZoneId zone) throws IOException {
        if (vector.isNull(row)) {
            json.writeNull();
            return;
        }
        EngineType type = vector.type();
        switch (type.kind()) {
            case BOOLEAN -> json.writeBoolean(vector.getLong(row) != 0);
            case TINYINT, SMALLINT, INTEGER, BIGINT, UTINYINT, USMALLINT, UINTEGER ->
                    json.writeNumber(vector.getLong(row));
            case UBIGINT, HUGEINT, UHUGEINT, BIGNUM -> json.writeNumber(vector.getBigInteger(row));
            case DECIMAL ->
                    json.writeNumber(new BigDecimal(vector.getBigInteger(row), type.scale()));
            case FLOAT, DOUBLE -> writeDouble(json, vector.getDouble(row), type);
            case JSON -> json.writeRawValue(utf8(vector, row));
            case LIST, ARRAY -> writeList(json, vector, row, zone);
            case STRUCT -> writeStruct(json, vector, row, zone);
            case MAP -> writeMap(json, vector, row, zone);
            case VARCHAR,
                    ENUM,
                    OTHER,
                    UNION,
                    BLOB,
                    BIT,
                    DATE,
                    TIME,
                    TIME_TZ,
                    TIMESTAMP,
                    TIMESTAMP_TZ,
                    INTERVAL,
                    UUID ->
                    json.writeString(text(vector, row, zone));
        }
    }

    private static void writeDouble(JsonGenerator json, double value, EngineType type)
            throws IOException {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            json.writeString(Double.toString(value));
        } else if (type.kind() == EngineType.Kind.FLOAT) {
            json.writeNumber((float) value);
        } else {
            json.writeNumber(value);
        }
    }

    private static void writeList(JsonGenerator json, Vector vector, int row, ZoneId zone)
            throws IOException {
        json.writeStartArray();
        int offset = vector.listOffset(row);
        Vector child = vector.child(0);
        for (int index = offset; index < offset + vector.listLength(row); index++) {
            write(json, child, index, zone);
        }
        json.writeEndArray();
    }

    private static void writeStruct(JsonGenerator json, Vector vector, int row, ZoneId zone)
            throws IOException {
        json.writeStartObject();
        for (int field = 0; field < vector.type().labels().size(); field++) {
            json.writeFieldName(vector.type().labels().get(field));
            write(json, vector.child(field), row, zone);
        }
        json.writeEndObject();
    }

    private static void writeMap(JsonGenerator json, Vector vector, int row, ZoneId zone)
            throws IOException {
        json.writeStartObject();
        int offset = vector.listOffset(row);
        Vector entries = vector.child(0);
        for (int index = offset; index < offset + vector.listLength(row); index++) {
            json.writeFieldName(text(entries.child(0), index, zone));
            write(json, entries.child(1), index, zone);
        }
        json.writeEndObject();
    }

    /** A value in its PostgreSQL text form. */
    private static String text(Vector vector, int row, ZoneId zone) {
        return switch (vector.type().kind()) {
            case VARCHAR, JSON, ENUM, OTHER, UNION -> utf8(vector, row);
            default -> {
                RowBuffer text = new RowBuffer();
                ValueEncoder.of(
                                vector.type(),
                                io.rvbbit.gateway.wire.Format.TEXT,
                                TextStyle.plain(zone, 1))
                        .encode(vector, row, text);
                yield text.textFrom(0);
            }
        };
    }

    private static String utf8(Vector vector, int row) {
        return new String(vector.getBytes(row), StandardCharsets.UTF_8);
    }
}
