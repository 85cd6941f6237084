package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubBill;
import io.rvbbit.it.testkit.StubRequest;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The endpoint has the beginning of a prompt cached, and charges less for it. */
@GatewayTest(
        settings = "rvbbit.cache=false",
        environment = "RVBBIT_PRICES=[{model: '*', input: 4, output: 8, cached-input: 1}]")
class CachedTokensIT {
    private static final String MAP =
            "RVBBIT MAP PARALLEL 1 'long_question' AS kind USING (SELECT * FROM (VALUES %s) t(text)) WITH (model = 'gpt-4o-mini')";

    /** As endpoints do it: what a prompt has in common with one before it. */
    private static final class PrefixCache {
        private final List<String> prompts = new ArrayList<>();
        private final List<Long> told = new ArrayList<>();

        synchronized long tokens(StubRequest request) {
            String prompt = request.prompt();
            int most = prompts.stream().mapToInt(each -> common(each, prompt)).max().orElse(0);
            prompts.add(prompt);
            told.add(most / 4L);
            return most / 4L;
        }

        private static int common(String one, String other) {
            int length = 0;
            while (length < Math.min(one.length(), other.length())
                    && one.charAt(length) == other.charAt(length)) {
                length++;
            }
            return length;
        }
    }

    @Test
    void cached_tokens_are_priced_apart_on_the_books_and_in_the_last_cost(SqlSession sql) {
        PrefixCache cache = new PrefixCache();
        sql.model().reportsCost(false).caching(cache::tokens);

        sql.query(MAP.formatted("('two chairs'), ('two lamps'), ('a table')")).returnsRows(3);

        String caller = sql.lastCaller();
        BigDecimal last = sql.decimal("SELECT rvbbit_last_cost()");
        StubBill.Sum paid = sql.model().bill().sum();
        cache.told.sort(null);
        long cached = cache.told.stream().mapToLong(each -> each).sum();
        BigDecimal cost =
                BigDecimal.valueOf(
                        4 * (paid.tokensIn() - cached) + cached + 8 * paid.tokensOut(), 6);
        assertThat(paid.calls()).isEqualTo(3);
        assertThat(cached).isGreaterThan(150);
        assertThat(last).isEqualByComparingTo(cost);
        String ofCaller = " WHERE caller_id = '" + caller + "'";
        assertThat(
                        sql.decimal(
                                "SELECT sum(attempt_cost) FROM unified_logs"
                                        + ofCaller
                                        + " AND event_type = 'turn_complete'"))
                .isEqualByComparingTo(cost);
        assertThat(sql.decimal("SELECT total_cost FROM sql_query_log" + ofCaller))
                .isEqualByComparingTo(cost);
        sql.query(
                        "SELECT (metadata_json::JSON ->> 'cached_tokens')::BIGINT AS cached FROM unified_logs"
                                + ofCaller
                                + " AND event_type = 'turn_complete' ORDER BY cached NULLS FIRST")
                .returns("cached\nNULL\n%d\n%d".formatted(cache.told.get(1), cache.told.get(2)));
    }

    @Test
    void prompts_of_all_rows_begin_alike_to_the_byte(SqlSession sql) {
        sql.query(MAP.formatted("('two chairs'), ('é'), ('You sort')")).returnsRows(3);

        List<StubRequest> requests = sql.model().requests();
        String first = requests.getFirst().body().path("messages").toString();
        String begin = first.substring(0, first.indexOf("two chairs"));
        assertThat(begin).contains("You sort the letters").endsWith("The letter: ");
        assertThat(requests)
                .hasSize(3)
                .allSatisfy(each ->
                        assertThat(each.body().path("messages").toString()).startsWith(begin));
    }
}
