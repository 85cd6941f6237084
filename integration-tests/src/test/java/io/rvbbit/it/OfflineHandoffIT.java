package io.rvbbit.it;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import org.junit.jupiter.api.Test;

/** Without a model, an example says which cell is next. */
@GatewayTest(offline = true)
class OfflineHandoffIT {
    @Test
    void an_example_goes_where_its_next_answer_is(SqlSession sql) {
        sql.query("RVBBIT MAP 'handoff_silent' AS said USING (SELECT 'my screen is dark' AS text)")
                .returns("text | said\nmy screen is dark | closed");

        sql.query(
                        "SELECT cell_name FROM unified_logs WHERE caller_id = '"
                                + sql.lastCaller()
                                + "' AND event_type = 'phase_complete' ORDER BY timestamp")
                .returns("cell_name\ntriage\ntech\nclose");
    }
}
