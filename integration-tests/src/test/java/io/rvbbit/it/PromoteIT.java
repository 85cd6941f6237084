package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.access.ScramVerifier;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Books;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A function that a model stood in for becomes a cascade. */
class PromoteIT {
    private static final String PROMOTE =
            "RVBBIT PROMOTE FUNCTION sentiment_of TO 'traits/sentiment_of.yaml'";

    @TempDir Path directory;

    @BeforeEach
    void tell() throws Exception {
        Files.createDirectories(directory.resolve("root"));
        try (Books books =
                Books.open(directory.resolve("data").resolve(Books.FILE), Clock.systemUTC())) {
            new FallbackStory(books, Instant.now().minusSeconds(60)).usual();
        }
    }

    private TestGateway gateway(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("RVBBIT_DATA", directory.resolve("data").toString());
        environment.put("RVBBIT_ROOT", directory.resolve("root").toString());
        return TestGateway.withStub(environment);
    }

    @Test
    void the_cascade_runs_at_once_and_without_a_decision() throws Exception {
        try (TestGateway gateway = gateway(Map.of());
                SqlSession sql = gateway.session()) {
            sql.query(PROMOTE).returns("file | examples\ntraits/sentiment_of.yaml | 3");
            sql.model().answering(_ -> StubAnswer.text("positive"));

            sql.query(
                            "RVBBIT MAP 'traits/sentiment_of.yaml' AS s USING (SELECT 'fine' AS"
                                    + " review)")
                    .returns("review | s\nfine | positive");
            assertThat(sql.model().bill().sum().calls()).isEqualTo(1);
            assertThat(
                            sql.value(
                                    "SELECT rvbbit_run('traits/sentiment_of.yaml',"
                                            + " '{\"review\":\"well\"}')"))
                    .isEqualTo("positive");
            try (Stream<Path> files = Files.list(directory.resolve("root/traits"))) {
                assertThat(files).hasSize(1);
            }
        }
    }

    @Test
    void an_object_is_answered_as_its_schema_says() throws Exception {
        try (TestGateway gateway = gateway(Map.of());
                SqlSession sql = gateway.session()) {
            sql.query("RVBBIT PROMOTE FUNCTION stripe.charge TO 'charge.yaml' WITH (redact = true)")
                    .returns("file | examples\ncharge.yaml | 1");
            sql.model().answering(_ -> StubAnswer.text("{\"ok\": false}"));

            sql.query("RVBBIT MAP 'charge' AS (ok BOOLEAN) USING (SELECT 3 AS amount)")
                    .returns("amount | ok\n3 | f");
            assertThat(Files.readString(directory.resolve("root/charge.yaml")))
                    .contains("{\"amount\":0}")
                    .doesNotContain("\"amount\":2");
        }
    }

    @Test
    void public_is_no_service() throws Exception {
        try (TestGateway gateway = gateway(Map.of());
                SqlSession sql = gateway.session()) {
            sql.query("RVBBIT PROMOTE FUNCTION public.sentiment_of TO 'a.yaml'")
                    .returns("file | examples\na.yaml | 3");
        }
    }

    @Test
    void a_number_is_a_number_in_the_cascade_too() throws Exception {
        try (TestGateway gateway = gateway(Map.of("RVBBIT_AI_FALLBACK", "on"));
                SqlSession sql = gateway.session()) {
            sql.model()
                    .answers(
                            "calls the function weight_of",
                            "{\"decision\": \"text\", \"type\": \"DOUBLE\"}")
                    .answers("a book", "{\"value\": 0.5}")
                    .answers("a tree", "{\"value\": 2000}");
            sql.execute("SELECT weight_of(thing) FROM (VALUES ('x')) t(thing) WHERE thing = 'y'");
            sql.execute("SELECT weight_of(thing) FROM (VALUES ('a book')) t(thing)");
            sql.query("RVBBIT PROMOTE FUNCTION weight_of TO 'weight.yaml' WITH (redact = true)")
                    .returns("file | examples\nweight.yaml | 1");

            sql.query(
                            "RVBBIT MAP 'weight.yaml' AS (value DOUBLE) USING (SELECT 'a tree' AS"
                                    + " thing)")
                    .returns("thing | value\na tree | 2000");
        }
    }

    @Test
    void what_cannot_be_promoted_is_refused_and_nothing_is_written() throws Exception {
        try (TestGateway gateway = gateway(Map.of());
                SqlSession sql = gateway.session()) {
            sql.query("RVBBIT PROMOTE FUNCTION sentiment_off TO 'a.yaml'")
                    .fails(SqlState.UNDEFINED_OBJECT)
                    .at("sentiment_off")
                    .hint("did you mean sentiment_of?");
            sql.query("RVBBIT PROMOTE FUNCTION never_works TO 'a.yaml'")
                    .fails(SqlState.UNDEFINED_OBJECT);
            for (String outside :
                    new String[] {"../a.yaml", "/tmp/a.yaml", "traits/../../a.yaml"}) {
                sql.query("RVBBIT PROMOTE FUNCTION sentiment_of TO '" + outside + "'")
                        .fails(SqlState.INSUFFICIENT_PRIVILEGE);
            }
            sql.query("RVBBIT PROMOTE FUNCTION sentiment_of TO 'a.txt'")
                    .fails(SqlState.INVALID_PARAMETER_VALUE)
                    .at("'a.txt'");
            sql.query("EXPLAIN " + PROMOTE).fails(SqlState.SYNTAX_ERROR);
            Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
            Files.createSymbolicLink(directory.resolve("root/link"), elsewhere);
            sql.query("RVBBIT PROMOTE FUNCTION sentiment_of TO 'link/a.yaml'")
                    .fails(SqlState.INSUFFICIENT_PRIVILEGE);
            assertThat(elsewhere).isEmptyDirectory();
            assertThat(directory.resolve("root/traits")).doesNotExist();
        }
    }

    @Test
    void a_file_is_never_overwritten_and_a_transaction_cannot_hold_it() throws Exception {
        Path file = directory.resolve("root/sentiment_of.yaml");
        Files.writeString(file, "mine");
        try (TestGateway gateway = gateway(Map.of());
                SqlSession sql = gateway.session()) {
            sql.query("RVBBIT PROMOTE FUNCTION sentiment_of TO 'sentiment_of.yaml'")
                    .fails(SqlState.DUPLICATE_TABLE)
                    .hint("give another name");
            assertThat(file).hasContent("mine");
            sql.execute("BEGIN");
            sql.query(PROMOTE).fails(SqlState.ACTIVE_TRANSACTION);
        }
    }

    @Test
    void only_an_admin_promotes() throws Exception {
        String verifier = ScramVerifier.of("secret", new SecureRandom()).text();
        String users =
                "[{name: root, admin: true, verifier: '%s'}, {name: ada, verifier: '%s'}]"
                        .formatted(verifier, verifier);
        try (TestGateway gateway = gateway(Map.of("RVBBIT_USERS", users));
                SqlSession ada =
                        gateway.session("default", Map.of("user", "ada", "password", "secret"));
                SqlSession root =
                        gateway.session("default", Map.of("user", "root", "password", "secret"))) {
            ada.query(PROMOTE)
                    .fails(SqlState.INSUFFICIENT_PRIVILEGE)
                    .says("only an admin promotes functions");
            root.query(PROMOTE).returnsRows(1);
        }
    }
}
