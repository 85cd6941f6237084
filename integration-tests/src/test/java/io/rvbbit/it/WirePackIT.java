package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.Processes;
import io.rvbbit.it.testkit.Processes.Outcome;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The exchanges of messages that PostgreSQL 15 has had, replayed by the pack's own script.
 *
 * <p>What ends otherwise is named in {@code docs/compatibility.md} with its reason, and nothing
 * else is.
 */
@GatewayTest
class WirePackIT {
    private static final Path DOCUMENT = Path.of("../docs/compatibility.md");
    private static final String HEADING = "## Exchanges that end otherwise";
    private static final int LEAST_EXCHANGES = 195;
    private static final int MOST_DIFFERENT_PERCENT = 5;
    private static final Pattern FILE = Pattern.compile("(?:ok|FAIL|skip) +data/(\\S+) .*");
    private static final Pattern FAILURE = Pattern.compile(" +line (\\d+): .*");
    private static final Pattern COUNTS = Pattern.compile("(\\d+) passed, (\\d+) failed");
    private static final Pattern DOCUMENTED = Pattern.compile("- `(\\S+) (\\d+)`: .+");

    @Test
    void exchanges_end_as_with_postgresql(TestGateway gateway, SqlSession sql) throws Exception {
        assumeTrue(Processes.isInstalled("python3"), "skipped: python3 is not installed");
        Path pack = pack();
        sql.execute("CREATE DATABASE pgtest");

        Outcome outcome =
                Processes.run(
                        pack,
                        Map.of("PYTHONIOENCODING", "UTF-8"),
                        List.of(
                                "python3",
                                "run_pgtest.py",
                                "-v",
                                "--port",
                                Integer.toString(gateway.port()),
                                "--user",
                                "rvbbit",
                                "--db",
                                "pgtest"));

        Matcher counts = COUNTS.matcher(outcome.out());
        assertThat(counts.find()).as(outcome.out() + outcome.err()).isTrue();
        int failed = Integer.parseInt(counts.group(2));
        int all = Integer.parseInt(counts.group(1)) + failed;
        assertThat(failures(outcome.out()))
                .as(outcome.out())
                .containsExactlyInAnyOrderElementsOf(documented());
        assertThat(all).isGreaterThanOrEqualTo(LEAST_EXCHANGES);
        assertThat(failed * 100).isLessThanOrEqualTo(all * MOST_DIFFERENT_PERCENT);
    }

    private static List<String> failures(String report) {
        List<String> failures = new ArrayList<>();
        String file = "";
        for (String line : report.split("\n", -1)) {
            Matcher named = FILE.matcher(line);
            Matcher failed = FAILURE.matcher(line);
            if (named.matches()) {
                file = named.group(1);
            } else if (failed.matches()) {
                failures.add(file + " " + failed.group(1));
            }
        }
        return failures;
    }

    /** Each stands in a line of its own: the file, the line in it, and why. */
    private static List<String> documented() throws IOException {
        List<String> exchanges = new ArrayList<>();
        boolean within = false;
        for (String line : Files.readAllLines(DOCUMENT)) {
            Matcher exchange = DOCUMENTED.matcher(line);
            if (line.startsWith("## ")) {
                within = line.equals(HEADING);
            } else if (within && exchange.matches()) {
                exchanges.add(exchange.group(1) + " " + exchange.group(2));
            }
        }
        return exchanges;
    }

    private static Path pack() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path found = at.resolve("shared/conformance/wire");
            if (Files.isRegularFile(found.resolve("run_pgtest.py"))) {
                return found;
            }
        }
        assumeTrue(false, "skipped: no directory shared/conformance/wire beside the project");
        throw new IllegalStateException("the assumption above ends the test");
    }
}
