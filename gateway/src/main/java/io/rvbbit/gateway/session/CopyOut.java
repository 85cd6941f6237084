package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineType;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.gateway.execution.CopyOutPlan;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.BackendMessage.CopyDone;
import io.rvbbit.gateway.wire.BackendMessage.CopyOutResponse;
import io.rvbbit.gateway.wire.CopyOutput;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.RowBuffer;
import io.rvbbit.rewriter.CopyOptions;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/**
 * Sends the rows of one COPY TO STDOUT, one CopyData message each, as PostgreSQL does.
 *
 * <p>Rows go from the vectors into the message and leave through {@link RowWriter}, so a slow
 * client slows the query. Threading: the session's thread only.
 */
final class CopyOut {
    private final CopyOptions options;
    private final List<Column> columns;
    private final CopyOutput output;
    private final RowWriter rows;
    private final Replies replies;
    private final boolean binary;
    private final ValueEncoder[] encoders;
    private final boolean[] forced;
    private final boolean[] spared;
    private boolean headerDue;

    CopyOut(CopyOutPlan plan, RowWriter rows, Replies replies, Settings settings) {
        this.options = plan.options();
        this.columns = plan.copied();
        this.output = new CopyOutput(options);
        this.rows = rows;
        this.replies = replies;
        this.binary = options.format() == CopyOptions.Format.BINARY;
        this.encoders = new ValueEncoder[columns.size()];
        this.forced = new boolean[columns.size()];
        this.spared = new boolean[columns.size()];
        TextStyle style = TextStyle.of(settings);
        for (int i = 0; i < encoders.length; i++) {
            Column column = columns.get(i);
            encoders[i] = ValueEncoder.of(copied(column.type()), format(), style);
            forced[i] = options.forceQuote().holds(column.name());
            spared[i] =
                    output.sparesNumbers()
                            && isNumberLike(column.type())
                            && !forced[i]
                            && style.isDefault();
        }
    }

    /** What goes out of a union can come in again: the member's text, no JSON. */
    private static EngineType copied(EngineType type) {
        return switch (type.kind()) {
            case UNION -> EngineType.of(EngineType.Kind.OTHER, type.name());
            case LIST, ARRAY ->
                    new EngineType(
                            type.kind(),
                            type.name(),
                            type.width(),
                            type.scale(),
                            List.of(copied(type.children().getFirst())),
                            List.of());
            default -> type;
        };
    }

    private Format format() {
        return binary ? Format.BINARY : Format.TEXT;
    }

    /** Kinds whose text has neither letters that need escapes nor a common delimiter. */
    private static boolean isNumberLike(EngineType type) {
        return switch (type.kind()) {
            case VARCHAR, JSON, BLOB, ENUM, LIST, ARRAY, MAP, STRUCT, UNION, OTHER -> false;
            default -> true;
        };
    }

    /** Sends everything; gives the number of rows. */
    long send(RowIterator iterator) {
        replies.send(new CopyOutResponse(format(), Collections.nCopies(columns.size(), format())));
        begin();
        long sent = 0;
        while (iterator.next()) {
            encode(iterator.chunk(), iterator.row());
            sent++;
        }
        end();
        rows.finish();
        replies.send(new CopyDone());
        return sent;
    }

    private void begin() {
        headerDue = binary;
        if (options.header() != CopyOptions.Header.NONE) {
            RowBuffer out = rows.buffer();
            out.beginCopyData();
            for (int i = 0; i < columns.size(); i++) {
                if (i > 0) {
                    output.delimiter(out);
                }
                int start = out.size();
                out.putBytes(columns.get(i).name().getBytes(StandardCharsets.UTF_8));
                output.escape(out, start, false, columns.size() == 1);
            }
            output.lineEnd(out);
            out.endRow();
            rows.rowEnded();
        }
    }

    private void encode(Chunk chunk, int row) {
        RowBuffer out = rows.buffer();
        out.beginCopyData();
        if (binary) {
            binary(chunk, row, out);
        } else {
            text(chunk, row, out);
        }
        out.endRow();
        rows.rowEnded();
    }

    private void text(Chunk chunk, int row, RowBuffer out) {
        boolean alone = encoders.length == 1;
        for (int i = 0; i < encoders.length; i++) {
            if (i > 0) {
                output.delimiter(out);
            }
            Vector vector = chunk.column(i);
            if (vector.isNull(row)) {
                output.nullValue(out);
            } else {
                int start = out.size();
                encoders[i].encode(vector, row, out);
                if (!spared[i]) {
                    output.escape(out, start, forced[i], alone);
                }
            }
        }
        output.lineEnd(out);
    }

    private void binary(Chunk chunk, int row, RowBuffer out) {
        binaryHeader(out);
        out.putShort(encoders.length);
        for (int i = 0; i < encoders.length; i++) {
            Vector vector = chunk.column(i);
            if (vector.isNull(row)) {
                out.nullValue();
            } else {
                int start = out.beginValue();
                encoders[i].encode(vector, row, out);
                out.endValue(start);
            }
        }
    }

    private void binaryHeader(RowBuffer out) {
        if (headerDue) {
            headerDue = false;
            CopyOutput.binaryHeader(out);
        }
    }

    private void end() {
        if (binary) {
            RowBuffer out = rows.buffer();
            out.beginCopyData();
            binaryHeader(out);
            CopyOutput.binaryTrailer(out);
            out.endRow();
            rows.rowEnded();
        }
    }
}
