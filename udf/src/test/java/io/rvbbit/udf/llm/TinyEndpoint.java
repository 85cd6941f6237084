package io.rvbbit.udf.llm;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Replies to each request with the next scripted bytes; a script that runs out repeats its last.
 */
final class TinyEndpoint implements AutoCloseable {
    /** {@code headers}: names in lower case. */
    record Request(String path, Map<String, String> headers, String body) {}

    sealed interface Script {
        record Reply(int status, String headers, String body) implements Script {}

        /** The connection ends without a byte. */
        record Close() implements Script {}

        /** Nothing comes until the client gives up. */
        record Hang() implements Script {}

        /** Headers and half a body come, then nothing until the client gives up. */
        record Stall() implements Script {}
    }

    final CountDownLatch requestArrived = new CountDownLatch(1);
    final CountDownLatch clientGaveUp = new CountDownLatch(1);
    final List<Request> requests = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    private final Deque<Script> scripts = new ConcurrentLinkedDeque<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ServerSocket server;

    TinyEndpoint(Script... scripted) {
        scripts.addAll(List.of(scripted));
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        Thread.ofVirtual().name("tiny-accept").start(this::accept);
    }

    static Script answer(String content) {
        return reply(
                200,
                """
                {"model":"m-1","choices":[{"finish_reason":"stop","message":{"role":"assistant",\
                "content":"%s"}}],"usage":{"prompt_tokens":7,"completion_tokens":3,\
                "cost":0.000001234567}}\
                """
                        .formatted(content));
    }

    static Script reply(int status, String body) {
        return new Script.Reply(status, "", body);
    }

    static Script reply(int status, String header, String body) {
        return new Script.Reply(status, header + "\r\n", body);
    }

    String url() {
        return "http://127.0.0.1:%d/v1".formatted(server.getLocalPort());
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                open.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().name("tiny-connection").start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                Request request = read(in);
                if (request == null) {
                    return;
                }
                requests.add(request);
                requestArrived.countDown();
                Script script = scripts.size() > 1 ? scripts.poll() : scripts.peek();
                if (!perform(script, in, socket.getOutputStream())) {
                    return;
                }
            }
        } catch (IOException gone) {
            clientGaveUp.countDown();
        }
    }

    private boolean perform(Script script, InputStream in, OutputStream out) throws IOException {
        switch (script) {
            case Script.Reply reply -> {
                byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
                out.write(head(reply.status(), reply.headers(), body.length));
                out.write(body);
                out.flush();
                return true;
            }
            case Script.Close() -> {
                return false;
            }
            case Script.Hang() -> awaitEnd(in);
            case Script.Stall() -> {
                out.write(head(200, "", 1_000));
                out.write("{\"half\":".getBytes(StandardCharsets.UTF_8));
                out.flush();
                awaitEnd(in);
            }
        }
        return false;
    }

    private void awaitEnd(InputStream in) throws IOException {
        if (in.read() < 0) {
            clientGaveUp.countDown();
        }
    }

    private static byte[] head(int status, String headers, int length) {
        return "HTTP/1.1 %d X\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n"
                .formatted(status, headers, length)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable Request read(InputStream in) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return new Request(first.split(" ", -1)[1], headers, body);
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
