package io.rvbbit.it.tools;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import org.junit.jupiter.api.Test;

/** Without a model, examples answer for cells that could call tools: nothing is called. */
@GatewayTest(offline = true)
class SkillsOfflineIT {
    @Test
    void an_example_answers_without_any_call(SqlSession sql) {
        sql.query("RVBBIT MAP 'skill_brand' AS answer USING (SELECT 'who' AS question)")
                .returns("question | answer\nwho | nobody knows");

        sql.query(
                        "SELECT cascade_id FROM cascade_sessions WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returns("cascade_id\nskill_brand");
    }
}
