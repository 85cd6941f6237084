package io.rvbbit.it.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.it.testkit.GatewayProcess;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import io.rvbbit.tracking.BooksUnavailable;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** ClickHouse (26.7 engine behind a test front) goes away and comes back. */
@Timeout(240)
class ClickHouseOutageIT {
    private static final String DATABASE = "books";
    private static final int ROWS = 25;

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

    private static String map(int number) {
        return "RVBBIT MAP 'first_word' USING (SELECT 'm%d-' || i AS text FROM range(%d) r(i))"
                .formatted(number, ROWS);
    }

    private static void maps(SqlSession sql, int first, int count) {
        sql.execute("SET rvbbit.cache = false");
        for (int i = first; i < first + count; i++) {
            sql.query(map(i)).returnsRows(ROWS);
        }
    }

    /** The one value of a query that ClickHouse itself answers. */
    private String ask(String query) throws SQLException {
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            Object value = rows.getObject(1);
            return value instanceof BigDecimal money
                    ? money.setScale(12).toPlainString()
                    : String.valueOf(value);
        }
    }

    private void expectAll(SqlSession sql, StubEndpoint model, int statements) throws SQLException {
        BigDecimal bill = model.bill().sum().costUsd();
        long calls = (long) statements * ROWS;
        assertThat(model.calls()).isEqualTo(calls);
        assertThat(sql.decimal("SELECT sum(cost) FROM all_data")).isEqualByComparingTo(bill);
        assertThat(sql.number("SELECT count(*) FROM all_data WHERE event_type = 'phase_complete'"))
                .isEqualTo(calls);
        assertThat(sql.number("SELECT count(*) - count(DISTINCT message_id) FROM all_data"))
                .isZero();
        assertThat(sql.number("SELECT count(*) FROM all_data")).isEqualTo(6 * calls);
        assertThat(sql.number("SELECT count(*) FROM session_state WHERE status = 'completed'"))
                .isEqualTo(calls);
        assertThat(sql.number("SELECT count(*) FROM calls_complete WHERE status = 'completed'"))
                .isEqualTo(calls);
        assertThat(sql.number("SELECT count(*) - count(DISTINCT id) FROM calls_complete")).isZero();
        assertThat(sql.decimal("SELECT sum(cost) FROM calls_complete")).isEqualByComparingTo(bill);
        assertThat(sql.decimal("SELECT sum(cost) FROM spend_by_hour")).isEqualByComparingTo(bill);
        assertThat(sql.number("SELECT sum(calls) FROM cost_by_model")).isEqualTo(calls);
        assertThat(ask("SELECT sum(cost) FROM caller_totals"))
                .isEqualTo(bill.setScale(12).toPlainString());
        assertThat(ask("SELECT sum(events) FROM caller_totals")).isEqualTo("" + 6 * calls);
    }

    @Test
    void statements_go_on_and_nothing_is_lost_or_doubled() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(server.environment(DATABASE));
                SqlSession sql = gateway.session();
                SqlSession background = gateway.session()) {
            StubEndpoint model = gateway.model().latency(Duration.ofMillis(5));
            CompletableFuture<Void> running =
                    CompletableFuture.runAsync(() -> maps(background, 0, 16));
            // In the midst of writing, twice.
            model.awaitCalls(60);
            server.kill();
            model.awaitCalls(150);
            server.revive();
            model.awaitCalls(200);
            server.kill();
            running.join();
            maps(sql, 16, 2);
            assertThat(model.calls()).as("all while it is away").isEqualTo(18L * ROWS);
            server.revive();

            Waiting.until(
                    sql, "SELECT count(*) FROM sql_query_log WHERE status = 'completed'", "18");
            expectAll(sql, model, 18);
        }
    }

    @Test
    void a_gateway_that_starts_meanwhile_ends_orphans_when_it_is_back(@TempDir Path data)
            throws Exception {
        try (StubEndpoint model = StubEndpoint.start()) {
            model.latency(Duration.ofMinutes(5));
            GatewayProcess killed = GatewayProcess.start(data, model, server.environment(DATABASE));
            CompletableFuture<Void> cut =
                    CompletableFuture.runAsync(() -> {
                        try (Connection connection = killed.connect();
                                Statement statement = connection.createStatement()) {
                            assertThatThrownBy(() -> statement.execute(map(0)))
                                    .isInstanceOf(SQLException.class);
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            model.awaitInFlight(16);
            awaitStored("SELECT count() FROM all_data WHERE event_type = 'turn_start'", "16");
            awaitStored("SELECT count() FROM session_state WHERE completed_at IS NULL", "16");
            killed.kill();
            cut.join();
            server.kill();

            model.reset();
            Map<String, String> environment = new HashMap<>(server.environment(DATABASE));
            environment.put("RVBBIT_DATA", data.toString());
            try (TestGateway gateway = TestGateway.withStub(environment);
                    SqlSession sql = gateway.session()) {
                maps(sql, 1, 2);
                server.revive();
                Waiting.until(
                        sql,
                        "SELECT string_agg(status, ' ' ORDER BY started_at) FROM sql_query_log",
                        "orphaned completed completed");
                assertThat(
                                sql.number(
                                        "SELECT count(*) FROM session_state WHERE status = 'orphaned'"))
                        .isEqualTo(16);
                assertThat(sql.number("SELECT count(*) FROM uncosted")).isEqualTo(16);
                assertThat(
                                sql.number(
                                        "SELECT count(*) FROM session_state WHERE status = 'completed'"))
                        .isEqualTo(2L * ROWS);
                assertThat(sql.number("SELECT count(*) - count(DISTINCT message_id) FROM all_data"))
                        .isZero();
                assertThat(sql.decimal("SELECT sum(cost) FROM all_data"))
                        .isEqualByComparingTo(gateway.model().bill().sum().costUsd());
            }
        }
    }

    private void awaitStored(String query, String value) throws SQLException {
        while (!ask(query).equals(value)) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_wrong_password_is_told_at_the_start() {
        Map<String, String> environment = new HashMap<>(server.environment(DATABASE));
        environment.put("RVBBIT_CLICKHOUSE_PASSWORD", "sesame");

        assertThatThrownBy(() -> TestGateway.withStub(environment))
                .isInstanceOf(BooksUnavailable.class)
                .hasMessageContaining("Authentication failed")
                .hasMessageContaining("/" + DATABASE)
                .hasMessageNotContaining("sesame");
    }

    @Test
    void a_budget_over_a_day_cannot_be_kept_without_the_books() throws Exception {
        server.kill();
        Map<String, String> environment = new HashMap<>(server.environment(DATABASE));
        environment.put("RVBBIT_BUDGET", "{dollars: 5, per: day}");

        assertThatThrownBy(() -> TestGateway.withStub(environment))
                .isInstanceOf(BooksUnavailable.class)
                .hasMessageContaining("what was spent of it stands in the books");
    }
}
