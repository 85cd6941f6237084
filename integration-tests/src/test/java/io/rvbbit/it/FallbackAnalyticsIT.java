package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.access.ScramVerifier;
import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.it.testkit.AcceptanceFile;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.BookOptions;
import io.rvbbit.tracking.Books;
import io.rvbbit.tracking.ClickHouseAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the functions over fallbacks say of events whose every number is known. */
class FallbackAnalyticsIT {
    private final Instant yesterday = Instant.now().minus(Duration.ofHours(23));

    @TempDir Path data;

    private TestGateway embedded(Map<String, String> more) {
        try (Books books = Books.open(data.resolve(Books.FILE), Clock.systemUTC())) {
            new FallbackStory(books, yesterday).usual();
        }
        Map<String, String> environment = new HashMap<>(more);
        environment.put("RVBBIT_DATA", data.toString());
        return TestGateway.withStub(environment);
    }

    @Test
    void the_embedded_store_answers_all_of_them() throws Exception {
        try (TestGateway gateway = embedded(Map.of());
                SqlSession sql = gateway.session()) {
            expectAnswers(sql);
        }
    }

    @Test
    void click_house_answers_all_of_them_alike() throws Exception {
        try (ClickHouseServer server = ClickHouseServer.start()) {
            ClickHouseAddress address =
                    ClickHouseAddress.of(server.url("fallbacks"), server.user(), server.password());
            try (Books books = Books.open(address, data, Clock.systemUTC(), BookOptions.DEFAULT)) {
                new FallbackStory(books, yesterday).usual();
            }
            Map<String, String> environment = new HashMap<>(server.environment("fallbacks"));
            environment.put("RVBBIT_DATA", data.toString());
            try (TestGateway gateway = TestGateway.withStub(environment);
                    SqlSession sql = gateway.session()) {
                expectAnswers(sql);
            }
        }
    }

    private static void expectAnswers(SqlSession sql) {
        costs(sql);
        performance(sql);
        methods(sql);
        failures(sql);
        part9(sql);
    }

    private static void costs(SqlSession sql) {
        sql.query("SELECT * FROM ai_fallback_costs()")
                .returns(
                        """
                        group_key | calls | failed_calls | uncalled_decisions | cost_usd       | average_cost_usd | dearest_cost_usd | uncosted | decision_tokens | generation_tokens
                        stripe    | 2     | 1            | 0 | 0.100000000000 | 0.100000000000   | 0.100000000000   | 1        | 20              | 100
                        sql       | 5     | 2            | 0 | 0.060000000000 | 0.020000000000   | 0.030000000000   | 2        | 20              | 300\
                        """);
        sql.query("SELECT group_key, calls FROM ai_fallback_costs(group_by := 'user')")
                .returns("group_key | calls\nbob | 3\nada | 4");
        sql.query("SELECT group_key, calls FROM ai_fallback_costs(group_by => 'Method')")
                .returns("group_key | calls\nstripe.charge | 2\nsentiment_of | 3\nnever_works | 2");
        assertThat(
                        sql.number(
                                "SELECT sum(calls) FROM ai_fallback_costs(group_by := 'day', since"
                                        + " := now() - INTERVAL '1 day')"))
                .isEqualTo(7);
        assertThat(
                        sql.query("SELECT * FROM ai_fallback_costs('sql', NULL, NULL, 'model')")
                                .table()
                                .column("group_key"))
                .containsExactly("stub-model", "");
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM ai_fallback_costs(since := now() - INTERVAL"
                                        + " '1 hour')"))
                .isZero();
        assertThat(
                        sql.number(
                                "SELECT count(*) FROM ai_fallback_costs(until := now() - INTERVAL"
                                        + " '1 day')"))
                .isZero();
    }

    private static void performance(SqlSession sql) {
        sql.query(
                        "SELECT group_key, decision, samples, average_ms, p50_ms, p95_ms, average_decision_ms"
                                + " FROM ai_fallback_performance()")
                .returns(
                        """
                        group_key     | decision | samples | average_ms | p50_ms | p95_ms | average_decision_ms
                        stripe.charge | object   | 1       | 100        | 100    | 100    | 5
                        sentiment_of  | text     | 3       | 20         | 20     | 29     | 5\
                        """);
    }

    private static void methods(SqlSession sql) {
        sql.query(
                        "SELECT service, method, occurrences, successful_calls, success_rate, users,"
                                + " cost_usd FROM ai_fallback_top_methods(2, 2)")
                .returns(
                        """
                        service | method       | occurrences | successful_calls | success_rate | users | cost_usd
                        sql     | sentiment_of | 3           | 3                | 1            | 1     | 0.060000000000
                        sql     | never_works  | 2           | 0                | 0            | 2     | 0.000000000000\
                        """);
        sql.query(
                        "SELECT method FROM ai_fallback_top_methods(\"limit\" := 5, min_occurrences"
                                + " := 3)")
                .returns("method\nsentiment_of");
    }

    private static void failures(SqlSession sql) {
        sql.query(
                        "SELECT group_key, error_class, failures, newest_error"
                                + " FROM ai_fallback_failures()")
                .returns(
                        """
                        group_key     | error_class | failures | newest_error
                        never_works   | budget      | 2        | the budget
                        stripe.charge | timeout     | 1        | the timeout\
                        """);
        sql.query("SELECT * FROM ai_fallback_success_rates(min_occurrences := 2)")
                .returns(
                        """
                        group_key     | calls | successful_calls | failed_calls | success_rate
                        never_works   | 2     | 0                | 2            | 0
                        stripe.charge | 2     | 1                | 1            | 0.5
                        sentiment_of  | 3     | 3                | 0            | 1\
                        """);
    }

    /** The statements of the contract, as written; their thresholds are for larger books. */
    private static void part9(SqlSession sql) {
        List<String> statements = AcceptanceFile.read().part(9);
        assertThat(statements).hasSize(5);
        assertThat(sql.query(statements.get(0)).table().rows()).hasSize(2);
        assertThat(sql.query(statements.get(1)).table().rows()).isEmpty();
        assertThat(sql.query(statements.get(1).replace("> 100", "> 2")).table().rows())
                .containsExactly(List.of("sentiment_of", "3"));
        assertThat(sql.query(statements.get(2)).table().column("samples"))
                .containsExactlyInAnyOrder("3", "1");
        assertThat(sql.query(statements.get(3)).table().rows()).isEmpty();
        assertThat(
                        sql.query(statements.get(3).replace(">= 10", ">= 1"))
                                .table()
                                .column("success_rate"))
                .containsExactly("0", "50", "100");
        assertThat(sql.query(statements.get(4)).table().column("method")).hasSize(5);
    }

    @Test
    void what_cannot_be_grouped_by_is_refused_also_where_there_is_nothing() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(Map.of());
                SqlSession sql = gateway.session()) {
            for (String function : List.of("costs", "performance", "failures", "success_rates")) {
                sql.query("SELECT * FROM ai_fallback_%s(group_by := 'serv')".formatted(function))
                        .fails(SqlState.INVALID_PARAMETER_VALUE)
                        .says("cannot be grouped by \"serv\"")
                        .hint("group_by is one of service, method, user, day, model, decision");
                sql.query("SELECT * FROM ai_fallback_%s()".formatted(function)).returnsRows(0);
            }
        }
    }

    @Test
    void each_role_counts_what_it_called_and_an_admin_all() throws Exception {
        String verifier = ScramVerifier.of("secret", new SecureRandom()).text();
        String users =
                "[{name: root, admin: true, verifier: '%s'}, {name: ada, verifier: '%s'}]"
                        .formatted(verifier, verifier);
        try (TestGateway gateway = embedded(Map.of("RVBBIT_USERS", users));
                SqlSession ada = session(gateway, "ada");
                SqlSession root = session(gateway, "root")) {
            String byUser = "SELECT group_key, calls FROM ai_fallback_costs(group_by := 'user')";
            ada.query(byUser).returns("group_key | calls\nada | 4");
            root.query(byUser).returns("group_key | calls\nbob | 3\nada | 4");
        }
    }

    private static SqlSession session(TestGateway gateway, String user) {
        return gateway.session("default", Map.of("user", user, "password", "secret"));
    }
}
