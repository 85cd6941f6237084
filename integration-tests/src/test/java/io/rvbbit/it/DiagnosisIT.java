package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.gateway.access.ScramVerifier;
import io.rvbbit.it.testkit.AcceptanceFile;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.TestGateway;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a client is told of a statement that did not go well; thresholds are lower here. */
@GatewayTest(
        environment = {
            "RVBBIT_DB_TRACING=true",
            "RVBBIT_TRACE_SLOW_LEAST=300ms",
            "RVBBIT_TRACE_GAP=2s",
            "RVBBIT_TRACE_NETWORK_TIMEOUT=2500ms",
            "RVBBIT_TRACE_DEGRADATION=800ms",
            "RVBBIT_CALL_TIMEOUT=2s",
            "RVBBIT_CALL_ATTEMPTS=2"
        })
class DiagnosisIT {
    private static String map(SqlSession sql, String... texts) {
        sql.execute(
                "RVBBIT MAP 'first_word' USING (SELECT unnest(['%s']) AS text) WITH (cache = false)"
                        .formatted(String.join("', '", texts)));
        return sql.text("SHOW rvbbit.last_caller_id");
    }

    private static String causes(SqlSession sql, String id) {
        return sql.text(
                "SELECT string_agg(cause, ' ' ORDER BY cause) FROM identify_root_cause('"
                        + id
                        + "')");
    }

    private static String findings(SqlSession sql, String id) {
        return sql.text(
                "SELECT string_agg(severity || ' ' || finding || ' ' || operation, ', ' ORDER BY operation, finding)"
                        + " FROM diagnose_execution_trace('"
                        + id
                        + "')");
    }

    @Test
    void a_healthy_statement_is_told_to_be_healthy(SqlSession sql) {
        String caller = map(sql, "one", "two");

        assertThat(findings(sql, caller)).isEqualTo("info healthy statement");
        assertThat(causes(sql, caller)).isEqualTo("NONE");
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM diagnose_execution_trace('sql-no-body-000000')"))
                .isZero();
        assertThat(sql.number("SELECT count(*) FROM diagnose_execution_trace(NULL)")).isZero();
    }

    @Test
    void the_contracts_statements_work_as_they_are_written(SqlSession sql) {
        String caller = map(sql, "one");

        List<String> statements = AcceptanceFile.read().part(10);

        assertThat(statements).hasSize(4);
        for (String statement : statements) {
            assertThat(sql.query(statement.replace("sql-clever-fox-abc123", caller)).table().rows())
                    .as(statement)
                    .isNotEmpty();
        }
    }

    @Test
    void a_model_that_refuses_is_the_cause(SqlSession sql) {
        sql.model().failsOn("bad", StubFault.status(500), StubFault.status(500));

        String caller = map(sql, "good", "bad apple");

        assertThat(causes(sql, caller)).isEqualTo("MODEL_EXECUTION_FAILURE");
        assertThat(findings(sql, caller)).contains("error failure chat first_word.ask");
    }

    @Test
    void a_connection_that_ends_is_the_cause(SqlSession sql) {
        sql.model()
                .failing(request ->
                        request.number() % 2 == 1
                                ? Optional.of(new StubFault.Close())
                                : Optional.empty());

        String caller = map(sql, "connect");

        assertThat(causes(sql, caller)).isEqualTo("CONNECTION_FAILURE");
        assertThat(findings(sql, caller)).isEqualTo("warning failure chat first_word.ask");
    }

    @Test
    void an_endpoint_that_never_answers_is_a_timeout(SqlSession sql) {
        sql.model()
                .failing(request ->
                        request.number() % 2 == 1
                                ? Optional.of(new StubFault.Hang())
                                : Optional.empty());

        String caller = map(sql, "hang");

        assertThat(causes(sql, caller)).isEqualTo("SERVICE_TIMEOUT");
        assertThat(findings(sql, caller)).isEqualTo("warning timeout chat first_word.ask");
    }

    @Test
    void a_slow_model_degrades_a_statement(SqlSession sql) {
        for (int i = 0; i < 4; i++) {
            map(sql, "quick");
        }
        sql.model().failsOn("slow", new StubFault.Drip(4, Duration.ofMillis(400)));

        String caller = map(sql, "slow");

        assertThat(causes(sql, caller)).isEqualTo("PERFORMANCE_DEGRADATION");
        assertThat(findings(sql, caller)).isEqualTo("error slow_operation chat first_word.ask");
        assertThat(sql.text("SELECT evidence FROM diagnose_execution_trace('" + caller + "')"))
                .contains("times the average of");
    }

    @Test
    void a_pause_in_which_nothing_runs_is_a_gap(SqlSession sql) {
        sql.model()
                .failing(request ->
                        request.number() % 2 == 1
                                ? Optional.of(StubFault.tooManyRequestsMillis(3000))
                                : Optional.empty());

        String caller = map(sql, "wait");

        assertThat(causes(sql, caller)).isEqualTo("MODEL_EXECUTION_FAILURE NETWORK_TIMEOUT");
        assertThat(findings(sql, caller)).contains("error gap cell first_word.ask");
    }

    @Test
    void a_session_and_a_trace_are_asked_for_as_a_statement_is(SqlSession sql) {
        sql.model().failsOn("bad", StubFault.status(500), StubFault.status(500));
        String caller = map(sql, "good", "bad one");
        String spans = " FROM trace_spans WHERE caller_id = '" + caller + "' AND ";

        String session = sql.text("SELECT session_id" + spans + "status = 'failed' AND depth = 1");
        String trace = sql.text("SELECT DISTINCT trace_id" + spans + "depth = 0");

        assertThat(causes(sql, session)).isEqualTo("MODEL_EXECUTION_FAILURE");
        assertThat(causes(sql, trace)).isEqualTo("MODEL_EXECUTION_FAILURE");
        String good =
                sql.text(
                        "SELECT session_id"
                                + spans
                                + "status = 'completed' AND operation = 'cascade first_word'");
        assertThat(causes(sql, good)).isEqualTo("NONE");
    }

    @Test
    void an_export_has_every_span_under_its_parent(SqlSession sql) throws Exception {
        String caller = map(sql, "one", "two");

        JsonNode trace =
                new ObjectMapper()
                        .readTree(sql.text("SELECT rvbbit_trace_export('" + caller + "')"))
                        .path("data")
                        .path(0);

        assertThat(trace.path("traceID").asText()).hasSize(32);
        assertThat(trace.path("spans")).hasSizeGreaterThanOrEqualTo(9);
        for (JsonNode span : trace.path("spans")) {
            assertThat(span.path("spanID").asText()).hasSize(16);
            assertThat(span.path("duration").asLong()).isNotNegative();
            assertThat(
                            trace.path("processes")
                                    .path(span.path("processID").asText())
                                    .path("serviceName")
                                    .asText())
                    .startsWith("rvbbit-");
            boolean statement = span.path("operationName").asText().equals("statement");
            assertThat(span.path("references")).hasSize(statement ? 0 : 1);
        }
    }

    @Test
    void a_user_is_told_of_his_own_statements_only() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(Map.of("RVBBIT_DB_TRACING", "true"))) {
            gateway.restart(
                    Map.of(
                            "RVBBIT_DB_TRACING",
                            "true",
                            "RVBBIT_USERS",
                            "[{name: root, admin: true, verifier: '%s'}, {name: ann, verifier: '%s'}, {name: bob, verifier: '%s'}]"
                                    .formatted(
                                            verifier("root"), verifier("ann"), verifier("bob"))));
            try (SqlSession ann = session(gateway, "ann");
                    SqlSession bob = session(gateway, "bob");
                    SqlSession root = session(gateway, "root")) {
                String caller = map(ann, "mine");

                assertThat(causes(ann, caller)).isEqualTo("NONE");
                assertThat(causes(root, caller)).isEqualTo("NONE");
                assertThat(bob.number("SELECT count(*) FROM identify_root_cause('" + caller + "')"))
                        .isZero();
                assertThat(bob.number("SELECT count(*) FROM trace_waterfall")).isZero();
                assertThat(bob.text("SELECT rvbbit_trace_export('" + caller + "')"))
                        .isEqualTo("{\"data\":[]}");
            }
        }
    }

    private static String verifier(String password) {
        return ScramVerifier.of(password, new SecureRandom()).text();
    }

    private static SqlSession session(TestGateway gateway, String user) {
        return gateway.session("default", Map.of("user", user, "password", user));
    }
}
