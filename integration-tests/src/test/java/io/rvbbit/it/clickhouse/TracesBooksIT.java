package io.rvbbit.it.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.AcceptanceFile;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Traces on the wire with the books in ClickHouse (26.7 engine behind a test front). */
@Timeout(240)
class TracesBooksIT {
    private ClickHouseServer server;

    @BeforeEach
    void start() {
        server = ClickHouseServer.startFront();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void the_contracts_statements_work_as_they_are_written() throws Exception {
        Map<String, String> environment = new HashMap<>(server.environment("books"));
        environment.put("RVBBIT_DB_TRACING", "true");
        environment.put("RVBBIT_CALL_ATTEMPTS", "1");
        try (TestGateway gateway = TestGateway.withStub(environment);
                SqlSession sql = gateway.session()) {
            sql.model().failsOn("bad", StubFault.status(500));
            sql.execute("RVBBIT MAP 'first_word' USING (SELECT unnest(['good', 'bad']) AS text)");
            String caller = sql.lastCaller();

            List<String> statements = AcceptanceFile.read().part(10);

            assertThat(statements).hasSize(4);
            for (String statement : statements) {
                assertThat(
                                sql.query(statement.replace("sql-clever-fox-abc123", caller))
                                        .table()
                                        .rows())
                        .as(statement)
                        .isNotEmpty();
            }
            assertThat(sql.text("SELECT cause FROM identify_root_cause('" + caller + "')"))
                    .isEqualTo("MODEL_EXECUTION_FAILURE");
            sql.query(
                            "SELECT operation, status FROM trace_spans WHERE service = 'model' AND caller_id = '"
                                    + caller
                                    + "'")
                    .returnsInAnyOrder(
                            "operation | status\nchat first_word.ask | completed\nchat first_word.ask | failed");
        }
    }
}
