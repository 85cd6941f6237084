package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INSUFFICIENT_PRIVILEGE;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.access.ScramVerifier;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stored answers outlive the server, and nothing that has changed is answered by them. */
class CacheRestartIT {
    private static final String WORD =
            """
            cascade_id: word
            inputs_schema: {text: What is sent.}
            cells:
              - {name: ask, instructions: "{{ input.text }}"}
            """;
    private static final String MAP = "RVBBIT MAP 'word' USING (SELECT 'red one' AS text)";

    @TempDir Path root;

    private TestGateway gateway() throws IOException {
        Files.writeString(root.resolve("word.yaml"), WORD);
        return TestGateway.withStub(Map.of("RVBBIT_ROOT", root.toString()));
    }

    private static void run(TestGateway gateway, String sql) throws SQLException {
        try (SqlSession session = gateway.session()) {
            session.execute(sql);
        }
    }

    @Test
    void answers_outlive_the_server() throws Exception {
        try (TestGateway gateway = gateway()) {
            run(gateway, MAP);
            gateway.restart(Map.of());
            run(gateway, MAP);

            assertThat(gateway.model().calls()).isEqualTo(1);
        }
    }

    @Test
    void an_edited_cascade_is_computed_anew_and_the_old_one_still_known() throws Exception {
        try (TestGateway gateway = gateway()) {
            run(gateway, MAP);
            Files.writeString(root.resolve("word.yaml"), WORD + "description: another text\n");
            run(gateway, MAP);
            run(gateway, MAP);
            assertThat(gateway.model().calls()).isEqualTo(2);

            Files.writeString(root.resolve("word.yaml"), WORD);
            run(gateway, MAP);
            assertThat(gateway.model().calls()).isEqualTo(2);
        }
    }

    @Test
    void another_default_model_computes_anew() throws Exception {
        try (TestGateway gateway = gateway()) {
            run(gateway, MAP);
            run(gateway, MAP + " WITH (model = 'other')");
            assertThat(gateway.model().calls()).isEqualTo(2);

            gateway.restart(Map.of("RVBBIT_MODEL", "other"));
            run(gateway, MAP);
            assertThat(gateway.model().calls()).isEqualTo(2);
            gateway.restart(Map.of("RVBBIT_MODEL", "third"));
            run(gateway, MAP);
            assertThat(gateway.model().calls()).isEqualTo(3);
        }
    }

    @Test
    void answers_are_served_no_longer_than_the_server_says() throws Exception {
        try (TestGateway gateway = gateway()) {
            run(gateway, MAP);
            gateway.restart(Map.of("RVBBIT_CACHE_TTL", "1ms"));
            run(gateway, MAP);

            assertThat(gateway.model().calls()).isEqualTo(2);
        }
    }

    @Test
    void roles_share_answers_and_only_an_admin_clears_them() throws Exception {
        try (TestGateway gateway = gateway()) {
            String users =
                    "[{name: boss, admin: true, verifier: '%s'}, {name: ann, verifier: '%s'}, {name: bob, verifier: '%s'}]"
                            .formatted(verifier("boss"), verifier("ann"), verifier("bob"));
            gateway.restart(Map.of("RVBBIT_USERS", users));
            try (SqlSession ann = session(gateway, "ann");
                    SqlSession bob = session(gateway, "bob");
                    SqlSession boss = session(gateway, "boss")) {
                ann.execute(MAP);
                bob.execute(MAP);
                assertThat(gateway.model().calls()).isEqualTo(1);
                // Whose session it was, and with what input, stays ann's.
                bob.query("SELECT count(*) AS n FROM session_state").returns("n\n0");
                bob.query(
                                "SELECT event_type, caller_id = '"
                                        + bob.lastCaller()
                                        + "' AS own FROM unified_logs")
                        .returns("event_type | own\ncache_hit | t");

                bob.query("SELECT rvbbit_cache_clear()").fails(INSUFFICIENT_PRIVILEGE);
                boss.query("SELECT rvbbit_cache_clear() AS n").returns("n\n1");
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
