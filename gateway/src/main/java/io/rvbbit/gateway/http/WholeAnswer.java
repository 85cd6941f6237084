package io.rvbbit.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * One JSON object that tells at its beginning how it ended, so nothing leaves before the end.
 *
 * <p>Threading: the session's thread only.
 */
final class WholeAnswer extends ScriptAnswer {
    private final boolean objects;
    private final int mostBytes;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final JsonGenerator json;

    /**
     * @param objects whether rows are objects, else arrays
     */
    WholeAnswer(
            Exchange exchange, String sessionId, int statements, boolean objects, int mostBytes) {
        super(exchange, sessionId, statements);
        this.objects = objects;
        this.mostBytes = mostBytes;
        try {
            this.json = Json.MAPPER.getFactory().createGenerator(data);
            json.writeStartArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void write(ResultColumns shown, Chunk chunk, int row) {
        try {
            if (objects) {
                shown.writeObject(json, chunk, row);
            } else {
                shown.writeArray(json, chunk, row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (data.size() > mostBytes) {
            throw new SqlException(
                            SqlState.PROGRAM_LIMIT_EXCEEDED,
                            "the result has more than " + mostBytes + " bytes")
                    .hint(
                            "use the format ndjson or csv, which are streamed, or raise"
                                    + " http-max-result");
        }
    }

    @Override
    Runnable finished() {
        try {
            json.writeEndArray();
            json.close();
            ObjectNode tail = tail();
            ByteArrayOutputStream all = new ByteArrayOutputStream(data.size() + 512);
            all.writeBytes(bytes("{\"success\":true,\"columns\":"));
            all.writeBytes(Json.MAPPER.writeValueAsBytes(columnsJson()));
            all.writeBytes(bytes(",\"data\":"));
            data.writeTo(all);
            byte[] rest = Json.MAPPER.writeValueAsBytes(tail);
            rest[0] = ',';
            all.writeBytes(rest);
            Answer answer = Answer.json(HttpResponseStatus.OK, all.toByteArray());
            Answer complete =
                    spending()
                            .caller()
                            .map(caller -> answer.with(StreamedAnswer.CALLER, caller))
                            .orElse(answer);
            return () -> exchange().answer(complete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    Runnable failed(Refusal refusal) {
        Answer answer = refusal.answer(error(refusal));
        return () -> exchange().answer(answer);
    }
}
