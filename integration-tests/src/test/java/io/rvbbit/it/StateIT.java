package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubFault;
import io.rvbbit.it.testkit.StubRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cells leave for later ones beside their outputs. */
@GatewayTest(
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'gpt-4o*', input: 2, output: 10}]",
            "RVBBIT_MODEL=gpt-4o-mini",
            "RVBBIT_HTTP_TOOL_ALLOW=[127.0.0.1]"
        })
class StateIT {
    private static final String SORTED = "{\"kind\": \"toy\", \"parts\": [\"a1\", \"b2\"]}";

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @BeforeEach
    void echo(SqlSession sql) {
        sql.model()
                .charging(Explained::price)
                .answering(request -> StubAnswer.text(request.lastUserMessage()));
    }

    private static String map(String cascade, String text) {
        return "RVBBIT MAP '" + cascade + "' AS said USING (SELECT '" + text + "' AS text)";
    }

    private static List<String> asked(SqlSession sql) {
        return sql.model().requests().stream().map(StubRequest::lastUserMessage).toList();
    }

    private static void assertCostIsTheBill(SqlSession sql) {
        assertThat(
                        sql.decimal(
                                "SELECT sum(cost) FROM unified_logs WHERE caller_id = '"
                                        + sql.lastCaller()
                                        + "'"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd())
                .isGreaterThan(BigDecimal.ZERO);
    }

    @Test
    void prompts_sql_rows_and_sub_cascades_read_what_others_wrote(SqlSession sql) {
        sql.model().answers("Sort", SORTED);

        sql.query(map("state_report", "it"))
                .returns("text | said\nit | Say Weigh a1 of TOY-1+Weigh b2 of TOY-1 TOY 1 dry");

        assertThat(asked(sql))
                .containsExactlyInAnyOrder(
                        "Sort it, dry",
                        "Weigh a1 of TOY-1",
                        "Weigh b2 of TOY-1",
                        "Weigh a1 of TOY-1+Weigh b2 of TOY-1",
                        "Say Weigh a1 of TOY-1+Weigh b2 of TOY-1 TOY 1 dry");
        assertCostIsTheBill(sql);
        sql.query(
                        "SELECT cell_name, content_json->'state' AS state FROM unified_logs WHERE caller_id = '"
                                + sql.lastCaller()
                                + "' AND event_type = 'phase_complete' AND cell_name IN ('sort', 'look', 'say')"
                                + " ORDER BY timestamp")
                .returns(
                        """
                        cell_name | state
                        sort      | {"kind":"TOY","parts":["a1","b2"],"seen":1}
                        look      | {"label":"TOY-1"}
                        say       | NULL\
                        """);
    }

    @Test
    void cells_that_use_the_same_key_keep_to_the_order(SqlSession sql) {
        sql.query(map("state_order", "you"))
                .returns("text | said\nyou | reader second you then third you");

        assertThat(asked(sql))
                .containsExactly(
                        "first you",
                        "second you",
                        "reader second you",
                        "third you",
                        "reader second you then third you");
        assertThat(sql.model().maxInFlight()).isEqualTo(1);
        assertCostIsTheBill(sql);
    }

    @Test
    void a_cell_that_fails_leaves_the_state_as_it_was(SqlSession sql) {
        sql.model().failsOn("Find", StubFault.status(400));

        sql.query(map("state_kept", "it")).returns("text | said\nit | Found nothing and null");

        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void the_winner_of_takes_writes(SqlSession sql) {
        AtomicInteger votes = new AtomicInteger();
        sql.model()
                .answering(request -> {
                    String asked = request.lastUserMessage();
                    boolean vote = asked.startsWith("Vote");
                    String said = votes.getAndIncrement() == 0 ? "no" : "yes";
                    return StubAnswer.text(vote ? said : asked);
                });

        sql.query(map("state_takes", "it")).returns("text | said\nit | It is yes");

        assertThat(sql.model().calls()).isEqualTo(4);
        assertCostIsTheBill(sql);
    }

    @Test
    void the_cell_that_was_chosen_writes(SqlSession sql) {
        sql.model()
                .answers(
                        "Who takes",
                        StubAnswer.toolCall(
                                "call_1",
                                "route_to",
                                "{\"target\": \"tech\", \"reason\": \"fits\"}"),
                        StubAnswer.text("broken"));

        sql.query(map("state_handoff", "it")).returns("text | said\nit | Told by tech");

        assertThat(asked(sql)).contains("Tech knows broken");
        assertCostIsTheBill(sql);
    }

    @Test
    void an_input_that_only_the_state_reads_is_part_of_the_cache_key(SqlSession sql) {
        String map =
                "RVBBIT MAP 'state_input' AS said USING (SELECT * FROM (VALUES ('ann', 'Ulm'),"
                        + " ('ann', 'Bonn'), ('ann', 'Ulm')) v(name, town))";
        String said =
                """
                name | town | said
                ann  | Ulm  | Hello ann of Ulm
                ann  | Bonn | Hello ann of Bonn
                ann  | Ulm  | Hello ann of Ulm\
                """;

        sql.query(map).returns(said);
        assertThat(sql.model().calls()).isEqualTo(4);

        sql.query(map).returns(said);
        assertThat(sql.model().calls()).isEqualTo(4);
    }

    @Test
    void a_key_that_nobody_writes_is_an_error_at_its_place(SqlSession sql) {
        sql.query(map("state_misspelt", "it"))
                .fails(INVALID_PARAMETER_VALUE)
                .says("state_misspelt.yaml:9:1: state.totl is not there")
                .hint("did you mean state.total?");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_request_over_http_says_what_the_state_holds(SqlSession sql) throws IOException {
        List<String> got = new CopyOnWriteArrayList<>();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                    got.add(exchange.getRequestHeaders().getFirst("X-Asked") + ": " + body);
                    exchange.sendResponseHeaders(204, -1);
                    exchange.close();
                });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
            sql.model().answers("Ask", "yes, do");

            sql.query(
                            "SELECT count(said) AS n FROM (RVBBIT MAP 'state_post' AS said USING (SELECT '"
                                    + url
                                    + "' AS url)) m")
                    .returns("n\n1");
        } finally {
            server.stop(0);
        }
        assertThat(got).containsExactly("yes, do: hello");
    }

    @Test
    void explain_takes_what_models_leave_in_the_state_for_unknown(SqlSession sql) throws Exception {
        String map = map("state_order", "you") + " WITH (max_tokens = 20)";
        JsonNode plan = Explained.explain(sql, "", map);

        assertThat(plan.path("calls").path("min").asLong()).isEqualTo(5);
        BigDecimal most = new BigDecimal(plan.path("cost_usd").path("max").asText());
        assertThat(sql.model().calls()).isZero();

        sql.query(map).succeeds();
        assertThat(sql.model().bill().sum().costUsd()).isLessThan(most);
    }
}
