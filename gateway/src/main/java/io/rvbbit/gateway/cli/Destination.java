package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.DataLock;
import io.rvbbit.gateway.Gateway;
import io.rvbbit.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The server that a command talks to: the one at a URL, the one that has the data directory, or one
 * of its own in this process.
 *
 * <p>Threading: one thread.
 */
final class Destination implements AutoCloseable {
    /** A server that starts or stops has this long to get done. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ServerUrl server;
    private final Optional<Gateway> embedded;

    private Destination(ServerUrl server, Optional<Gateway> embedded) {
        this.server = server;
        this.embedded = embedded;
    }

    /** The caller closes it, which ends an embedded server. */
    static Destination open(Optional<String> url, ConfigOptions options)
            throws InterruptedException {
        if (url.isPresent()) {
            return new Destination(ServerUrl.parse(url.get()), Optional.empty());
        }
        GatewayConfig config = options.readEmbedded();
        Optional<String> running = running(config.data());
        if (running.isPresent()) {
            return new Destination(ServerUrl.ofAddress(running.get()), Optional.empty());
        }
        Gateway gateway = Gateway.start(config, Clock.systemUTC());
        return new Destination(
                ServerUrl.ofAddress(Gateway.shown(gateway.pgAddress())), Optional.of(gateway));
    }

    private static Optional<String> running(Path data) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<DataLock.Holder> holder = DataLock.holder(data);
            if (holder.isEmpty()) {
                return Optional.empty();
            }
            if (holder.get().address().isPresent()) {
                return holder.get().address();
            }
            if (System.nanoTime() > deadline) {
                throw new ConnectionFailure(
                        "process %s has the data directory %s and takes no clients"
                                .formatted(holder.get().process(), data));
            }
            boolean _ = new CountDownLatch(1).await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    ServerUrl server() {
        return server;
    }

    @Override
    public void close() {
        embedded.ifPresent(Gateway::close);
    }
}
