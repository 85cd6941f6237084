package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.Processes;
import io.rvbbit.it.testkit.Processes.Outcome;
import io.rvbbit.it.testkit.TestGateway;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Python's clients, each in one conversation: psycopg2 and 3, asyncpg, SQLAlchemy, Django,
 * psqlODBC.
 *
 * <p>The scripts check themselves and say what differs. Debian's packages python3-psycopg2,
 * python3-psycopg, python3-asyncpg, python3-sqlalchemy, python3-django, python3-pyodbc and
 * odbc-postgresql hold them; what is missing is skipped.
 */
@GatewayTest
class PythonIT {
    private static final String PYTHON = "/usr/bin/python3";
    private static final int NOT_INSTALLED = 77;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "psycopg2_client",
                "psycopg_client",
                "asyncpg_client",
                "sqlalchemy_client",
                "django_client",
                "odbc_client"
            })
    void converses_as_with_postgresql(String client, TestGateway gateway) throws Exception {
        assumeTrue(Files.isExecutable(Path.of(PYTHON)), "no " + PYTHON);
        gateway.model().answers("red apple", "red").answers("green pear", "green");
        gateway.model().answers("blue plum", "blue");
        Path script = directory.resolve(client + ".py");
        try (var in = PythonIT.class.getResourceAsStream("/python/" + client + ".py")) {
            assertThat(in).as(client).isNotNull();
            Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
        }

        Outcome outcome =
                Processes.run(
                        directory,
                        Map.of("PYTHONIOENCODING", "UTF-8"),
                        List.of(PYTHON, script.toString(), Integer.toString(gateway.port())));

        assumeTrue(outcome.exitCode() != NOT_INSTALLED, outcome.err());
        assertThat(outcome.out()).as(outcome.err()).isEqualToIgnoringNewLines("ok");
    }
}
