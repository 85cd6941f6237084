package io.rvbbit.it.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** A connection to the HTTP port on which a test says each byte itself. Threading: one thread. */
public final class RawHttp implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final long BETWEEN_NANOS = 50_000_000;

    private final Socket socket;
    private final InputStream in;

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    public static RawHttp to(TestGateway gateway) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.httpPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return new RawHttp(socket);
    }

    /** One answer: its lines before the body, and the body as its length or its chunks tell. */
    public record Answer(String head, String body) {
        public int status() {
            return Integer.parseInt(head.split(" ", 3)[1]);
        }

        /** Empty if there is none of that name. */
        public String header(String name) {
            String wanted = name.toLowerCase(Locale.ROOT) + ":";
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(wanted))
                    .map(line -> line.substring(wanted.length()).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    /** These lines and the empty one. */
    public static String head(String... lines) {
        return String.join("", Arrays.stream(lines).map(line -> line + "\r\n").toList()) + "\r\n";
    }

    /** A POST to execute of this body, with these further header lines. */
    public static String post(String body, String... headers) {
        String length = "Content-Length: " + body.getBytes(StandardCharsets.UTF_8).length;
        return head(
                        Stream.concat(
                                        Stream.of(
                                                "POST /api/sql/execute HTTP/1.1",
                                                "Host: localhost",
                                                "Content-Type: application/json",
                                                length),
                                        Arrays.stream(headers))
                                .toArray(String[]::new))
                + body;
    }

    public RawHttp send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        return this;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("ended after: " + line);
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    /** The next answer to something else than HEAD; an error has to fit the document. */
    public Answer read() throws IOException {
        Answer answer = readWhole();
        if (answer.status() >= 400) {
            OpenApiContract.checkError(answer.body());
        }
        return answer;
    }

    private Answer readWhole() throws IOException {
        Answer head = readHead();
        String length = head.header("Content-Length");
        if (!length.isEmpty()) {
            return new Answer(head.head(), text(in.readNBytes(Integer.parseInt(length))));
        }
        if (head.status() < 200 || head.status() == 204) {
            return head;
        }
        if (!head.header("Transfer-Encoding").equals("chunked")) {
            return new Answer(head.head(), text(in.readAllBytes()));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunk(); size > 0; size = chunk()) {
            body.writeBytes(in.readNBytes(size));
            var _ = line();
        }
        var _ = line();
        return new Answer(head.head(), body.toString(StandardCharsets.UTF_8));
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The next answer as far as its empty line. */
    public Answer readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append('\n');
        }
        return new Answer(head.toString(), "");
    }

    /** Whether the server ends the connection without saying more. */
    public boolean ends() throws IOException {
        return in.read() < 0;
    }

    /** Sends empty lines until one cannot be delivered; false if all can for so long. */
    public boolean isRefusedWithin(Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        long next = System.nanoTime();
        while (System.nanoTime() < end) {
            if (System.nanoTime() >= next) {
                next = System.nanoTime() + BETWEEN_NANOS;
                try {
                    send("\r\n");
                } catch (IOException _) {
                    return true;
                }
            }
            Thread.onSpinWait();
        }
        return false;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
