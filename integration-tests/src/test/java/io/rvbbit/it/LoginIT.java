package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.it.testkit.Certificates;
import io.rvbbit.it.testkit.Processes;
import io.rvbbit.it.testkit.Processes.Outcome;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import io.rvbbit.rewriter.SqlState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users, passwords and TLS, with the real psql and pgjdbc. */
class LoginIT {
    // Of the passwords "sesame" and "pencil".
    private static final String SESAME =
            "SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$hn4FUIkYt7Fy4b6A2QilBRpntUViQLMX9F3hmowbDlg=:VN7TGXR2mKZKoVdTp1SdRWBKnlXaYulCWS/O1xCfZeI=";
    private static final String PENCIL =
            "SCRAM-SHA-256$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=";
    private static final String USERS =
            "[{name: boss, admin: true, verifier: '%s'}, {name: ann, verifier: '%s'}, {name: bob, verifier: '%s'}]"
                    .formatted(SESAME, PENCIL, PENCIL);
    private static final String MAP =
            "RVBBIT MAP 'first_word' AS word USING (SELECT 'red apple' AS text)";

    @TempDir static Path directory;
    private static Certificates.Pair pair;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        pair = Certificates.make(directory, "server");
        gateway =
                TestGateway.withStub(
                        Map.of(
                                "RVBBIT_USERS",
                                USERS,
                                "RVBBIT_TLS_CERTIFICATE_FILE",
                                pair.certificate().toString(),
                                "RVBBIT_TLS_KEY_FILE",
                                pair.key().toString()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static Outcome psql(
            int port, String user, String password, String options, String... statements)
            throws Exception {
        assumeTrue(Processes.isInstalled("psql"), "psql is not installed");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "psql",
                                "-XAt",
                                "host=localhost port=%d dbname=default user=%s %s"
                                        .formatted(port, user, options)));
        for (String statement : statements) {
            command.add("-c");
            command.add(statement);
        }
        return Processes.run(
                directory, Map.of("PGPASSWORD", password, "PGPASSFILE", "/dev/null"), command);
    }

    private static Map<String, String> as(String user, String password, String... more) {
        Map<String, String> properties = new HashMap<>(Map.of("user", user, "password", password));
        for (int at = 0; at < more.length; at += 2) {
            properties.put(more[at], more[at + 1]);
        }
        return properties;
    }

    private static SqlSession session(String user, String password) {
        return gateway.session("default", as(user, password));
    }

    @Test
    void nobody_sees_or_stops_anothers_statement() throws Exception {
        String running = " FROM rvbbit.statements WHERE status = 'running'";
        gateway.model().reset().failing(_ -> Optional.of(new StubFault.Hang()));
        try (ExecutorService threads = Executors.newSingleThreadExecutor();
                SqlSession ann = session("ann", "pencil");
                SqlSession friend = session("ann", "pencil");
                SqlSession bob = session("bob", "pencil");
                SqlSession boss = session("boss", "sesame")) {
            for (SqlSession stopping : List.of(friend, boss)) {
                gateway.model().awaitInFlight(0);
                long given = gateway.model().givenUp();
                var failure = threads.submit(() -> ann.query(MAP).failure());
                gateway.model().awaitInFlight(1);
                String cancel =
                        "SELECT rvbbit_cancel('%s') AS told"
                                .formatted(boss.text("SELECT caller_id" + running));

                bob.query("SELECT caller_id FROM rvbbit.statements").returnsRows(0);
                bob.query("SELECT caller_id FROM rvbbit.progress").returnsRows(0);
                bob.query(cancel).fails(SqlState.INSUFFICIENT_PRIVILEGE);
                bob.query("SELECT _rvbbit_cancel('boss', 'x')")
                        .fails(SqlState.INSUFFICIENT_PRIVILEGE);
                friend.query("SELECT user_name" + running).returns("user_name\nann");
                stopping.query(cancel).returns("told\nt");

                gateway.model().awaitGivenUp(given + 1);
                assertThat((Throwable) failure.get()).isInstanceOf(SQLException.class);
                Waiting.until(boss, "SELECT count(*)" + running, "0");
                bob.query(cancel).returns("told\nf");
            }
        } finally {
            gateway.model().reset();
        }
    }

    @Test
    void psql_verifies_the_server_and_binds_the_login_to_it() throws Exception {
        Outcome outcome =
                psql(
                        gateway.port(),
                        "boss",
                        "sesame",
                        "sslmode=verify-full channel_binding=require sslrootcert="
                                + pair.certificate(),
                        "SELECT current_user, session_user",
                        "\\conninfo");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).startsWith("boss|boss\n").contains("TLSv1.3");
    }

    @Test
    void psql_without_a_trusted_certificate_turns_away() throws Exception {
        Certificates.Pair other = Certificates.make(directory, "other");

        Outcome outcome =
                psql(
                        gateway.port(),
                        "boss",
                        "sesame",
                        "sslmode=verify-full sslrootcert=" + other.certificate(),
                        "SELECT 1");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("certificate verify failed");
    }

    @Test
    void a_wrong_password_and_an_unknown_user_are_told_the_same() throws Exception {
        Outcome wrong = psql(gateway.port(), "ann", "wrong", "sslmode=require", "SELECT 1");
        Outcome unknown = psql(gateway.port(), "eve", "wrong", "sslmode=require", "SELECT 1");

        assertThat(wrong.err()).contains("password authentication failed for user \"ann\"");
        assertThat(unknown.err().replace("\"eve\"", "\"ann\"")).isEqualTo(wrong.err());
        assertThat(refused(as("ann", "wrong"))).isEqualTo("28P01");
        assertThat(refused(as("eve", "wrong"))).isEqualTo("28P01");
    }

    private static String refused(Map<String, String> properties) {
        return catchThrowableOfType(
                        SQLException.class, () -> gateway.connect("default", properties).close())
                .getSQLState();
    }

    @Test
    void pgjdbc_logs_in_by_tls_with_channel_binding_and_without_tls() throws Exception {
        try (Connection bound =
                        gateway.connect(
                                "default",
                                as(
                                        "ann",
                                        "pencil",
                                        "sslmode",
                                        "verify-ca",
                                        "sslrootcert",
                                        pair.certificate().toString(),
                                        "channelBinding",
                                        "require"));
                Connection plain =
                        gateway.connect("default", as("ann", "pencil", "sslmode", "disable"))) {
            assertThat(bound.isValid(10)).isTrue();
            assertThat(plain.isValid(10)).isTrue();
        }
        assertThat(refused(as("ann", "pencil", "sslmode", "disable", "channelBinding", "require")))
                .isNotNull();
    }

    @Test
    void a_large_result_and_a_cancel_pass_through_tls() throws Exception {
        try (Connection connection =
                        gateway.connect("default", as("ann", "pencil", "sslmode", "require"));
                var statement = connection.createStatement()) {
            try (var rows =
                    statement.executeQuery(
                            "SELECT sum(i), count(*) FROM (SELECT i FROM range(3000000) r(i)) x")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getLong(2)).isEqualTo(3_000_000);
            }
            try (var rows =
                    statement.executeQuery("SELECT i, repeat('x', 100) FROM range(200000) r(i)")) {
                long count = 0;
                while (rows.next()) {
                    count++;
                }
                assertThat(count).isEqualTo(200_000);
            }
            statement.setQueryTimeout(1);
            SQLException cancelled =
                    catchThrowableOfType(
                            SQLException.class,
                            () ->
                                    statement.executeQuery(
                                            "SELECT count(*) FROM range(100000000000) r(i) WHERE i % 7 = 3"));
            assertThat(cancelled.getSQLState()).isEqualTo("57014");
        }
    }

    @Test
    void a_role_reads_in_the_books_only_what_it_did() throws Exception {
        gateway.model().reset();
        try (SqlSession ann = session("ann", "pencil");
                SqlSession bob = session("bob", "pencil");
                SqlSession boss = session("boss", "sesame")) {
            ann.query(MAP).returns("text | word\nred apple | red");

            for (String table :
                    List.of(
                            "sql_query_log",
                            "unified_logs",
                            "all_data",
                            "session_state",
                            "cascade_sessions",
                            "rvbbit.main.unified_logs")) {
                String count = "SELECT count(*) > 0 AS some FROM " + table;
                ann.query(count).returns("some\nt");
                bob.query(count).returns("some\nf");
                boss.query(count).returns("some\nt");
            }
            bob.query("SELECT user_name FROM sql_query_log").returns("user_name");
            boss.query("SELECT DISTINCT user_name FROM sql_query_log").returns("user_name\nann");
        }
    }

    @Test
    void an_ordinary_role_makes_neither_databases_nor_roles() throws Exception {
        try (SqlSession ann = session("ann", "pencil")) {
            for (String statement :
                    List.of(
                            "CREATE DATABASE x",
                            "DROP DATABASE x",
                            "CREATE ROLE x",
                            "DROP ROLE bob",
                            "ALTER ROLE bob SUPERUSER",
                            "ALTER ROLE ann SUPERUSER")) {
                ann.query(statement).fails(SqlState.INSUFFICIENT_PRIVILEGE);
            }
            ann.query("SHOW is_superuser").returns("is_superuser\noff");
            ann.query("SELECT rolname, rolsuper FROM pg_roles ORDER BY 1")
                    .returns("rolname | rolsuper\nann | f\nbob | f\nboss | t");
        }
    }

    @Test
    void a_role_made_by_a_statement_logs_in_and_changes_its_password() throws Exception {
        try (SqlSession boss = session("boss", "sesame")) {
            boss.query("CREATE ROLE carl LOGIN PASSWORD 'first'");
            try (SqlSession carl = session("carl", "first")) {
                carl.query("ALTER USER carl PASSWORD 'second'");
            }
            assertThat(refused(as("carl", "first"))).isEqualTo("28P01");
            session("carl", "second").close();
            boss.query("DROP ROLE carl");
            assertThat(refused(as("carl", "second"))).isEqualTo("28P01");
        }
        assertThat(Files.readString(gateway.data().resolve("roles.json")))
                .doesNotContain("first", "second");
    }

    @Test
    void tls_that_is_required_is_required_of_everybody() throws Exception {
        try (TestGateway strict =
                TestGateway.withStub(
                        Map.of(
                                "RVBBIT_USERS",
                                USERS,
                                "RVBBIT_TLS_REQUIRED",
                                "true",
                                "RVBBIT_PASSWORDS",
                                "cleartext",
                                "RVBBIT_TLS_CERTIFICATE_FILE",
                                pair.certificate().toString(),
                                "RVBBIT_TLS_KEY_FILE",
                                pair.key().toString()))) {
            SQLException plain =
                    catchThrowableOfType(
                            SQLException.class,
                            () ->
                                    strict.connect(
                                                    "default",
                                                    as("ann", "pencil", "sslmode", "disable"))
                                            .close());
            assertThat(plain.getSQLState()).isEqualTo("28000");
            strict.connect("default", as("ann", "pencil", "sslmode", "require")).close();
            SQLException wrong =
                    catchThrowableOfType(
                            SQLException.class,
                            () ->
                                    strict.connect(
                                                    "default",
                                                    as("ann", "wrong", "sslmode", "require"))
                                            .close());
            assertThat(wrong.getSQLState()).isEqualTo("28P01");
        }
    }

    @Test
    void a_server_without_tls_is_none_for_a_client_that_wants_it() throws Exception {
        try (TestGateway plain = TestGateway.withStub(Map.of())) {
            Outcome outcome = psql(plain.port(), "ann", "", "sslmode=require", "SELECT 1");

            assertThat(outcome.exitCode()).isEqualTo(2);
            assertThat(outcome.err()).contains("server does not support SSL, but SSL was required");
        }
    }

    @Test
    void other_roles_statements_are_hidden_from_all_but_admins() throws Exception {
        String shown =
                """
                SELECT usename, usesysid = (SELECT oid FROM pg_roles WHERE rolname = 'bob') AS his,
                  datname, application_name, state, query, backend_start IS NULL AS hidden,
                  client_port IS NULL AS far, query_start IS NULL AS when, backend_type
                FROM pg_stat_activity WHERE application_name = 'of bob'\
                """;
        try (SqlSession bob = session("bob", "pencil");
                SqlSession again = session("bob", "pencil");
                SqlSession ann = session("ann", "pencil");
                SqlSession boss = session("boss", "sesame")) {
            bob.execute("SET application_name = 'of bob'");
            bob.execute("SELECT 'my secret'");
            String header =
                    "usename | his | datname | application_name | state | query | hidden | far | when | backend_type\n";
            String own =
                    header
                            + "bob | t | default | of bob | idle | SELECT 'my secret' | f | f | f | client backend";

            ann.query(shown)
                    .returns(
                            header
                                    + "bob | t | default | of bob | NULL | <insufficient privilege> | t | t | t | NULL");
            boss.query(shown).returns(own);
            again.query(shown).returns(own);
        }
    }
}
