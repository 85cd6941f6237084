package io.rvbbit.gateway;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.rvbbit.gateway.access.Access;
import io.rvbbit.gateway.access.ReloadableTls;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.access.TlsCertificate;
import io.rvbbit.gateway.config.ConfigException;
import io.rvbbit.gateway.config.ConfigKey;
import io.rvbbit.gateway.config.GatewayConfig;
import io.rvbbit.gateway.config.McpConfig;
import io.rvbbit.gateway.config.ModelEndpoints;
import io.rvbbit.gateway.config.ModelFallbacks;
import io.rvbbit.gateway.config.SecurityConfig;
import io.rvbbit.gateway.engine.Backends;
import io.rvbbit.gateway.engine.BookQuery;
import io.rvbbit.gateway.engine.Databases;
import io.rvbbit.gateway.engine.EngineConfig;
import io.rvbbit.gateway.execution.BookRetention;
import io.rvbbit.gateway.execution.BookTraces;
import io.rvbbit.gateway.execution.CacheClearing;
import io.rvbbit.gateway.execution.CallBackfill;
import io.rvbbit.gateway.execution.Fallbacks;
import io.rvbbit.gateway.execution.FunctionUses;
import io.rvbbit.gateway.execution.LiveBooks;
import io.rvbbit.gateway.execution.RecentStatements;
import io.rvbbit.gateway.execution.Services;
import io.rvbbit.gateway.execution.Signals;
import io.rvbbit.gateway.execution.Tracing;
import io.rvbbit.gateway.http.HttpServer;
import io.rvbbit.gateway.metrics.Gauges;
import io.rvbbit.gateway.metrics.Meters;
import io.rvbbit.gateway.session.PgServer;
import io.rvbbit.gateway.session.Sessions;
import io.rvbbit.gateway.telemetry.Otlp;
import io.rvbbit.gateway.telemetry.SpanExport;
import io.rvbbit.gateway.webhook.FallbackWebhook;
import io.rvbbit.tracking.BookOptions;
import io.rvbbit.tracking.Books;
import io.rvbbit.tracking.CallerTotals;
import io.rvbbit.tracking.TraceOptions;
import io.rvbbit.tracking.trace.SpanSink;
import io.rvbbit.udf.Journals;
import io.rvbbit.udf.QueryScopes;
import io.rvbbit.udf.budget.ServerBudgets;
import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cache.AnswerStore;
import io.rvbbit.udf.cascade.CascadeCatalog;
import io.rvbbit.udf.cascade.CascadeRunner;
import io.rvbbit.udf.cascade.PromptPreview;
import io.rvbbit.udf.cascade.StepRunner;
import io.rvbbit.udf.llm.ModelCatalog;
import io.rvbbit.udf.llm.Models;
import io.rvbbit.udf.llm.Sleeper;
import io.rvbbit.udf.llm.Traffic;
import io.rvbbit.udf.mcp.McpServers;
import io.rvbbit.udf.tool.InstalledTools;
import io.rvbbit.udf.web.WebClient;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.function.Function;
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

    /** More than RUN's own default limit: a cell may read the whole table that RUN was given. */
    private static final int SQL_CELL_ROWS = 100_000;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final GatewayConfig config;
    private final DataLock lock;
    private final ModelCatalog models;
    private final Optional<ReloadableTls> tls;
    private final Sessions sessions;
    private final PgServer pgServer;
    private final HttpServer httpServer;

    private Gateway(GatewayConfig config, Clock clock) {
        this.config = config;
        try {
            checkTools();
            Traffic traffic = opened(new Traffic(config.maxCallsInFlight()));
            models = opened(ModelEndpoints.open(config, traffic));
            // Before anything touches a file in it.
            lock = opened(DataLock.take(config.data()));
            // Before the books, which give it spans until they close.
            Optional<SpanExport> export =
                    config.tracing().otlp().map(otlp -> opened(Otlp.open(otlp)));
            Books books = opened(books(config, export, clock));
            CallerTotals totals = new CallerTotals(books);
            ServerBudgets budgets =
                    new ServerBudgets(
                            config.budgets().server(),
                            config.budgets().users(),
                            new PastSpending(books, models),
                            clock);
            CascadeCatalog cascades = new CascadeCatalog(config.roots());
            Models withFallbacks = ModelFallbacks.over(models, config);
            StepRunner.Limits limits =
                    new StepRunner.Limits(
                            config.callTimeout(),
                            config.callAttempts(),
                            StepRunner.Limits.DEFAULT.sqlTimeout(),
                            SQL_CELL_ROWS);
            McpServers mcp =
                    opened(
                            new McpServers(
                                    McpConfig.servers(config), config.web().addresses(), clock));
            CascadeRunner runner =
                    new StepRunner(
                            withFallbacks,
                            totals,
                            books,
                            clock,
                            Sleeper.SYSTEM,
                            limits,
                            opened(new WebClient(config.web())),
                            mcp);
            AnswerStore stored =
                    opened(AnswerStore.open(config.data().resolve("cache"), config.cacheBytes()));
            Meters meters = Meters.of(books, budgets, traffic, stored, clock);
            export.ifPresent(spans -> new Gauges(meters).exports(spans::counts));
            config.fallbackWebhook()
                    .map(FallbackWebhook::start)
                    .map(this::opened)
                    .ifPresent(books::observe);
            AnswerCache answers =
                    new AnswerCache(stored, models, totals, clock, config.cacheTtl().orElse(null));
            new Gauges(meters).misses(answers::misses);
            Journals journals =
                    new Journals(
                            config.data().resolve("journals"),
                            new Journals.Bounds(config.journalAge(), config.journalBytes()),
                            clock,
                            config.trackingMaxStall(),
                            totals);
            Signals signals = new Signals();
            RecentStatements statements = new RecentStatements(clock);
            books.showSteps(statements::steps);
            Access access = access(config);
            tls = access.tls();
            QueryScopes scopes = new QueryScopes(new SecureRandom());
            Backends backends = new Backends(clock);
            Databases databases =
                    opened(
                            Databases.open(
                                    engineConfig(config),
                                    new LiveBooks(books, statements),
                                    ServerFunctions.extensions(
                                            scopes,
                                            backends,
                                            access.roles(),
                                            signals,
                                            new CacheClearing(answers, cascades, access.roles()),
                                            new CallBackfill(books, access.roles(), clock),
                                            new BookRetention(books, access.roles()),
                                            new BookTraces(
                                                    books,
                                                    access.roles(),
                                                    config.tracing().limits(),
                                                    clock),
                                            statements)));
            Services services =
                    new Services(
                            databases,
                            access.roles(),
                            cascades,
                            models,
                            runner,
                            new PromptPreview(withFallbacks, limits, clock, mcp),
                            answers,
                            journals,
                            scopes,
                            books,
                            new BookQuery(books.tables()),
                            totals,
                            budgets,
                            statements,
                            new FunctionUses(),
                            new Fallbacks(
                                    new Fallbacks.Names(
                                            config.missingFunctions().allowed(),
                                            config.missingFunctions().denied()),
                                    config.missingFunctions().on(),
                                    config.missingFunctions().users(),
                                    clock),
                            signals,
                            new Tracing(config.tracing().stored(), export.isPresent()),
                            new StatementCounts(meters),
                            clock,
                            config.maxRows());
            sessions =
                    opened(
                            new Sessions(
                                    services,
                                    backends,
                                    config.maxConnections(),
                                    config.parallel()));
            EventLoopGroup loops =
                    new MultiThreadIoEventLoopGroup(EVENT_LOOPS, NioIoHandler.newFactory());
            parts.push(() ->
                    loops.shutdownGracefully(0, 2, java.util.concurrent.TimeUnit.SECONDS)
                            .syncUninterruptibly());
            pgServer =
                    opened(
                            listening(
                                    ConfigKey.PORT,
                                    new InetSocketAddress(config.host(), config.port()),
                                    address -> PgServer.listen(address, loops, sessions, access)));
            httpServer =
                    opened(
                            listening(
                                    ConfigKey.HTTP_PORT,
                                    new InetSocketAddress(config.host(), config.httpPort()),
                                    address ->
                                            HttpServer.listen(
                                                    address,
                                                    loops,
                                                    sessions,
                                                    access,
                                                    config.http(),
                                                    meters,
                                                    clock)));
            lock.publish(shown(pgAddress()));
        } catch (RuntimeException e) {
            closeParts();
            throw e;
        }
    }

    /** Starts everything; the ports accept connections when this returns. */
    public static Gateway start(GatewayConfig config, Clock clock) {
        return new Gateway(config, clock);
    }

    /** What jars have brought is found out now, and not when the first cascade names it. */
    private static void checkTools() {
        try {
            var _ = InstalledTools.get().names();
        } catch (IllegalStateException | ServiceConfigurationError e) {
            throw new ConfigException("tools: " + e.getMessage());
        }
    }

    private static Books books(GatewayConfig config, Optional<SpanExport> export, Clock clock) {
        BookOptions options =
                new BookOptions(
                        new Books.Limits(config.trackingLogBytes(), config.trackingMaxStall()),
                        config.completion(),
                        config.retention(),
                        config.kafka(),
                        new TraceOptions(
                                export.map(SpanSink.class::cast).orElse(SpanSink.NONE),
                                ModelEndpoints.regions(config)::of));
        return config.clickHouse()
                .map(address -> Books.open(address, config.data(), clock, options))
                .orElseGet(() -> Books.open(config.data().resolve(Books.FILE), clock, options));
    }

    private static Access access(GatewayConfig config) {
        SecurityConfig security = config.security();
        Optional<ReloadableTls> tls = Optional.empty();
        if (security.tls().isPresent()) {
            SecurityConfig.TlsFiles files = security.tls().get();
            try {
                tls = Optional.of(ReloadableTls.open(files.certificate(), files.key()));
            } catch (TlsCertificate.Unusable e) {
                throw new ConfigException("TLS: " + e.getMessage());
            }
        }
        return new Access(
                Roles.open(security.users(), config.data().resolve(Roles.FILE), new SecureRandom()),
                tls,
                security.tlsRequired(),
                security.cleartext(),
                security.authenticationTimeout());
    }

    public boolean speaksTls() {
        return tls.isPresent();
    }

    /** Reads again what may change while the server runs: the TLS certificate. */
    public void reload() {
        tls.ifPresent(ReloadableTls::reload);
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

    /** Netty throws the system's BindException as it is, though no method of it declares one. */
    private static <T> T listening(
            ConfigKey key, InetSocketAddress address, Function<InetSocketAddress, T> listen) {
        try {
            return listen.apply(address);
        } catch (Exception e) {
            throw new ConfigException(
                    "can't listen on %s: %s; choose another --%s, or 0 for a free one"
                            .formatted(shown(address), e.getMessage(), key.fileName()));
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

    /** Such as {@code 127.0.0.1:15432} or {@code [::1]:15432}. */
    public static String shown(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Takes no new client, lets statements end within the configured time, then ends them. */
    public void drain() throws InterruptedException {
        lock.withdraw();
        pgServer.close();
        sessions.drain(config.shutdownTimeout());
        httpServer.drain(config.shutdownTimeout());
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
