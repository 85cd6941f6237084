package io.rvbbit.it.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The protocol's messages one by one, as no driver sends them.
 *
 * <p>What is sent leaves with {@link #answers}. A message of the server's is shown by its letter
 * and what counts in it: {@code D 1|2}, {@code C SELECT 1}, {@code E 42P01}, {@code Z I}.
 */
public final class WireConversation implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();

    private WireConversation(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Connects to the database {@code default}. */
    public static WireConversation with(TestGateway gateway) {
        try {
            WireConversation conversation =
                    new WireConversation(
                            new Socket(InetAddress.getLoopbackAddress(), gateway.port()));
            conversation.startUp();
            return conversation;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void startUp() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(ByteBuffer.allocate(4).putInt(196_608).array());
        body.writeBytes(text("user"));
        body.writeBytes(text("rvbbit"));
        body.writeBytes(text("database"));
        body.writeBytes(text("default"));
        body.write(0);
        new DataOutputStream(unsent).writeInt(body.size() + 4);
        unsent.writeBytes(body.toByteArray());
        List<String> _ = answers(1);
    }

    public WireConversation query(String sql) {
        return send('Q', text(sql));
    }

    public WireConversation parse(String name, String sql) {
        return send('P', text(name), text(sql), shorts(0));
    }

    /** Parameters and results as text. */
    public WireConversation bind(String portal, String statement, String... values) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(text(portal));
        parts.add(text(statement));
        parts.add(shorts(0));
        parts.add(shorts(values.length));
        for (String value : values) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            parts.add(ByteBuffer.allocate(4).putInt(bytes.length).array());
            parts.add(bytes);
        }
        parts.add(shorts(0));
        return send('B', parts.toArray(byte[][]::new));
    }

    public WireConversation execute(String portal, int maxRows) {
        return send('E', text(portal), ByteBuffer.allocate(4).putInt(maxRows).array());
    }

    /** Parse, Bind and Execute without names. */
    public WireConversation run(String sql) {
        return parse("", sql).bind("", "").execute("", 0);
    }

    /**
     * @param target S for a statement, P for a portal
     */
    public WireConversation describe(char target, String name) {
        return send('D', new byte[] {(byte) target}, text(name));
    }

    public WireConversation close(char target, String name) {
        return send('C', new byte[] {(byte) target}, text(name));
    }

    public WireConversation flush() {
        return send('H');
    }

    public WireConversation sync() {
        return send('S');
    }

    private WireConversation send(char type, byte[]... parts) {
        int length = 4;
        for (byte[] part : parts) {
            length += part.length;
        }
        unsent.write(type);
        unsent.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
        for (byte[] part : parts) {
            unsent.writeBytes(part);
        }
        return this;
    }

    /** Sends what was said and reads nothing of the answer. */
    public WireConversation unread() {
        try {
            out.write(unsent.toByteArray());
            unsent.reset();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the server says up to so many ReadyForQuery, or to its end of the connection. */
    public List<String> answers(int ready) {
        return until("Z", ready);
    }

    /** What the server says up to that message. */
    public List<String> until(String letter, int times) {
        try {
            out.write(unsent.toByteArray());
            unsent.reset();
            List<String> answers = new ArrayList<>();
            int seen = 0;
            while (seen < times) {
                int type = in.read();
                if (type < 0) {
                    answers.add("closed");
                    return answers;
                }
                byte[] body = new byte[in.readInt() - 4];
                in.readFully(body);
                String shown = shown((char) type, ByteBuffer.wrap(body));
                if (!shown.isEmpty()) {
                    answers.add(shown);
                }
                if (letter.equals(Character.toString((char) type))) {
                    seen++;
                }
            }
            return answers;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String shown(char type, ByteBuffer body) {
        return switch (type) {
            case 'T' -> "T " + body.getShort();
            case 'D' -> "D " + row(body);
            case 'C' -> "C " + string(body);
            case 'Z' -> "Z " + (char) body.get();
            case 'S' -> "S " + string(body) + "=" + string(body);
            case 'E', 'N' -> type + " " + state(body);
            case 'K', 'R' -> "";
            default -> Character.toString(type);
        };
    }

    private static String row(ByteBuffer body) {
        List<String> values = new ArrayList<>();
        int columns = body.getShort();
        for (int i = 0; i < columns; i++) {
            int length = body.getInt();
            byte[] value = new byte[Math.max(0, length)];
            body.get(value);
            values.add(length < 0 ? "null" : new String(value, StandardCharsets.UTF_8));
        }
        return String.join("|", values);
    }

    private static String state(ByteBuffer body) {
        String state = "";
        for (char field = (char) body.get(); field != 0; field = (char) body.get()) {
            String value = string(body);
            state = field == 'C' ? value : state;
        }
        return state;
    }

    private static String string(ByteBuffer body) {
        int start = body.position();
        int end = start;
        while (body.get(end) != 0) {
            end++;
        }
        byte[] bytes = new byte[end - start];
        body.get(bytes);
        body.get();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(bytes.length + 1).put(bytes).array();
    }

    private static byte[] shorts(int value) {
        return ByteBuffer.allocate(2).putShort((short) value).array();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
