package io.rvbbit.gateway.cli;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * The PostgreSQL protocol's simple query, from the client's side.
 *
 * <p>A JDBC driver would do, but for two things: in simple mode it holds a whole result in memory,
 * and it keeps the command tags to itself. Here each row is handed on as it arrives, so a slow
 * reader slows the server and nothing is kept.
 *
 * <p>Threading: one thread; {@link #cancel} on any.
 */
final class WireClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final int PROTOCOL = 3 << 16;
    private static final int CANCEL_REQUEST = (1234 << 16) | 5678;

    private final ServerUrl server;
    private final Socket socket;
    private final DataOutputStream out;
    private final Frames in;
    private int processId;
    private int secret;

    private WireClient(ServerUrl server, Socket socket) throws IOException {
        this.server = server;
        this.socket = socket;
        this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        this.in = new Frames(socket.getInputStream());
    }

    /**
     * Connects and waits until the server takes statements.
     *
     * @param parameters of the startup packet, besides user and database
     * @throws ConnectionFailure if nobody listens there, or the server refuses
     */
    static WireClient connect(
            ServerUrl server, Map<String, String> parameters, ResultListener notices) {
        try {
            WireClient client = new WireClient(server, open(server));
            try {
                client.start(parameters, notices);
                return client;
            } catch (IOException | RuntimeException e) {
                client.socket.close();
                throw e;
            }
        } catch (IOException e) {
            throw new ConnectionFailure("can't connect to " + server + ": " + reason(e));
        }
    }

    private static Socket open(ServerUrl server) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(
                    new InetSocketAddress(server.host(), server.port()),
                    (int) CONNECT_TIMEOUT.toMillis());
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            return ClientTls.negotiate(socket, server);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void start(Map<String, String> parameters, ResultListener notices) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        put(body, "user", server.user());
        put(body, "database", server.database());
        put(body, "client_encoding", "UTF8");
        parameters.forEach((name, value) -> put(body, name, value));
        body.write(0);
        out.writeInt(body.size() + 8);
        out.writeInt(PROTOCOL);
        body.writeTo(out);
        out.flush();
        ClientLogin login =
                new ClientLogin(
                        server, socket, out, () -> ClientPassword.of(server, System.getenv()));
        while (true) {
            Frames.Frame frame = in.next();
            switch (frame.type()) {
                case 'R' -> login.answer(frame.body());
                case 'K' -> {
                    processId = frame.body().getInt();
                    secret = frame.body().getInt();
                }
                case 'N' -> notices.notice(frame.message());
                case 'E' ->
                        throw new ConnectionFailure(
                                "connection to "
                                        + server
                                        + " failed: "
                                        + frame.message().message());
                case 'Z' -> {
                    return;
                }
                default -> {
                    // ParameterStatus and what newer servers tell: of no use here.
                }
            }
        }
    }

    private static void put(ByteArrayOutputStream body, String name, String value) {
        for (String text : new String[] {name, value}) {
            body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            body.write(0);
        }
    }

    /**
     * Runs one statement to its end, whichever that is.
     *
     * @throws ConnectionFailure if the connection breaks
     */
    void query(String sql, ResultListener listener) {
        try {
            byte[] text = sql.getBytes(StandardCharsets.UTF_8);
            out.writeByte('Q');
            out.writeInt(text.length + 5);
            out.write(text);
            out.writeByte(0);
            out.flush();
            boolean ready = false;
            while (!ready) {
                ready = heard(in.next(), listener);
            }
        } catch (IOException e) {
            throw new ConnectionFailure("connection to " + server + " lost: " + reason(e));
        }
    }

    /** True if the server takes the next statement. */
    private static boolean heard(Frames.Frame frame, ResultListener listener) {
        switch (frame.type()) {
            case 'T' -> listener.columns(frame.columns());
            case 'D' -> listener.row(frame.values());
            case 'C' -> listener.complete(frame.string());
            case 'N' -> listener.notice(frame.message());
            case 'E' -> listener.error(frame.message());
            case 'Z' -> {
                return true;
            }
            default -> {
                // EmptyQueryResponse, ParameterStatus: nothing to show.
            }
        }
        return false;
    }

    /** Asks the server, on a connection of its own, to cancel what runs on this one. */
    void cancel() {
        try (Socket another = open(server)) {
            DataOutputStream request = new DataOutputStream(another.getOutputStream());
            request.writeInt(16);
            request.writeInt(CANCEL_REQUEST);
            request.writeInt(processId);
            request.writeInt(secret);
            request.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("can't cancel: " + reason(e), e);
        }
    }

    private static String reason(Exception fault) {
        return switch (fault) {
            case java.net.UnknownHostException _ -> "unknown host";
            case java.io.EOFException _ -> "the server closed the connection";
            default -> String.valueOf(fault.getMessage());
        };
    }

    @Override
    public void close() {
        try (socket) {
            out.writeByte('X');
            out.writeInt(4);
            out.flush();
        } catch (IOException _) {
            // The server is gone already, and knows no session to end.
        }
    }
}
