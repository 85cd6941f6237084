package io.rvbbit.it.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One client's connection: HTTP/1.1 with keep-alive, as far as an API client uses it.
 *
 * <p>Every wait watches the socket, so that a client that gives up is noticed at once. Threading:
 * its own virtual thread.
 */
final class StubConnection {
    private static final int MAX_LINE = 65_536;
    private static final int MAX_BODY = 64 << 20;

    private final Socket socket;
    private final PushbackInputStream in;
    private final OutputStream out;

    /** {@code headers}: names in lower case. */
    record Request(String method, String path, Map<String, String> headers, String body) {}

    /** The client has closed the connection before its reply came. */
    static final class ClientGaveUp extends IOException {
        private static final long serialVersionUID = 1L;
    }

    StubConnection(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        in = new PushbackInputStream(new BufferedInputStream(socket.getInputStream()), 1);
        out = socket.getOutputStream();
    }

    /** Empty when the client has finished. */
    Optional<Request> read() throws IOException {
        String first = line();
        if (first.isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException("not a header: " + line);
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        if (length > MAX_BODY || headers.containsKey("transfer-encoding")) {
            throw new IOException("this body is too long, or its length is not told");
        }
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the client stopped in the middle of a body");
        }
        String[] words = first.split(" ", -1);
        if (words.length != 3) {
            throw new IOException("not a request: " + first);
        }
        return Optional.of(
                new Request(words[0], words[1], headers, new String(body, StandardCharsets.UTF_8)));
    }

    void reply(int status, Map<String, String> headers, String body) throws IOException {
        byte[] text = body.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream whole = new ByteArrayOutputStream(text.length + 256);
        whole.writeBytes(head(status, headers, text.length));
        whole.writeBytes(text);
        out.write(whole.toByteArray());
        out.flush();
    }

    /** The same reply with its body in parts. */
    void drip(String body, int parts, Duration pause) throws IOException {
        byte[] text = body.getBytes(StandardCharsets.UTF_8);
        out.write(head(200, Map.of(), text.length));
        out.flush();
        for (int part = 0; part < parts; part++) {
            await(pause);
            int from = (int) ((long) text.length * part / parts);
            int to = (int) ((long) text.length * (part + 1) / parts);
            out.write(text, from, to - from);
            out.flush();
        }
    }

    /**
     * Waits while the client does.
     *
     * @throws ClientGaveUp as soon as the client closes
     */
    void await(Duration time) throws IOException {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            // 0 would mean for ever.
            socket.setSoTimeout((int) Math.max(1, Math.min(left / 1_000_000, 3_600_000)));
            try {
                int next = in.read();
                if (next < 0) {
                    throw new ClientGaveUp();
                }
                // A pipelined request has begun: it waits, and nobody can watch the socket
                // meanwhile.
                in.unread(next);
                sleep(until - System.nanoTime());
            } catch (SocketTimeoutException stillThere) {
                // This is the good case: the time is over or nearly so.
            } finally {
                socket.setSoTimeout(0);
            }
        }
    }

    private static void sleep(long nanos) throws IOException {
        try {
            Thread.sleep(Duration.ofNanos(Math.max(0, nanos)));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        }
    }

    private static byte[] head(int status, Map<String, String> headers, int length) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" Stub\r\n");
        head.append("Content-Type: application/json\r\nContent-Length: ").append(length);
        headers.forEach(
                (name, value) -> head.append("\r\n").append(name).append(": ").append(value));
        return head.append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(64);
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
            if (line.size() > MAX_LINE) {
                throw new IOException("this line is too long");
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
