package io.rvbbit.it.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.TestGateway;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Takes on the books in ClickHouse (26.7 engine behind a test front). */
@Timeout(240)
class TakesBooksIT {
    private ClickHouseServer server;

    @BeforeEach
    void start() {
        server = ClickHouseServer.startFront();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void each_take_has_its_number_and_the_cell_the_sum() throws Exception {
        Map<String, String> words = Map.of("one", "moon", "two", "sun", "three", "sun");
        try (TestGateway gateway = TestGateway.withStub(server.environment("books"));
                SqlSession sql = gateway.session()) {
            sql.model()
                    .answering(request ->
                            StubAnswer.text(
                                    "{\"word\": \"%s\"}".formatted(words.get(request.model()))));

            sql.query("RVBBIT MAP 'vote' AS (word VARCHAR) USING (SELECT 'day' AS text)")
                    .returns("text | word\nday | sun");

            String log = " FROM unified_logs WHERE caller_id = '" + sql.lastCaller() + "'";
            sql.query("SELECT take_index, model" + log + " AND event_type = 'turn_complete'")
                    .returnsInAnyOrder("take_index | model\n0 | one\n1 | two\n2 | three");
            sql.query("SELECT take_index, model" + log + " AND event_type = 'phase_complete'")
                    .returns("take_index | model\nNULL | two");
            assertThat(sql.text("SELECT content_json" + log + " AND event_type = 'phase_complete'"))
                    .contains("\"winner\":1", "\"votes\":2");
            assertThat(sql.decimal("SELECT sum(cost)" + log))
                    .isEqualByComparingTo(sql.decimal("SELECT sum(attempt_cost)" + log))
                    .isEqualByComparingTo(gateway.model().bill().sum().costUsd())
                    .isPositive();
        }
    }
}
