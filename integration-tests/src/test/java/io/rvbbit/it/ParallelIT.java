package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** At most n cascades of a statement at a time, and n where there is enough to do. */
@GatewayTest(environment = "RVBBIT_MAX_CALLS_IN_FLIGHT=40")
class ParallelIT {
    private static String rows(int count) {
        return "(SELECT 'w' || i AS text FROM range(" + count + ") r(i))";
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 33})
    void parallel_bounds_the_calls_in_flight(int parallel, SqlSession sql) {
        sql.model().latency(Duration.ofMillis(20));

        sql.query("RVBBIT MAP PARALLEL " + parallel + " 'first_word' USING " + rows(parallel * 6))
                .returnsRows(parallel * 6);

        assertThat(sql.model().maxInFlight()).isEqualTo(parallel);
    }

    @Test
    void sixteen_is_the_default_and_a_setting_changes_it(SqlSession sql) {
        sql.model().latency(Duration.ofMillis(20));

        sql.query("RVBBIT MAP 'first_word' USING " + rows(80)).returnsRows(80);
        assertThat(sql.model().maxInFlight()).isEqualTo(16);

        sql.model().reset().latency(Duration.ofMillis(20));
        sql.execute("SET rvbbit.parallel = 3");
        sql.query("RVBBIT MAP 'first_word' USING " + rows(20) + " WITH (cache = false)")
                .returnsRows(20);
        assertThat(sql.model().maxInFlight()).isEqualTo(3);
    }

    @Test
    void rows_are_begun_in_their_order(SqlSession sql) {
        sql.query("RVBBIT MAP PARALLEL 1 'first_word' USING " + rows(500) + " WITH (cache = false)")
                .returnsRows(500);

        assertThat(sql.model().requests())
                .extracting(request -> request.lastUserMessage().replaceAll(".*?(w\\d+).*", "$1"))
                .containsExactlyElementsOf(
                        IntStream.range(0, 500).mapToObj(row -> "w" + row).toList());
    }

    @Test
    void the_option_says_the_same_as_the_clause(SqlSession sql) {
        sql.model().latency(Duration.ofMillis(20));

        sql.query("RVBBIT MAP 'first_word' USING " + rows(20) + " WITH (parallel = 4)")
                .returnsRows(20);

        assertThat(sql.model().maxInFlight()).isEqualTo(4);
    }

    @Test
    void a_statement_with_two_clauses_shares_one_bound(SqlSession sql) {
        sql.model().latency(Duration.ofMillis(10));
        sql.execute("SET rvbbit.parallel = 6");

        sql.query(
                        "SELECT count(a) + count(b) AS n FROM (RVBBIT MAP 'first_word' AS a USING "
                                + rows(40)
                                + ") x JOIN (RVBBIT MAP 'first_word' AS b USING (SELECT 'v' || i AS text"
                                + " FROM range(40) r(i))) y ON true")
                .returns("n\n3200");

        assertThat(sql.model().calls()).isEqualTo(80);
        assertThat(sql.model().maxInFlight()).isBetween(2, 6);
    }

    @Test
    void all_statements_together_keep_the_servers_bound(TestGateway gateway) throws Exception {
        gateway.model().latency(Duration.ofMillis(25));
        try (ExecutorService clients = Executors.newFixedThreadPool(4)) {
            for (int client = 0; client < 4; client++) {
                String tag = "c" + client;
                var _ =
                        clients.submit(() -> {
                            try (SqlSession sql = gateway.session()) {
                                sql.query(
                                                "RVBBIT MAP PARALLEL 30 'first_word' USING (SELECT '"
                                                        + tag
                                                        + "' || i AS text FROM range(90) r(i))")
                                        .returnsRows(90);
                            }
                            return null;
                        });
            }
        }

        assertThat(gateway.model().calls()).isEqualTo(360);
        assertThat(gateway.model().maxInFlight()).isBetween(31, 40);
    }
}
