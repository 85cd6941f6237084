package io.rvbbit.it.dialect;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

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
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
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

    /**
     * One statement with one parameter through the extended protocol: what it is described as, then
     * its values in hexadecimal digits, NULL as null.
     *
     * @param oid of the parameter, 0 to leave it open
     * @param value null is NULL
     * @param in 0 text, 1 binary; {@code out} likewise
     */
    List<@Nullable String> extended(String sql, int oid, byte @Nullable [] value, int in, int out)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream parse = new DataOutputStream(bytes);
        parse.writeByte(0);
        parse.write(sql.getBytes(StandardCharsets.UTF_8));
        parse.writeByte(0);
        parse.writeShort(1);
        parse.writeInt(oid);
        send('P', bytes);
        DataOutputStream bind = new DataOutputStream(bytes);
        bind.writeShort(0);
        bind.writeShort(1);
        bind.writeShort(in);
        bind.writeShort(1);
        bind.writeInt(value == null ? -1 : value.length);
        bind.write(value == null ? new byte[0] : value);
        bind.writeShort(1);
        bind.writeShort(out);
        send('B', bytes);
        bytes.write('P');
        bytes.write(0);
        send('D', bytes);
        bytes.writeBytes(new byte[5]);
        send('E', bytes);
        send('S', bytes);
        this.out.flush();
        return values();
    }

    private void send(int type, ByteArrayOutputStream body) throws IOException {
        out.writeByte(type);
        out.writeInt(body.size() + 4);
        body.writeTo(out);
        body.reset();
    }

    private List<@Nullable String> values() throws IOException {
        List<@Nullable String> values = new ArrayList<>();
        while (true) {
            int type = in.readUnsignedByte();
            ByteBuffer body = ByteBuffer.wrap(in.readNBytes(in.readInt() - 4));
            switch (type) {
                case 'T' -> {
                    body.getShort();
                    string(body);
                    body.position(body.position() + 6);
                    values.add(
                            "oid %d length %d modifier %d"
                                    .formatted(body.getInt(), body.getShort(), body.getInt()));
                }
                case 'D' -> {
                    body.getShort();
                    int length = body.getInt();
                    values.add(
                            length < 0
                                    ? null
                                    : HexFormat.of()
                                            .formatHex(
                                                    body.array(),
                                                    body.position(),
                                                    body.position() + length));
                }
                case 'E' -> {
                    values.clear();
                    values.add(state(body));
                }
                case 'Z' -> {
                    return values;
                }
                default -> {}
            }
        }
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
