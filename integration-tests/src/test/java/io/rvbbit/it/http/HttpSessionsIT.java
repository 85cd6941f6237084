package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.HttpCaller.Reply;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.it.testkit.Waiting;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How many HTTP sessions there are, and how long. */
class HttpSessionsIT {
    private static final int AT_ONCE = 200;

    private static int count(HttpCaller http) {
        return http.get("/api/sql/sessions").json().path("sessions").size();
    }

    @Test
    void a_session_ends_after_30_minutes_without_a_request() {
        AtomicReference<Duration> later = new AtomicReference<>(Duration.ZERO);
        InstantSource source = () -> Instant.now().plus(later.get());
        Clock clock = source.withZone(ZoneOffset.UTC);
        try (TestGateway gateway = TestGateway.withStub(Map.of(), clock)) {
            HttpCaller http = gateway.http();
            http.execute("CREATE TEMP TABLE kept AS SELECT 1 AS n", "session_id", "one");

            later.set(Duration.ofMinutes(29));
            assertThat(http.execute("SELECT n FROM kept", "session_id", "one").status())
                    .isEqualTo(200);
            later.set(Duration.ofMinutes(58));
            assertThat(count(http)).isEqualTo(1);
            later.set(Duration.ofMinutes(60));
            assertThat(count(http)).isZero();
            assertThat(http.get("/api/sql/tables/one").status()).isEqualTo(404);
            // Its name begins another session, without its tables.
            assertThat(
                            http.execute("SELECT n FROM kept", "session_id", "one")
                                    .json()
                                    .path("sqlstate")
                                    .textValue())
                    .isEqualTo("42P01");
        }
    }

    @Test
    void one_session_more_than_the_limit_is_refused() {
        try (TestGateway gateway = TestGateway.withStub(Map.of("RVBBIT_HTTP_MAX_SESSIONS", "2"))) {
            HttpCaller http = gateway.http();
            http.execute("SELECT 1", "session_id", "one");
            http.execute("SELECT 1", "session_id", "two");

            Reply refused = http.execute("SELECT 1", "session_id", "three");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().path("sqlstate").textValue()).isEqualTo("53300");
            assertThat(refused.json().path("hint").textValue()).isEqualTo("http-max-sessions is 2");
            assertThat(http.execute("SELECT 1").status()).isEqualTo(503);
            assertThat(http.execute("SELECT 1", "session_id", "two").status()).isEqualTo(200);
            // Whoever wants to know why still can.
            assertThat(http.get("/").status()).isEqualTo(200);
            assertThat(http.get("/metrics").body())
                    .contains("rvbbit_connections{port=\"http\"} 2.0");
        }
    }

    @Test
    void a_session_that_nobody_names_again_makes_room() {
        try (TestGateway gateway = TestGateway.withStub(Map.of("RVBBIT_HTTP_MAX_SESSIONS", "2"))) {
            HttpCaller http = gateway.http();
            for (int i = 0; i < 10; i++) {
                assertThat(http.execute("SELECT " + i).status()).isEqualTo(200);
            }
            assertThat(count(http)).isEqualTo(2);
        }
    }

    @Test
    void two_hundred_statements_at_once_are_each_answered_and_paid() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(Map.of());
                ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
                SqlSession sql = gateway.session()) {
            HttpCaller http = gateway.http();
            gateway.model().latency(Duration.ofMillis(20));
            List<Future<Reply>> asked = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                String query =
                        "RVBBIT MAP 'first_word' AS w USING (SELECT 'word%d and more' AS text)"
                                .formatted(i);
                asked.add(clients.submit(() -> http.execute(query)));
            }
            Set<String> callers = new HashSet<>();
            BigDecimal told = BigDecimal.ZERO;
            for (int i = 0; i < AT_ONCE; i++) {
                Reply reply = asked.get(i).get();
                assertThat(reply.status()).as(reply.body()).isEqualTo(200);
                assertThat(reply.json().at("/data/0/w").textValue()).isEqualTo("word" + i);
                callers.add(reply.json().path("caller_id").textValue());
                told = told.add(new BigDecimal(reply.json().path("cost").textValue()));
            }

            assertThat(callers).hasSize(AT_ONCE);
            BigDecimal billed = gateway.model().bill().sum().costUsd();
            assertThat(told).isEqualByComparingTo(billed);
            assertThat(gateway.model().bill().sum().calls()).isEqualTo(AT_ONCE);
            Waiting.until(
                    sql,
                    "SELECT count(*) FROM sql_query_log WHERE protocol = 'http' AND status ="
                            + " 'completed'",
                    Integer.toString(AT_ONCE));
            sql.query("SELECT sum(total_cost) AS cost FROM sql_query_log")
                    .returns("cost\n" + billed.toPlainString());
            assertThat(count(http)).isLessThanOrEqualTo(AT_ONCE);
            // The next one that begins lets no more than 32 rest beside it.
            http.execute("SELECT 1");
            assertThat(count(http)).isLessThanOrEqualTo(33);
        }
    }
}
