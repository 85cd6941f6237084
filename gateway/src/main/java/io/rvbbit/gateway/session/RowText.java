package io.rvbbit.gateway.session;

import com.fasterxml.jackson.core.JsonGenerator;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.RowBuffer;
import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one result as JSON, or as the text that the PostgreSQL port gives.
 *
 * <p>Threading: the session's thread only.
 */
public final class RowText {
    private final List<Column> columns;
    private final List<ValueEncoder> encoders;
    private final ZoneId zone;
    private final RowBuffer buffer = new RowBuffer();

    public RowText(List<Column> columns, Settings settings) {
        this.columns = List.copyOf(columns);
        this.zone = settings.timeZone();
        TextStyle style = TextStyle.of(settings);
        this.encoders =
                columns.stream()
                        .map(column -> DeclaredType.encoder(column, Format.TEXT, style))
                        .toList();
    }

    /** The column's type as PostgreSQL names it, such as {@code bigint}. */
    public static String type(Column column) {
        return DeclaredType.of(column).sqlName();
    }

    public int size() {
        return columns.size();
    }

    /** Numbers, booleans, lists and structs are what JSON has for them, all else is a string. */
    public void writeJson(JsonGenerator json, Chunk chunk, int row, int column) throws IOException {
        JsonText.write(json, chunk.column(column), row, zone);
    }

    /** Null for NULL. */
    public @Nullable String text(Chunk chunk, int row, int column) {
        Vector vector = chunk.column(column);
        if (vector.isNull(row)) {
            return null;
        }
        int start = buffer.size();
        encoders.get(column).encode(vector, row, buffer);
        String text = buffer.textFrom(start);
        buffer.abandonRow();
        return text;
    }
}
