package io.rvbbit.it.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A client that costs next to nothing: it counts what comes and looks at none of it.
 *
 * <p>Threading: one thread.
 */
final class WireProbe implements AutoCloseable {
    private static final int PROTOCOL = 196_608;
    private static final int BUFFER = 1 << 20;

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    WireProbe(int port, String user, String database) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
        out = new DataOutputStream(socket.getOutputStream());
        var body = new ByteArrayOutputStream();
        var data = new DataOutputStream(body);
        data.writeInt(PROTOCOL);
        for (String text : new String[] {"user", user, "database", database, ""}) {
            data.write(zeroEnded(text));
        }
        out.writeInt(body.size() + 4);
        out.write(body.toByteArray());
        untilReady(1);
    }

    private static byte[] zeroEnded(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    /** Runs statements and reads their answer; the rows that came. */
    long query(String sql) throws IOException {
        ask(sql);
        return untilReady(1);
    }

    /** Runs one statement and asks for its rows in binary; the rows that came. */
    long queryBinary(String sql) throws IOException {
        prepare("", sql);
        var bind = new ByteArrayOutputStream();
        bind.write(new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 0, 1});
        send('B', bind.toByteArray());
        send('E', new byte[5]);
        send('S', new byte[0]);
        return untilReady(1);
    }

    /** Sends a statement and reads nothing. */
    void ask(String sql) throws IOException {
        send('Q', zeroEnded(sql));
    }

    /** The bytes of the answer's beginning, at most so many; after this the probe is only good for closing. */
    void readSome(int bytes) throws IOException {
        in.readNBytes(bytes);
    }

    /** Reads up to the first row; after this the probe is only good for closing. */
    void untilFirstRow() throws IOException {
        for (byte type = in.readByte(); type != 'D'; type = in.readByte()) {
            int length = in.readInt() - 4;
            if (type == 'E' || type == 'Z') {
                throw new IOException("no row came");
            }
            in.skipNBytes(length);
        }
    }

    /** Prepares {@code sql} under a name. */
    void prepare(String name, String sql) throws IOException {
        var body = new ByteArrayOutputStream();
        body.write(zeroEnded(name));
        body.write(zeroEnded(sql));
        body.write(new byte[2]);
        send('P', body.toByteArray());
        send('S', new byte[0]);
        untilReady(1);
    }

    /**
     * Executes a prepared statement without parameters.
     *
     * @param times executions in all
     * @param perSync how many are sent before their answers are read
     */
    void execute(String name, int times, int perSync) throws IOException {
        var batch = new ByteArrayOutputStream();
        var data = new DataOutputStream(batch);
        byte[] statement = zeroEnded(name);
        for (int i = 0; i < perSync; i++) {
            data.writeByte('B');
            data.writeInt(4 + 1 + statement.length + 6);
            data.writeByte(0);
            data.write(statement);
            data.write(new byte[6]);
            data.writeByte('E');
            data.writeInt(4 + 1 + 4);
            data.writeByte(0);
            data.writeInt(0);
        }
        data.writeByte('S');
        data.writeInt(4);
        byte[] bytes = batch.toByteArray();
        for (int i = 0; i < times; i += perSync) {
            out.write(bytes);
            out.flush();
            untilReady(1);
        }
    }

    private void send(char type, byte[] body) throws IOException {
        var message = new ByteArrayOutputStream(body.length + 5);
        var data = new DataOutputStream(message);
        data.writeByte(type);
        data.writeInt(body.length + 4);
        data.write(body);
        out.write(message.toByteArray());
        out.flush();
    }

    private long untilReady(int times) throws IOException {
        long rows = 0;
        int ready = 0;
        while (ready < times) {
            byte type = in.readByte();
            int length = in.readInt() - 4;
            switch (type) {
                case 'D', 'd' -> {
                    rows++;
                    in.skipNBytes(length);
                }
                case 'E' ->
                        throw new IOException(
                                new String(in.readNBytes(length), StandardCharsets.UTF_8)
                                        .replace('\0', ' '));
                case 'Z' -> {
                    ready++;
                    in.skipNBytes(length);
                }
                default -> in.skipNBytes(length);
            }
        }
        return rows;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
