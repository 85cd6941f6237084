package io.rvbbit.gateway;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.rvbbit.gateway.catalog.PgCatalog;
import io.rvbbit.gateway.config.GatewayConfig;
import io.rvbbit.gateway.config.ModelEndpoints;
import io.rvbbit.gateway.engine.Databases;
import io.rvbbit.gateway.engine.EngineConfig;
import io.rvbbit.gateway.engine.EngineExtensions;
import io.rvbbit.gateway.execution.FunctionUses;
import io.rvbbit.gateway.execution.Services;
import io.rvbbit.gateway.http.HttpServer;
import io.rvbbit.gateway.session.PgServer;
import io.rvbbit.gateway.session.Sessions;
import io.rvbbit.tracking.Books;
import io.rvbbit.udf.Functions;
import io.rvbbit.udf.QueryScopes;
import io.rvbbit.udf.cascade.CascadeCatalog;
import io.rvbbit.udf.cascade.CascadeRunner;
import io.rvbbit.udf.cascade.StepRunner;
import io.rvbbit.udf.llm.BoundedModels;
import io.rvbbit.udf.llm.ModelCatalog;
import io.rvbbit.udf.llm.Sleeper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The map of the system: builds every part, top to bottom, and closes them in reverse.
 *
 * <p>Threading: {@link #start} and {@link #close} on any one thread.
 */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final int EVENT_LOOPS = 2;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final GatewayConfig config;
    private final ModelCatalog models;
    private final Sessions sessions;
    private final PgServer pgServer;
    private final HttpServer httpServer;

    private Gateway(GatewayConfig config, Clock clock) {
        this.config = config;
        try {
            Path data = makeDirectory(config.data());
            models = opened(ModelEndpoints.open(config));
            Books books = opened(Books.open(data.resolve("books.duckdb"), clock));
            CascadeCatalog cascades = new CascadeCatalog(config.roots());
            CascadeRunner runner =
                    new StepRunner(
                            new BoundedModels(models, config.maxCallsInFlight()),
                            books,
                            books,
                            clock,
                            Sleeper.SYSTEM,
                            new StepRunner.Limits(
                                    config.callTimeout(),
                                    config.callAttempts(),
                                    StepRunner.Limits.DEFAULT.sqlTimeout(),
                                    StepRunner.Limits.DEFAULT.sqlMaxRows()));
            QueryScopes scopes = new QueryScopes(new SecureRandom());
            Databases databases =
                    opened(Databases.open(engineConfig(config), books, extensions(scopes)));
            Services services =
                    new Services(
                            databases,
                            cascades,
                            models,
                            runner,
                            scopes,
                            books,
                            new FunctionUses(),
                            clock,
                            config.maxRows());
            sessions = opened(new Sessions(services, config.maxConnections(), config.parallel()));
            EventLoopGroup loops =
                    new MultiThreadIoEventLoopGroup(EVENT_LOOPS, NioIoHandler.newFactory());
            parts.push(() ->
                    loops.shutdownGracefully(0, 2, java.util.concurrent.TimeUnit.SECONDS)
                            .syncUninterruptibly());
            pgServer =
                    opened(
                            PgServer.listen(
                                    new InetSocketAddress(config.host(), config.port()),
                                    loops,
                                    sessions));
            httpServer =
                    opened(
                            HttpServer.listen(
                                    new InetSocketAddress(config.host(), config.httpPort()),
                                    loops,
                                    sessions::open));
        } catch (RuntimeException e) {
            closeParts();
            throw e;
        }
    }

    /** Starts everything; the ports accept connections when this returns. */
    public static Gateway start(GatewayConfig config, Clock clock) {
        return new Gateway(config, clock);
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    private static EngineConfig engineConfig(GatewayConfig config) {
        return new EngineConfig(
                config.data(),
                config.allowDirectories(),
                config.memoryLimit(),
                Math.max(2, Runtime.getRuntime().availableProcessors()),
                config.tempLimit(),
                4);
    }

    private static EngineExtensions extensions(QueryScopes scopes) {
        Functions functions = new Functions(scopes);
        List<String> macros = new ArrayList<>(Functions.MACROS);
        macros.add(
                "CREATE OR REPLACE MACRO rvbbit_last_cost() AS getvariable('_rvbbit_last_cost')");
        return new EngineExtensions(PgCatalog.bootstrap(), macros, functions::register);
    }

    private static Path makeDirectory(Path directory) {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("can't make the data directory " + directory, e);
        }
    }

    public InetSocketAddress pgAddress() {
        return pgServer.address();
    }

    public InetSocketAddress httpAddress() {
        return httpServer.address();
    }

    /** Whether nobody but the cascades' examples answers. */
    public boolean isOffline() {
        return models.isOffline();
    }

    /** The line that tells that the server accepts connections. */
    public String readyLine() {
        return "ready pg="
                + shown(pgAddress())
                + " http="
                + shown(httpAddress())
                + " model="
                + models.describe();
    }

    private static String shown(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Takes no new client, lets statements end within the configured time, then ends them. */
    public void drain() throws InterruptedException {
        pgServer.close();
        sessions.drain(config.shutdownTimeout());
    }

    @Override
    public void close() {
        try {
            drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeParts();
    }

    private void closeParts() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("a part of the gateway did not close cleanly", e);
            }
        }
    }
}
