package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import org.junit.jupiter.api.Test;

/** Without an endpoint the examples answer for validators too. */
@GatewayTest(offline = true)
class OfflineChecksIT {
    @Test
    void examples_answer_for_validators(SqlSession sql) {
        sql.query(ChecksIT.map("judged", "hello you", ""))
                .returns("text      | word\nhello you | hello");
    }

    @Test
    void an_example_may_let_a_ward_block(SqlSession sql) {
        assertThat(
                        ChecksIT.error(
                                sql,
                                ChecksIT.map("judged", "go away", " WITH (on_error = 'column')")))
                .contains("\"class\":\"ward\"")
                .contains("rude");
    }
}
