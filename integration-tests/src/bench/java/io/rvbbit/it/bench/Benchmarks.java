package io.rvbbit.it.bench;

import io.rvbbit.tracking.EventLogWork;
import io.rvbbit.tracking.CallerWork;
import io.rvbbit.tracking.RollupWork;
import io.rvbbit.tracking.TraceWork;
import io.rvbbit.tracking.VisibleWork;
import java.io.IOException;
import java.io.PrintStream;
import java.io.FileOutputStream;
import java.io.FileDescriptor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Whole servers against each other, and {@link TraceWork}: bulk reading, statements per second, the
 * catalogue, memory; and {@link MapWork}, {@link StoreAway}, {@link MapCorrectness}, {@link
 * MapMemory}, {@link CancelDelays}, {@link RateLimitUse}, {@link CallPairs}, {@link FallbackWork},
 * {@link FallbackCallsWork}, {@link EventLogWork}, {@link VisibleWork}, {@link RollupWork} and
 * {@link CallerWork}.
 *
 * <p>Run by {@code ./mvnw -Pbench verify}; sizes are the system properties {@code bench.rows},
 * {@code bench.flatRows}, {@code bench.statements}, {@code bench.connections}, {@code
 * bench.mapRows}, {@code bench.heapRows}, {@code bench.callPairs}, {@code bench.fallbackSeconds},
 * {@code bench.rollupEvents}, {@code bench.limitSeconds} and {@code bench.rounds}. Without an
 * installed PostgreSQL its lines are left out, and said so.
 */
public final class Benchmarks {
    private static final int PER_SYNC = 100;
    private static final String COLUMNS =
            "i::bigint AS a, i * 1.5::double precision AS b, 'value ' || i AS c, timestamp '2020-01-01'"
                    + " + i * interval '1 second' AS d, (i * 1.01)::numeric(12,2) AS e";
    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private final GatewayServer gateway;
    private final Optional<Control> postgres;
    private final InProcess inProcess;
    private final int rounds = size("bench.rounds", 5);
    private final List<String> times = new ArrayList<>();
    private final List<String> verdicts = new ArrayList<>();

    private Benchmarks(GatewayServer gateway, Optional<Control> postgres, InProcess inProcess) {
        this.gateway = gateway;
        this.postgres = postgres;
        this.inProcess = inProcess;
    }

    /** The only argument is the project's top directory. */
    public static void main(String[] arguments) throws Exception {
        Path project = Path.of(arguments[0]).toAbsolutePath();
        Benchmarks lines;
        try (GatewayServer gateway = GatewayServer.start(project);
                InProcess inProcess = new InProcess()) {
            Optional<Control> postgres = Control.start();
            try {
                if (postgres.isEmpty()) {
                    OUT.println("PostgreSQL is not installed: its lines are left out.");
                }
                Benchmarks benchmarks = new Benchmarks(gateway, postgres, inProcess);
                benchmarks.idleConnections();
                benchmarks.flatMemory();
                benchmarks.statements();
                benchmarks.catalogue();
                benchmarks.bulk();
                lines = benchmarks;
            } finally {
                postgres.ifPresent(Control::close);
            }
        }
        // Each of these has a gateway of its own.
        lines.verdicts.addAll(MapWork.measure(project));
        lines.verdicts.addAll(StoreAway.measure(project));
        lines.verdicts.addAll(MapCorrectness.measure(project));
        lines.verdicts.addAll(MapMemory.measure(project));
        lines.verdicts.addAll(TraceWork.measure());
        lines.verdicts.addAll(CancelDelays.measure());
        lines.verdicts.addAll(RateLimitUse.measure(project));
        lines.verdicts.addAll(CallPairs.measure());
        lines.verdicts.addAll(FallbackWork.measure());
        lines.verdicts.addAll(FallbackCallsWork.measure(project));
        lines.verdicts.addAll(EventLogWork.measure());
        lines.verdicts.addAll(VisibleWork.measure());
        lines.verdicts.addAll(RollupWork.measure());
        lines.verdicts.addAll(CallerWork.measure());
        lines.print();
    }

    private static int size(String property, int otherwise) {
        return Integer.getInteger(property, otherwise);
    }

    private List<Server> servers() {
        List<Server> servers = new ArrayList<>();
        servers.add(gateway);
        postgres.ifPresent(servers::add);
        return servers;
    }

    private void verdict(String what, double value, String goal) {
        verdicts.add(String.format(Locale.ROOT, "| %s | %.2f | %s |", what, value, goal));
    }

    private void bulk() throws IOException {
        int rows = size("bench.rows", 5_000_000);
        for (Server server : servers()) {
            try (WireProbe probe = server.connect()) {
                probe.query(
                        "CREATE TABLE bulk AS SELECT %s FROM generate_series(1, %d) AS g(i)"
                                .formatted(COLUMNS, rows));
            }
        }
        inProcess.execute(
                "CREATE TABLE bulk AS SELECT i::BIGINT AS a, i * 1.5::DOUBLE AS b, 'value ' || i AS c,"
                        + " TIMESTAMP '2020-01-01' + to_seconds(i) AS d, (i * 1.01)::DECIMAL(12,2) AS e FROM"
                        + " range(1, %d) AS g(i)".formatted(rows + 1));
        bulk("SELECT * FROM bulk", false, WireProbe::query);
        bulk("COPY bulk TO STDOUT", false, WireProbe::query);
        bulk("SELECT * FROM bulk", true, WireProbe::queryBinary);
    }

    /** How a probe reads a whole result. */
    private interface Reading {
        long rows(WireProbe probe, String sql) throws IOException;
    }

    private void bulk(String sql, boolean binary, Reading reading) throws IOException {
        int rows = size("bench.rows", 5_000_000);
        String what = binary ? sql + ", binary" : sql;
        VectorRows vectors = new VectorRows(List.of(VectorRows.Kind.values()), binary);
        Measurement measured = new Measurement();
        for (Server server : servers()) {
            measured.with(server.name(), () -> expect(server, sql, reading, rows));
        }
        measured.with("in process", () -> inProcess.writeRows("SELECT * FROM bulk", vectors));
        measured.run(rounds);
        times.addAll(measured.lines("`" + what + "`", rows, "rows"));
        if (postgres.isPresent()) {
            verdict(what + ": gateway / PostgreSQL", measured.rate("gateway", "PostgreSQL"), "≥ 1");
        }
        verdict(
                what + ": gateway / vectors to rows in process",
                measured.rate("gateway", "in process"),
                "≥ 0.5");
    }

    private static void expect(Server server, String sql, Reading reading, long rows)
            throws IOException {
        try (WireProbe probe = server.connect()) {
            long came = reading.rows(probe, sql);
            if (came != rows) {
                throw new IOException(
                        "%s gave %d rows of %d: %s".formatted(server.name(), came, rows, sql));
            }
        }
    }

    private void statements() throws IOException {
        int count = size("bench.statements", 20_000);
        List<WireProbe> open = new ArrayList<>();
        try {
            Measurement pipelined = new Measurement();
            Measurement alone = new Measurement();
            for (Server server : servers()) {
                WireProbe probe = server.connect();
                open.add(probe);
                probe.prepare("one", "SELECT 1");
                pipelined.with(server.name(), () -> probe.execute("one", count, PER_SYNC));
                alone.with(server.name(), () -> probe.execute("one", count, 1));
            }
            pipelined.with("in process", () -> inProcess.selectOne(count));
            alone.with("in process", () -> inProcess.selectOne(count));
            pipelined.run(rounds);
            alone.run(rounds);
            times.addAll(pipelined.lines("`SELECT 1`, 100 per Sync", count, "statements"));
            times.addAll(alone.lines("`SELECT 1`, one per Sync", count, "statements"));
            verdict(
                    "SELECT 1, 100 per Sync: gateway / in process",
                    pipelined.rate("gateway", "in process"),
                    "≥ 0.8");
            verdict(
                    "SELECT 1, one per Sync: gateway / in process",
                    alone.rate("gateway", "in process"),
                    "≥ 0.35");
            if (postgres.isPresent()) {
                verdict(
                        "SELECT 1, one per Sync: gateway / PostgreSQL",
                        alone.rate("gateway", "PostgreSQL"),
                        "≥ 0.3");
            }
        } finally {
            for (WireProbe probe : open) {
                probe.close();
            }
        }
    }

    private void catalogue() throws IOException {
        CatalogWork.create(gateway);
        if (postgres.isPresent()) {
            CatalogWork.create(postgres.get());
        }
        Measurement connecting = new Measurement();
        Measurement asking = new Measurement();
        for (Server server : servers()) {
            connecting.with(server.name(), () -> CatalogWork.connect(server));
            asking.with(server.name(), () -> CatalogWork.reflect(server));
        }
        connecting.run(rounds);
        asking.run(rounds);
        times.addAll(
                connecting.lines(
                        "connect, `SELECT 1`, close", CatalogWork.CONNECTIONS, "connections"));
        times.addAll(
                asking.lines(
                        "columns, keys and indexes of %d tables, as a reflecting client asks"
                                .formatted(CatalogWork.TABLES),
                        CatalogWork.questions(),
                        "statements"));
        verdict(
                "a catalogue query, ms",
                asking.median("gateway") * 1e3 / CatalogWork.questions(),
                "< 100");
    }

    private void idleConnections() throws IOException {
        int count = size("bench.connections", 200);
        try (WireProbe first = gateway.connect()) {
            first.query("SELECT 1");
            long before = gateway.residentKib();
            List<WireProbe> open = new ArrayList<>();
            try {
                for (int i = 0; i < count; i++) {
                    WireProbe probe = gateway.connect();
                    open.add(probe);
                    probe.query("SELECT 1");
                }
                double each = (gateway.residentKib() - before) / 1024.0 / count;
                verdict("idle connection on default, MiB resident", each, "< 2");
            } finally {
                for (WireProbe probe : open) {
                    probe.close();
                }
            }
        }
    }

    private void flatMemory() throws IOException {
        long rows = size("bench.flatRows", 50_000_000);
        String sql =
                "SELECT i, 'some text ' || i AS t FROM generate_series(1, %d) AS g(i)"
                        .formatted(rows);
        long before = gateway.residentKib();
        long[] most = {before};
        Thread watch = Thread.ofPlatform().name("bench-memory").unstarted(() -> watch(most));
        watch.start();
        try (WireProbe probe = gateway.connect()) {
            probe.query(sql);
        } finally {
            watch.interrupt();
        }
        verdict(
                "%,d rows read: MiB over idle".formatted(rows),
                (most[0] - before) / 1024.0,
                "< 300");
        try (WireProbe probe = gateway.connect()) {
            probe.ask(sql);
            probe.readSome(1 << 16);
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(size("bench.stallSeconds", 20)));
            verdict(
                    "a client that stops reading: MiB over idle",
                    (gateway.residentKib() - before) / 1024.0,
                    "< 300");
        }
    }

    private void watch(long[] most) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                most[0] = Math.max(most[0], gateway.residentKib());
            } catch (IOException e) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private void print() throws IOException {
        List<String> report = new ArrayList<>();
        report.add("| work | who | median (range) of %d | rate |".formatted(rounds));
        report.add("|---|---|---|---|");
        report.addAll(times);
        report.add("");
        report.add("| ratio or size | measured | goal |");
        report.add("|---|---|---|");
        report.addAll(verdicts);
        report.forEach(OUT::println);
        Files.write(Path.of("target", "benchmarks.md"), report);
    }
}
