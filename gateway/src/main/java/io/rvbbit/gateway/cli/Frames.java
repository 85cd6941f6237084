package io.rvbbit.gateway.cli;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the server's messages: type (1 byte), length (int32, counts itself), body.
 *
 * <p>Threading: the one thread that reads.
 */
final class Frames {
    /** More than any message of the gateway; a longer one is no PostgreSQL server's. */
    private static final int MAX_BODY = 1 << 30;

    private final DataInputStream in;

    /** One message; its body is read from front to back by the methods below. */
    record Frame(char type, ByteBuffer body) {
        String string() {
            int start = body.position();
            int length = 0;
            while (body.get(start + length) != 0) {
                length++;
            }
            String text = text(length);
            body.get(); // the end of the string
            return text;
        }

        List<ResultListener.Column> columns() {
            int count = body.getShort();
            List<ResultListener.Column> columns = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                String name = string();
                body.position(body.position() + 6); // table and column number
                int type = body.getInt();
                body.position(body.position() + 8); // size, modifier, format
                columns.add(new ResultListener.Column(name, type));
            }
            return columns;
        }

        List<@Nullable String> values() {
            int count = body.getShort();
            List<@Nullable String> values = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                int length = body.getInt();
                if (length < 0) {
                    values.add(null);
                } else {
                    values.add(text(length));
                }
            }
            return values;
        }

        ServerMessage message() {
            Map<Character, String> fields = new HashMap<>();
            for (byte field = body.get(); field != 0; field = body.get()) {
                fields.put((char) field, string());
            }
            return ServerMessage.of(fields);
        }

        private String text(int length) {
            byte[] bytes = new byte[length];
            body.get(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    Frames(InputStream in) {
        this.in = new DataInputStream(new BufferedInputStream(in, 64 * 1024));
    }

    /**
     * Waits for the next message.
     *
     * @throws EOFException if the server has closed the connection
     */
    Frame next() throws IOException {
        char type = (char) in.readUnsignedByte();
        int length = in.readInt() - 4;
        if (length < 0 || length > MAX_BODY) {
            throw new IOException("this is no PostgreSQL server");
        }
        byte[] body = new byte[length];
        in.readFully(body);
        return new Frame(type, ByteBuffer.wrap(body));
    }
}
