package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.IN_FAILED_TRANSACTION;
import static io.rvbbit.rewriter.SqlState.QUERY_CANCELED;
import static io.rvbbit.rewriter.SqlState.SYNTAX_ERROR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Prepared statements, portals, batches and cancellation, as pgjdbc does them. */
@GatewayTest
class ExtendedProtocolIT {
    private static final String HANGS =
            "RVBBIT MAP PARALLEL 4 'first_word' USING (SELECT 'w' || i AS"
                    + " text FROM range(40) r(i))";

    @Test
    void a_prepared_map_runs_again_and_again_each_time_with_its_own_caller(SqlSession sql)
            throws Exception {
        Set<String> callers = new LinkedHashSet<>();
        try (PreparedStatement map =
                sql.connection()
                        .prepareStatement(
                                "RVBBIT MAP 'first_word' AS word USING (SELECT ? || ' rest' AS text,"
                                        + " ?::INTEGER AS n, ?::DECIMAL(12,2) AS price, ?::DATE AS day)")) {
            for (int i = 0; i < 10; i++) {
                map.setString(1, "word" + i);
                map.setInt(2, i);
                map.setBigDecimal(3, new BigDecimal("1.25").add(BigDecimal.valueOf(i)));
                map.setDate(4, Date.valueOf("2026-01-02"));
                try (ResultSet rows = map.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString("text")).isEqualTo("word" + i + " rest");
                    assertThat(rows.getInt("n")).isEqualTo(i);
                    assertThat(rows.getBigDecimal("price"))
                            .isEqualTo(new BigDecimal("1.25").add(BigDecimal.valueOf(i)));
                    assertThat(rows.getDate("day")).isEqualTo(Date.valueOf("2026-01-02"));
                    assertThat(rows.getString("word")).isEqualTo("word" + i);
                    assertThat(rows.next()).isFalse();
                }
                callers.add(sql.lastCaller());
            }
        }
        assertThat(callers).hasSize(10).allMatch(caller -> caller.startsWith("sql-"));
        assertThat(sql.model().calls()).isEqualTo(10);
        for (String caller : callers) {
            assertThat(
                            sql.number(
                                    "SELECT count(*) FROM session_state WHERE caller_id = '"
                                            + caller
                                            + "'"))
                    .isEqualTo(1);
        }
    }

    @Test
    void a_prepared_function_call_is_charged_to_each_execution(SqlSession sql) throws Exception {
        Set<String> callers = new LinkedHashSet<>();
        try (PreparedStatement call =
                sql.connection()
                        .prepareStatement(
                                "SELECT rvbbit_run('first_word', {'text': ?::VARCHAR})")) {
            for (int i = 0; i < 8; i++) {
                call.setString(1, "call" + i);
                try (ResultSet rows = call.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).isEqualTo("call" + i);
                }
                callers.add(sql.lastCaller());
            }
        }
        assertThat(callers).hasSize(8);
    }

    @Test
    void describe_tells_the_columns_and_calls_nobody(SqlSession sql) throws Exception {
        try (PreparedStatement map =
                sql.connection()
                        .prepareStatement(
                                "RVBBIT MAP 'facts' AS (label VARCHAR, pieces INTEGER, price"
                                        + " DECIMAL(9,2)) USING (SELECT ?::VARCHAR AS name)")) {
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= map.getMetaData().getColumnCount(); i++) {
                columns.add(
                        map.getMetaData().getColumnName(i)
                                + " "
                                + map.getMetaData().getColumnTypeName(i));
            }
            assertThat(columns)
                    .containsExactly("name text", "label text", "pieces int4", "price numeric");
            assertThat(map.getParameterMetaData().getParameterCount()).isEqualTo(1);
        }
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_limit_may_be_a_parameter(SqlSession sql) throws Exception {
        try (PreparedStatement map =
                sql.connection()
                        .prepareStatement(
                                "RVBBIT MAP 'first_word' USING (SELECT 'w' || (i % 2) AS text FROM"
                                        + " range(3000) r(i) LIMIT ?)")) {
            map.setInt(1, 1_100);
            int rows = 0;
            try (ResultSet result = map.executeQuery()) {
                while (result.next()) {
                    rows++;
                }
            }
            assertThat(rows).isEqualTo(1_100);
        }
    }

    @Test
    void a_portal_is_fetched_in_parts(SqlSession sql) throws Exception {
        Connection connection = sql.connection();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(100);
            List<String> words = new ArrayList<>();
            try (ResultSet rows =
                    statement.executeQuery(
                            "RVBBIT MAP 'first_word' AS word USING (SELECT 'w' || i AS text FROM"
                                    + " range(950) r(i))")) {
                while (rows.next()) {
                    words.add(rows.getString("word"));
                }
            }
            assertThat(words).hasSize(950).startsWith("w0", "w1").endsWith("w949");
        }
        connection.commit();
        sql.query(
                        "SELECT rows_output, status FROM sql_query_log WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("rows_output | status\n950 | completed");
    }

    @Test
    void notices_are_warnings_of_the_statement(SqlSession sql) throws Exception {
        try (PreparedStatement map =
                sql.connection()
                        .prepareStatement(
                                "RVBBIT MAP 'first_word' USING (SELECT ?::VARCHAR AS text)")) {
            map.setString(1, "x");
            map.executeQuery().close();

            assertThat(SqlSession.warnings(map))
                    .anySatisfy(
                            notice -> assertThat(notice.getMessage()).startsWith("caller_id sql-"));
        }
    }

    @Test
    void an_error_spoils_the_transaction_until_its_end(SqlSession sql) throws Exception {
        sql.connection().setAutoCommit(false);
        sql.execute("CREATE TABLE spoiled (n INTEGER)");

        sql.query("RVBBIT MAP 'first_word' USNIG (SELECT 1)").fails(SYNTAX_ERROR);
        sql.query("SELECT 1").fails(IN_FAILED_TRANSACTION);
        sql.query("RVBBIT MAP 'first_word' USING (SELECT 'x' AS text)")
                .fails(IN_FAILED_TRANSACTION);
        sql.connection().rollback();

        assertThat(sql.model().calls()).isZero();
        sql.query("SELECT 1 AS one").returns("one\n1");
        sql.connection().commit();
    }

    @Test
    void a_batch_stops_at_its_error(SqlSession sql) throws Exception {
        sql.execute("CREATE TEMP TABLE words (text VARCHAR, word VARCHAR)");
        try (Statement batch = sql.connection().createStatement()) {
            batch.addBatch(
                    "INSERT INTO words RVBBIT MAP 'first_word' AS word USING (SELECT 'a b' AS text)");
            batch.addBatch("INSERT INTO no_such_table VALUES (1)");
            batch.addBatch(
                    "INSERT INTO words RVBBIT MAP 'first_word' AS word USING (SELECT 'c d' AS text)");

            assertThatThrownBy(batch::executeBatch).isInstanceOf(BatchUpdateException.class);
        }

        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void a_batch_of_parameters_runs_each_of_them(SqlSession sql) throws Exception {
        sql.execute("CREATE TEMP TABLE words (text VARCHAR, word VARCHAR)");
        try (PreparedStatement insert =
                sql.connection()
                        .prepareStatement(
                                "INSERT INTO words RVBBIT MAP 'first_word' AS word USING (SELECT"
                                        + " ?::VARCHAR AS text)")) {
            for (String text : List.of("a 1", "b 2", "c 3")) {
                insert.setString(1, text);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
        }
        sql.query("SELECT word FROM words ORDER BY word").returns("word\na\nb\nc");
    }

    /** A statement under way in another thread, whose four calls hang. */
    private static Future<SQLException> hanging(
            ExecutorService threads, SqlSession sql, Statement statement) throws Exception {
        sql.model().failing(_ -> Optional.of(new StubFault.Hang()));
        Future<SQLException> failure =
                threads.submit(() ->
                        catchThrowableOfType(SQLException.class, () -> statement.execute(HANGS)));
        sql.model().awaitInFlight(4);
        return failure;
    }

    private static void assertCancelled(SqlSession sql, String caller) throws Exception {
        sql.model().awaitInFlight(0);
        assertThat(sql.model().calls()).as("no new call after the cancel").isEqualTo(4);
        sql.query("SELECT DISTINCT status FROM session_state WHERE caller_id = '" + caller + "'")
                .returns("status\ncancelled");
        sql.query("SELECT status FROM sql_query_log WHERE caller_id = '" + caller + "'")
                .returns("status\ncancelled");
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM rvbbit.uncosted WHERE caller_id = '"
                                        + caller
                                        + "'"))
                .isEqualTo(4);
    }

    @Test
    void cancel_aborts_the_calls_in_flight(SqlSession sql) throws Exception {
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                Statement statement = sql.connection().createStatement()) {
            Future<SQLException> failure = hanging(threads, sql, statement);
            long began = System.nanoTime();

            statement.cancel();

            assertThat(failure.get().getSQLState()).isEqualTo(QUERY_CANCELED.code());
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(2));
        }
        assertCancelled(sql, sql.lastCaller());
    }

    @Test
    void a_query_timeout_cancels(SqlSession sql) throws Exception {
        sql.model().failing(_ -> Optional.of(new StubFault.Hang()));
        try (Statement statement = sql.connection().createStatement()) {
            statement.setQueryTimeout(1);

            assertThatThrownBy(() -> statement.execute(HANGS))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            failure ->
                                    assertThat(failure.getSQLState())
                                            .isEqualTo(QUERY_CANCELED.code()));
        }
        assertCancelled(sql, sql.lastCaller());
    }

    @Test
    void the_statement_timeout_cancels(SqlSession sql) throws Exception {
        sql.model().failing(_ -> Optional.of(new StubFault.Hang()));
        sql.execute("SET statement_timeout = '400ms'");

        sql.query(HANGS).fails(QUERY_CANCELED);

        sql.execute("SET statement_timeout = 0");
        assertCancelled(sql, sql.lastCaller());
    }

    @Test
    void a_client_that_is_gone_cancels(SqlSession sql, TestGateway gateway) throws Exception {
        SqlSession leaving = gateway.session();
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                Statement statement = leaving.connection().createStatement()) {
            Future<SQLException> failure = hanging(threads, leaving, statement);

            leaving.connection().abort(Runnable::run);

            assertThat((Throwable) failure.get()).isNotNull();
        }
        sql.model().awaitInFlight(0);
        sql.model().awaitGivenUp(4);
        String caller =
                sql.text("SELECT caller_id FROM sql_query_log ORDER BY started_at DESC LIMIT 1");
        awaitStatus(sql, caller);
        assertCancelled(sql, caller);
    }

    /** The server notices on its own time; it is given ten seconds. */
    private static void awaitStatus(SqlSession sql, String caller) {
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        String status = "SELECT status FROM sql_query_log WHERE caller_id = '" + caller + "'";
        while (!sql.text(status).equals("cancelled") && System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    @Test
    void the_connection_serves_on_after_a_cancel(SqlSession sql) throws Exception {
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                Statement statement = sql.connection().createStatement()) {
            Future<SQLException> failure = hanging(threads, sql, statement);
            statement.cancel();
            failure.get();
        }
        sql.model().reset();

        sql.query("RVBBIT MAP 'first_word' AS word USING (SELECT 'still here' AS text)")
                .returns("text | word\nstill here | still");
    }
}
