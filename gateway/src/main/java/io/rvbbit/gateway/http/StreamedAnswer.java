package io.rvbbit.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.gateway.engine.Chunk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lines that leave as the rows come; the client's pace is the statement's.
 *
 * <p>Nothing leaves before the first row or the end: what fails before gets an HTTP status of its
 * own. What fails later is told by ndjson's last line; csv has no word for it, so its answer ends
 * without its last chunk. Threading: the session's thread only.
 */
final class StreamedAnswer extends ScriptAnswer {
    static final String CALLER = "X-Rvbbit-Caller-Id";
    static final String SESSION = "X-Rvbbit-Session-Id";

    private final boolean csv;
    private @Nullable Body body;

    StreamedAnswer(Exchange exchange, String sessionId, int statements, boolean csv) {
        super(exchange, sessionId, statements);
        this.csv = csv;
    }

    private Body begun() {
        Body current = body;
        if (current != null) {
            return current;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        spending().caller().ifPresent(caller -> headers.put(CALLER, caller));
        headers.put(SESSION, sessionId());
        Body fresh =
                exchange().stream(
                        csv ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson",
                        headers);
        body = fresh;
        ResultColumns shown = resultColumns();
        if (csv && shown != null) {
            StringBuilder line = new StringBuilder();
            for (String name : shown.names()) {
                Csv.append(line, name);
            }
            fresh.write(Csv.ended(line), this::check);
        }
        return fresh;
    }

    @Override
    void write(ResultColumns shown, Chunk chunk, int row) {
        byte[] line = csv ? csvLine(shown, chunk, row) : jsonLine(shown, chunk, row);
        begun().write(line, this::check);
    }

    private static byte[] csvLine(ResultColumns shown, Chunk chunk, int row) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < shown.names().size(); column++) {
            Csv.append(line, shown.text().text(chunk, row, column));
        }
        return Csv.ended(line);
    }

    /** A line break of JSON that a column holds is a blank: inside strings it is escaped. */
    private static byte[] jsonLine(ResultColumns shown, Chunk chunk, int row) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(line)) {
            shown.writeObject(json, chunk, row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        line.write('\n');
        byte[] bytes = line.toByteArray();
        for (int at = 0; at < bytes.length - 1; at++) {
            if (bytes[at] == '\n' || bytes[at] == '\r') {
                bytes[at] = ' ';
            }
        }
        return bytes;
    }

    @Override
    public void flush() {
        Body current = body;
        if (current != null) {
            current.flush(this::check);
        }
    }

    @Override
    Runnable finished() {
        Body current = begun();
        if (!csv) {
            ObjectNode summary = Json.MAPPER.createObjectNode();
            summary.put("success", true);
            summary.set("columns", columnsJson());
            summary.setAll(tail());
            current.write(line("summary", summary), this::check);
        }
        current.flush(this::check);
        return () -> current.end(() -> {});
    }

    @Override
    Runnable failed(Refusal refusal) {
        ObjectNode error = error(refusal);
        Body current = body;
        if (current == null) {
            Answer answer = refusal.answer(error);
            return () -> exchange().answer(answer);
        }
        if (csv || exchange().isGone()) {
            return current::fail;
        }
        return () -> {
            current.write(line("error", error), () -> {});
            current.end(() -> giveUp(current));
        };
    }

    /** A client that does not even take the error is not waited for. */
    private void giveUp(Body current) {
        if (exchange().isGone() || cancelled().isPresent()) {
            current.fail();
            throw new IllegalStateException("the client reads no more");
        }
    }

    private static byte[] line(String key, ObjectNode value) {
        ObjectNode line = Json.MAPPER.createObjectNode();
        line.set(key, value);
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
