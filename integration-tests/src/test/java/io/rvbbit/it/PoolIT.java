package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.TestGateway;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A JDBC pool: connections are borrowed, broken and given back, and remember nothing. */
@GatewayTest
class PoolIT {
    private static HikariDataSource pool(TestGateway gateway, int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + gateway.port() + "/default");
        config.setUsername("rvbbit");
        config.setMaximumPoolSize(size);
        config.setReadOnly(false);
        config.setConnectionInitSql("SET statement_timeout = '30s'");
        return new HikariDataSource(config);
    }

    private static String one(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    @Test
    void many_borrowers_share_few_connections(TestGateway gateway) throws Exception {
        try (HikariDataSource pool = pool(gateway, 3);
                ExecutorService borrowers = Executors.newFixedThreadPool(8)) {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int number = i;
                tasks.add(() -> {
                    try (Connection connection = pool.getConnection();
                            PreparedStatement statement =
                                    connection.prepareStatement("SELECT ?::int + 1")) {
                        statement.setInt(1, number);
                        try (ResultSet rows = statement.executeQuery()) {
                            rows.next();
                            return rows.getInt(1);
                        }
                    }
                });
            }
            int expected = 1;
            for (Future<Integer> answer : borrowers.invokeAll(tasks)) {
                assertThat(answer.get()).isEqualTo(expected++);
            }
        }
    }

    @Test
    void a_connection_given_back_in_mid_transaction_comes_back_clean(TestGateway gateway)
            throws Exception {
        try (HikariDataSource pool = pool(gateway, 1)) {
            try (Connection connection = pool.getConnection()) {
                connection.setAutoCommit(false);
                connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                one(connection, "SELECT 1");
                SQLException failure =
                        catchThrowableOfType(
                                SQLException.class, () -> one(connection, "SELECT nothing"));
                assertThat(failure.getSQLState()).isEqualTo("42703");
            }
            try (Connection connection = pool.getConnection()) {
                assertThat(connection.getAutoCommit()).isTrue();
                assertThat(one(connection, "SELECT 2")).isEqualTo("2");
                assertThat(one(connection, "SHOW statement_timeout")).isEqualTo("30s");
            }
        }
    }

    @Test
    void a_read_only_borrower_cannot_write(TestGateway gateway) throws Exception {
        try (HikariDataSource pool = pool(gateway, 1)) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE pooled (i int)");
                connection.setReadOnly(true);
                connection.setAutoCommit(false);
                SQLException failure =
                        catchThrowableOfType(
                                SQLException.class,
                                () -> statement.execute("INSERT INTO pooled VALUES (1)"));
                assertThat(failure.getSQLState()).isEqualTo("25006");
            }
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                assertThat(statement.executeUpdate("INSERT INTO pooled VALUES (1)")).isEqualTo(1);
            }
        }
    }
}
