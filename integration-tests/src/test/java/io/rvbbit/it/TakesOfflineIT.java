package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import org.junit.jupiter.api.Test;

/** Without an endpoint every take answers as the example does. */
@GatewayTest(offline = true)
class TakesOfflineIT {
    private static final String DAY = " USING (SELECT 'day' AS text)";

    @Test
    void takes_agree_on_the_example(SqlSession sql) {
        sql.query("RVBBIT MAP 'best_of_three' AS word" + DAY)
                .returns("text | word\nday | LOUD sun");

        assertThat(
                        sql.number(
                                "SELECT count(DISTINCT take_index) FROM unified_logs WHERE event_type"
                                        + " = 'turn_complete' AND caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualTo(3);
        sql.query("RVBBIT MAP 'merge_of_two' AS (word VARCHAR)" + DAY)
                .returns("text | word\nday | sun");
    }

    @Test
    void an_input_without_an_example_has_no_take(SqlSession sql) {
        sql.query(
                        "RVBBIT MAP 'merge_of_two' USING (SELECT 'night' AS text) WITH (on_error ="
                                + " 'fail')")
                .fails(EXTERNAL_ROUTINE)
                .says("no take of cell \"ask\" has an answer")
                .hint("OPENAI_BASE_URL");
    }
}
