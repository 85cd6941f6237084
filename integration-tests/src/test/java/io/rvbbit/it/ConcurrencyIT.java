package io.rvbbit.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.SqlTable;
import io.rvbbit.it.testkit.StubBill;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sixteen clients at once: no row, id or cent of each other's. */
@GatewayTest
class ConcurrencyIT {
    private static final int CLIENTS = 16;
    private static final int ROUNDS = 3;
    private static final int ROWS = 20;

    /** What one client did: the prompts of each of its callers. */
    private record Visit(String tag, Map<String, String> callerToRound) {}

    @Test
    void sixteen_clients_get_their_own(TestGateway gateway) throws Exception {
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(3);
        gateway.model()
                .latency(() -> Duration.ofMillis(random.nextInt(8)))
                .failing(request ->
                        request.number() % 97 == 0
                                ? Optional.of(StubFault.status(503))
                                : Optional.empty());
        CyclicBarrier together = new CyclicBarrier(CLIENTS);
        List<Future<Visit>> visits = new ArrayList<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (int client = 0; client < CLIENTS; client++) {
                String tag = "client" + (char) ('a' + client);
                visits.add(
                        clients.submit(() -> {
                            try (SqlSession sql = gateway.session()) {
                                together.await();
                                return visit(sql, tag);
                            }
                        }));
            }
        }

        Map<String, String> promptOfRequest =
                gateway.model().requests().stream()
                        .collect(
                                Collectors.toMap(
                                        request -> request.headers().get("x-client-request-id"),
                                        StubRequest::lastUserMessage));
        Map<String, String> prefixes = new HashMap<>();
        for (Future<Visit> future : visits) {
            Visit visit = future.get();
            visit.callerToRound()
                    .forEach((caller, round) ->
                            prefixes.put(caller, visit.tag() + "-" + round + "-"));
        }
        assertThat(prefixes).hasSize(CLIENTS * ROUNDS);
        try (SqlSession books = gateway.session()) {
            assertOwnPrompts(books, prefixes, promptOfRequest);
            assertOwnCost(books, prefixes, promptOfRequest, gateway.model().bill());
        }
    }

    private static Visit visit(SqlSession sql, String tag) {
        Map<String, String> callers = new HashMap<>();
        for (int round = 0; round < ROUNDS; round++) {
            String prefix = tag + "-" + round + "-";
            String rows = "SELECT '" + prefix + "' || i AS text FROM range(" + ROWS + ") r(i)";
            SqlTable table =
                    switch (round % 3) {
                        case 0 ->
                                sql.query("RVBBIT MAP 'first_word' AS word USING (" + rows + ")")
                                        .table();
                        case 1 ->
                                sql.query(
                                                "SELECT text, rvbbit_run('first_word', {'text': text}) AS"
                                                        + " word FROM ("
                                                        + rows
                                                        + ") q ORDER BY text")
                                        .table();
                        default ->
                                sql.query(
                                                "SELECT m.text, m.word FROM (RVBBIT MAP PARALLEL 3"
                                                        + " 'first_word' AS word USING ("
                                                        + rows
                                                        + ")) m")
                                        .table();
                    };
            assertThat(table.rows()).hasSize(ROWS);
            assertThat(table.column("word")).isEqualTo(table.column("text"));
            assertThat(table.column("text"))
                    .allMatch(text -> String.valueOf(text).startsWith(prefix));
            callers.put(sql.lastCaller(), Integer.toString(round));
        }
        assertThat(callers).hasSize(ROUNDS);
        return new Visit(tag, callers);
    }

    private static void assertOwnPrompts(
            SqlSession books, Map<String, String> prefixes, Map<String, String> promptOfRequest) {
        SqlTable attempts =
                books.query(
                                "SELECT caller_id, request_id FROM unified_logs WHERE event_type ="
                                        + " 'turn_start'")
                        .table();
        assertThat(attempts.rows()).hasSize(promptOfRequest.size());
        assertThat(attempts.rows())
                .allSatisfy(row ->
                        assertThat(promptOfRequest.get(String.valueOf(row.get(1))))
                                .startsWith(prefixes.get(String.valueOf(row.get(0)))));
        SqlTable sessions =
                books.query("SELECT caller_id, input_data FROM cascade_sessions").table();
        assertThat(sessions.rows()).hasSize(CLIENTS * ROUNDS * ROWS);
        assertThat(sessions.rows())
                .allSatisfy(row ->
                        assertThat(row.get(1))
                                .contains("\"" + prefixes.get(String.valueOf(row.get(0)))));
    }

    /** What each caller's requests cost at the endpoint is what the books say of it. */
    private static void assertOwnCost(
            SqlSession books,
            Map<String, String> prefixes,
            Map<String, String> promptOfRequest,
            StubBill bill) {
        Map<String, BigDecimal> billed = new HashMap<>();
        for (StubBill.Item item : bill.items()) {
            String prompt = promptOfRequest.getOrDefault(item.requestId(), "");
            billed.merge(
                    prompt.substring(0, prompt.lastIndexOf('-') + 1),
                    item.costUsd(),
                    BigDecimal::add);
        }
        for (String query :
                List.of(
                        "SELECT caller_id, sum(cost) FROM all_data GROUP BY 1",
                        "SELECT caller_id, total_cost FROM sql_query_log")) {
            Map<String, BigDecimal> booked = new HashMap<>();
            for (List<@Nullable String> row : books.query(query).table().rows()) {
                booked.put(
                        prefixes.get(String.valueOf(row.get(0))),
                        new BigDecimal(String.valueOf(row.get(1))));
            }
            assertThat(booked).as(query).isEqualTo(billed);
        }
    }
}
