package io.rvbbit.it.clickhouse;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What lies between the books and ClickHouse in tests: passes bytes on, or does not.
 *
 * <p>Threading: any thread.
 */
public final class FaultyLink implements AutoCloseable {
    private static final int PIECE = 64 << 10;

    private final ServerSocket door;
    private final InetSocketAddress server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile boolean down;
    private volatile Duration latency = Duration.ZERO;
    private volatile int cutEvery;

    /** {@code url}: of the server. */
    public FaultyLink(String url) {
        URI there = URI.create(url);
        server = new InetSocketAddress(there.getHost(), there.getPort());
        try {
            door = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        Thread _ = Thread.ofVirtual().start(this::accept);
    }

    public String url(String database) {
        return "http://127.0.0.1:" + door.getLocalPort() + "/" + database;
    }

    /** Whoever comes, and whoever is there, is cut off until it is up again. */
    public void down() {
        down = true;
        open.forEach(FaultyLink::end);
    }

    public void up() {
        down = false;
    }

    /** Each answer is held back so long. */
    public void slow(Duration each) {
        latency = each;
    }

    /** Every nth answer never arrives, though the server has done what was asked; 0: all do. */
    public void cutAnswers(int every) {
        cutEvery = every;
    }

    /** How many answers were cut. */
    public int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                if (down) {
                    end(client);
                } else {
                    Thread _ = Thread.ofVirtual().start(() -> serve(client));
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket to = new Socket(server.getAddress(), server.getPort())) {
            open.add(client);
            open.add(to);
            Thread request = Thread.ofVirtual().start(() -> pass(client, to, false));
            pass(to, client, true);
            end(client);
            end(to);
            request.join();
        } catch (IOException e) {
            end(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(client);
        }
    }

    private void pass(Socket from, Socket to, boolean answering) {
        byte[] piece = new byte[PIECE];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(piece); read > 0; read = in.read(piece)) {
                if (answering && isCut()) {
                    break;
                }
                out.write(piece, 0, read);
            }
        } catch (IOException over) {
            // The other direction ends with it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(from);
            end(to);
            open.remove(from);
        }
    }

    private boolean isCut() throws InterruptedException {
        Duration hold = latency;
        if (hold.isPositive()) {
            boolean _ = new CountDownLatch(1).await(hold.toNanos(), TimeUnit.NANOSECONDS);
        }
        int every = cutEvery;
        if (every > 0 && answers.incrementAndGet() % every == 0) {
            cuts.incrementAndGet();
            return true;
        }
        return false;
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(FaultyLink::end);
    }
}
