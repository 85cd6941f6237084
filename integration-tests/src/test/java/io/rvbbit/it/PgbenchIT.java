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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL's own load generator, in each of the ways in which it can ask. */
@GatewayTest
class PgbenchIT {
    private static final int CLIENTS = 4;
    private static final int TRANSACTIONS = 50;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "prepared"})
    void every_transaction_of_every_client_succeeds(
            String mode, SqlSession sql, TestGateway gateway) throws Exception {
        assumeTrue(Processes.isInstalled("pgbench"), "pgbench is not installed");
        String accounts = "accounts_" + mode;
        sql.execute(
                "CREATE TABLE %s AS SELECT i AS aid, 0 AS balance FROM range(1000) AS r(i)"
                        .formatted(accounts));
        sql.execute("CREATE TABLE history_%s (client int, aid int)".formatted(mode));
        Path script =
                Files.writeString(
                        directory.resolve("script.sql"),
                        """
                        \\set aid random(0, 999)
                        BEGIN;
                        SELECT balance FROM %1$s WHERE aid = :aid;
                        INSERT INTO history_%2$s VALUES (:client_id, :aid);
                        END;
                        """
                                .formatted(accounts, mode));

        Outcome outcome =
                Processes.run(
                        directory,
                        Map.of(),
                        List.of(
                                "pgbench",
                                "-n",
                                "-h",
                                "127.0.0.1",
                                "-p",
                                Integer.toString(gateway.port()),
                                "-U",
                                "rvbbit",
                                "-M",
                                mode,
                                "-c",
                                Integer.toString(CLIENTS),
                                "-t",
                                Integer.toString(TRANSACTIONS),
                                "-f",
                                script.toString(),
                                "default"));

        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("actually processed: 200/200");
        sql.query(
                        "SELECT client, count(*) FROM history_%s GROUP BY client ORDER BY 1"
                                .formatted(mode))
                .returns(
                        """
                        client | count
                        0      | 50
                        1      | 50
                        2      | 50
                        3      | 50\
                        """);
    }
}
