package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.RowBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** Writes rows of one result as DataRow messages. Threading: the session's thread only. */
final class RowEncoder {
    private final List<ValueEncoder> encoders;

    RowEncoder(List<Column> columns, List<Format> formats, Settings settings) {
        TextStyle style = TextStyle.of(settings);
        encoders =
                IntStream.range(0, columns.size())
                        .mapToObj(index ->
                                DeclaredType.encoder(
                                        columns.get(index), Format.at(formats, index), style))
                        .toList();
    }

    void encode(Chunk chunk, int row, RowBuffer out) {
        out.beginRow(encoders.size());
        for (int index = 0; index < encoders.size(); index++) {
            Vector vector = chunk.column(index);
            if (vector.isNull(row)) {
                out.nullValue();
            } else {
                int start = out.beginValue();
                encoders.get(index).encode(vector, row, out);
                out.endValue(start);
            }
        }
        out.endRow();
    }
}
