package io.rvbbit.it.dialect;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * A connection that shows what a driver would hide: type OIDs, texts and tags as they were sent.
 *
 * <p>Threading: one thread.
 */
final class WireSession implements AutoCloseable {
    private static final int PROTOCOL = 3 << 16;

    private final Socket socket;
    private final DataOutputStream out;
    private final DataInputStream in;

    WireSession(String host, int port, String user, String database) throws IOException {
        socket = new Socket(host, port);
        socket.setSoTimeout(60_000);
        out = new DataOutputStream(socket.getOutputStream());
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String text :
                List.of(
                        "user",
                        user,
                        "database",
                        database,
                        "client_encoding",
                        "UTF8",
                        "TimeZone",
                        "UTC",
                        "DateStyle",
                        "ISO, MDY")) {
            body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            body.write(0);
        }
        body.write(0);
        out.writeInt(body.size() + 8);
        out.writeInt(PROTOCOL);
        body.writeTo(out);
        out.flush();
        answer();
    }

    /** The lines of a {@link RecordedStatement}. */
    List<String> query(String sql) throws IOException {
        byte[] text = sql.getBytes(StandardCharsets.UTF_8);
        out.writeByte('Q');
        out.writeInt(text.length + 5);
        out.write(text);
        out.writeByte(0);
        out.flush();
        return answer();
    }

    private List<String> answer() throws IOException {
        List<String> lines = new ArrayList<>();
        while (true) {
            int type = in.readUnsignedByte();
            byte[] bytes = in.readNBytes(in.readInt() - 4);
            ByteBuffer body = ByteBuffer.wrap(bytes);
            switch (type) {
                case 'T' -> lines.add(columns(body));
                case 'D' -> lines.add(row(body));
                case 'C' -> lines.add("= " + string(body));
                case 'E' -> {
                    // Rows sent before the fault depend on buffers, not on the dialect.
                    lines.clear();
                    lines.add("! " + state(body));
                }
                case 'Z' -> {
                    return lines;
                }
                default -> {}
            }
        }
    }

    private static String columns(ByteBuffer body) {
        StringJoiner line = new StringJoiner("\t");
        int count = body.getShort();
        for (int i = 0; i < count; i++) {
            String name = string(body);
            body.position(body.position() + 6);
            int oid = body.getInt();
            body.position(body.position() + 8);
            line.add(escaped(name) + ":" + oid);
        }
        return "> " + line;
    }

    private static String row(ByteBuffer body) {
        StringJoiner line = new StringJoiner("\t");
        int count = body.getShort();
        for (int i = 0; i < count; i++) {
            int length = body.getInt();
            if (length < 0) {
                line.add("\\N");
                continue;
            }
            byte[] value = new byte[length];
            body.get(value);
            line.add(escaped(new String(value, StandardCharsets.UTF_8)));
        }
        return "| " + line;
    }

    private static String state(ByteBuffer body) {
        String code = "";
        String message = "";
        while (body.hasRemaining()) {
            int field = body.get();
            if (field == 0) {
                break;
            }
            String text = string(body);
            if (field == 'C') {
                code = text;
            } else if (field == 'M') {
                message = text;
            }
        }
        return code + " " + escaped(message);
    }

    private static String string(ByteBuffer body) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (byte next = body.get(); next != 0; next = body.get()) {
            text.write(next);
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
