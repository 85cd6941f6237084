package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the call of a function that does not exist to the books, and on to a cascade. */
class FallbackBooksIT {
    @TempDir Path root;

    @Test
    void what_a_model_answered_is_summed_up_and_becomes_a_cascade() throws Exception {
        try (TestGateway gateway = TestGateway.withStub(Map.of("RVBBIT_ROOT", root.toString()));
                SqlSession sql = gateway.session()) {
            sql.execute("SET rvbbit.ai_fallback = on");
            sql.model()
                    .answers(
                            "calls the function sentiment_of",
                            "{\"decision\": \"text\", \"type\": \"VARCHAR\"}")
                    .answers("great shoes", "positive")
                    .answers("awful smell", "negative");
            sql.execute(
                    "SELECT sentiment_of(review) FROM (VALUES ('great shoes'), ('awful smell'))"
                            + " AS r(review)");

            sql.query("SELECT group_key, calls, failed_calls FROM ai_fallback_costs()")
                    .returns("group_key | calls | failed_calls\nsql | 2 | 0");
            assertThat(sql.decimal("SELECT cost_usd FROM ai_fallback_costs()"))
                    .isEqualByComparingTo(gateway.model().bill().sum().costUsd())
                    .isPositive();
            sql.query("RVBBIT PROMOTE FUNCTION sentiment_of TO 'traits/sentiment_of.yaml'")
                    .returns("file | examples\ntraits/sentiment_of.yaml | 2");

            long before = sql.model().calls();
            sql.model().answers("fine day", "positive");
            sql.query("RVBBIT MAP 'sentiment_of' AS s USING (SELECT 'fine day' AS review)")
                    .returns("review | s\nfine day | positive");
            assertThat(sql.model().calls() - before).as("no decision any more").isEqualTo(1);
        }
    }
}
