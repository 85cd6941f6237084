package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubEndpoint;
import io.rvbbit.it.testkit.StubFault;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models that stand in for others. Each test asks models of its own: what a gateway has learnt of a
 * model it does not forget.
 */
@GatewayTest(
        settings = "rvbbit.cache=false",
        environment = {
            "RVBBIT_CALL_ATTEMPTS=2",
            "RVBBIT_PROVIDERS=[{name: local, base-url: '{url}', models: [near*]}]",
            "RVBBIT_FALLBACKS=[{model: down429, use: [spare]}, {model: down500, use: [spare]},"
                    + " {model: refusing, use: [spare]}, {model: first, use: [second,"
                    + " local/near]}, {model: gone, use: [gone-too]}]",
            "RVBBIT_PRICES=[{model: down*, input: 7, output: 7}, {model: spare, input: 2, output: 3},"
                    + " {model: near, input: 5, output: 5}]"
        })
class FallbackIT {
    private static String map(int rows, String model) {
        return "RVBBIT MAP 'first_word' AS word USING (SELECT 'w' || i AS text FROM range(%d) r(i)) WITH (model = '%s')"
                .formatted(rows, model);
    }

    private static StubEndpoint failing(StubEndpoint model, int status, String... models) {
        Set<String> down = Set.of(models);
        return model.failing(request ->
                down.contains(request.model())
                        ? Optional.of(StubFault.status(status))
                        : Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({"429, down429", "500, down500"})
    void attempts_and_prices_are_those_of_the_model_that_was_asked(
            int status, String model, SqlSession sql) {
        failing(sql.model(), status, model).reportsCost(false);

        sql.query(map(2, model)).returns("text | word\nw0 | w0\nw1 | w1");

        sql.query(
                        "SELECT model_requested, event_type, count(*) AS n FROM unified_logs WHERE"
                                + " event_type IN ('turn_complete', 'turn_error') AND caller_id = '"
                                + sql.lastCaller()
                                + "' GROUP BY ALL")
                .returnsInAnyOrder(
                        """
                        model_requested | event_type    | n
                        %s              | turn_error    | 4
                        spare           | turn_complete | 2\
                        """
                                .formatted(model));
        // One token in and one out, each row.
        sql.query(
                        "SELECT total_cost, llm_calls_count FROM sql_query_log WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("total_cost | llm_calls_count\n0.000010000000 | 6");
    }

    @Test
    void they_are_asked_in_order_at_their_own_providers(SqlSession sql) {
        failing(sql.model(), 503, "first", "second").reportsCost(false);

        sql.query(map(1, "first")).returns("text | word\nw0 | w0");

        sql.query(
                        "SELECT model_requested, provider, count(*) AS n FROM unified_logs WHERE"
                                + " event_type IN ('turn_complete', 'turn_error') AND caller_id = '"
                                + sql.lastCaller()
                                + "' GROUP BY ALL ORDER BY min(attempt_number)")
                .returns(
                        """
                        model_requested | provider  | n
                        first           | 127.0.0.1 | 2
                        second          | 127.0.0.1 | 2
                        near            | local     | 1\
                        """);
    }

    @Test
    void a_refusal_stands(SqlSession sql) {
        failing(sql.model(), 400, "refusing");

        sql.query(map(1, "refusing")).returns("text | word\nw0 | NULL");

        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void a_statement_fails_only_when_the_last_one_is_down_as_well(SqlSession sql) {
        failing(sql.model(), 503, "gone").latency(Duration.ofMillis(1));
        sql.query(map(60, "gone")).returnsRows(60).tellsNothingOf("failed");
        long asked = sql.model().requests().stream().filter(r -> r.model().equals("gone")).count();
        // The circuit has opened on the way.
        assertThat(asked).isLessThan(2 * 60);

        failing(sql.model(), 503, "gone", "gone-too");
        sql.query(map(60, "gone")).fails(EXTERNAL_ROUTINE);
    }
}
