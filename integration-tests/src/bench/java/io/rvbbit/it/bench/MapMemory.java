package io.rvbbit.it.bench;

import io.rvbbit.it.testkit.StubEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The heap of a gateway that may have 512 MiB, while it maps rows of 1 kB.
 *
 * <p>Run alone by {@code main} with the project's top directory; {@code bench.heapRows} is a system
 * property.
 */
final class MapMemory {
    private static final int PARALLEL = 64;
    private static final Pattern PAUSE = Pattern.compile("Pause.* \\d+M->(\\d+)M\\(\\d+M\\)");

    private MapMemory() {}

    public static void main(String[] arguments) throws Exception {
        measure(Path.of(arguments[0]).toAbsolutePath()).forEach(System.out::println);
    }

    /** Lines of a table of size, measured and goal. */
    static List<String> measure(Path project) throws IOException {
        int rows = Integer.getInteger("bench.heapRows", 1_000_000);
        Path log = Files.createTempFile("rvbbit-gc-", ".log");
        try (StubEndpoint stub = StubEndpoint.start()) {
            Map<String, String> environment = new HashMap<>(Endpoints.of(stub));
            environment.put("RVBBIT_JAVA_OPTS", "-Xmx512m -Xlog:gc:file=" + log);
            try (GatewayServer gateway = GatewayServer.start(project, environment);
                    WireProbe probe = gateway.connect()) {
                long began = System.nanoTime();
                long came =
                        probe.query(
                                ("RVBBIT MAP PARALLEL %d 'first_word' AS word USING"
                                                + " (SELECT i || repeat('x', 1000) AS text"
                                                + " FROM range(%d) r(i)) WITH (limit = none)")
                                        .formatted(PARALLEL, rows));
                if (came != rows) {
                    throw new IOException("a MAP of %d rows gave %d".formatted(rows, came));
                }
                double seconds = (System.nanoTime() - began) / 1e9;
                return lines(rows, seconds, afterPauses(log), gateway.residentKib() / 1024);
            }
        } finally {
            Files.deleteIfExists(log);
        }
    }

    private static List<String> lines(int rows, double seconds, List<Long> heap, long resident) {
        List<String> lines = new ArrayList<>();
        String work = String.format(Locale.ROOT, "MAP of %,d rows of 1 kB in %.0f s", rows, seconds);
        long most = heap.stream().mapToLong(Long::longValue).max().orElse(0);
        lines.add("| %s: heap after a collection, MiB at most | %d | ≤ 512 |".formatted(work, most));
        int quarter = heap.size() / 4;
        lines.add(
                "| the same: median in the second and in the last quarter, MiB | %d, %d | flat |"
                        .formatted(
                                middle(heap.subList(quarter, Math.max(quarter, 2 * quarter))),
                                middle(heap.subList(heap.size() - quarter, heap.size()))));
        lines.add("| the same: resident at the end, MiB | %d | |".formatted(resident));
        return lines;
    }

    private static long middle(List<Long> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElse(0L);
    }

    private static List<Long> afterPauses(Path log) throws IOException {
        List<Long> sizes = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            Matcher pause = PAUSE.matcher(line);
            if (pause.find()) {
                sizes.add(Long.parseLong(pause.group(1)));
            }
        }
        return sizes;
    }
}
