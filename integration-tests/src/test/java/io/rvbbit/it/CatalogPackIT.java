package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.Processes;
import io.rvbbit.it.testkit.Processes.Outcome;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The statements that real tools send, over the wire, by the pack's own script. */
@GatewayTest
class CatalogPackIT {
    /** Columns of the script's table: exact, rows, columns, runs, error. */
    private static final int ROWS = 1;

    private static final int RUNS = 3;
    private static final int ERRORS = 4;

    @ParameterizedTest
    @CsvSource({"pgjdbc", "dbeaver", "metabase", "grafana", "npgsql", "powerbi"})
    void a_tools_statements_are_answered_with_the_columns_of_postgresql(
            String tool, TestGateway gateway, SqlSession sql) throws Exception {
        Path pack = pack();
        assumeTrue(Processes.isInstalled("psql"), "skipped: psql is not installed");
        assumeTrue(Processes.isInstalled("python3"), "skipped: python3 is not installed");
        String database = "shop_" + tool;
        sql.execute("CREATE DATABASE " + database);
        String port = Integer.toString(gateway.port());
        Outcome filled =
                Processes.run(
                        pack,
                        Map.of(),
                        List.of(
                                "psql",
                                "-X",
                                "-q",
                                "-h",
                                "127.0.0.1",
                                "-p",
                                port,
                                "-U",
                                "rvbbit",
                                "-d",
                                database,
                                "-f",
                                "schema_gateway.sql"));
        assertThat(filled.exitCode()).as(filled.err()).isZero();

        Outcome graded =
                Processes.run(
                        pack,
                        Map.of(),
                        List.of(
                                "python3",
                                "run_catalog.py",
                                "--port",
                                port,
                                "--user",
                                "rvbbit",
                                "--db",
                                database,
                                "--tool",
                                tool));
        Optional<List<Integer>> grades =
                graded.out()
                        .lines()
                        .filter(line -> line.startsWith(tool))
                        .findFirst()
                        .map(line ->
                                List.of(line.substring(tool.length()).strip().split(" +", -1))
                                        .stream()
                                        .map(Integer::valueOf)
                                        .toList());

        assertThat(grades).as(graded.out() + graded.err()).isPresent();
        assertThat(grades.get().get(ERRORS)).as(graded.out()).isZero();
        assertThat(grades.get().get(RUNS)).as(graded.out()).isZero();
        assertThat(grades.get().get(0) + grades.get().get(ROWS)).as(graded.out()).isPositive();
    }

    private static Path pack() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path found = at.resolve("shared/conformance");
            if (Files.isRegularFile(found.resolve("run_catalog.py"))) {
                return found;
            }
        }
        assumeTrue(false, "skipped: no directory shared/conformance beside the project");
        throw new IllegalStateException("the assumption above ends the test");
    }
}
