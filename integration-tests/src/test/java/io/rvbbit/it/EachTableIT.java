package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.UNDEFINED_TABLE;
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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cells that are done for each row of a table, and what else a cell for rows may have. */
@GatewayTest(
        environment = {
            "RVBBIT_PRICES=[{provider: 127.0.0.1, model: 'gpt-4o*', input: 2, output: 10}]",
            "RVBBIT_MODEL=gpt-4o-mini",
            "RVBBIT_HTTP_TOOL_ALLOW=[127.0.0.1]"
        })
class EachTableIT {
    private static final String PEOPLE =
            "(SELECT * FROM (VALUES ('ann', 1), ('bob', 2), ('eve', 3)) v(name, n))";

    @AfterEach
    void every_answer_is_booked(SqlSession sql) {
        Proof.everyAnswerIsBooked(sql);
    }

    @BeforeEach
    void people(SqlSession sql) {
        sql.execute(
                "CREATE OR REPLACE TABLE each_people AS SELECT * FROM (VALUES ('ann', 'Ulm'),"
                        + " ('bob', 'Bonn'), ('eve', 'Trier')) v(name, town)");
        sql.model()
                .charging(Explained::price)
                .answering(request -> StubAnswer.text(request.lastUserMessage()));
    }

    private static String map(String cascade, String text) {
        return "RVBBIT MAP '" + cascade + "' AS said USING (SELECT '" + text + "' AS text)";
    }

    private static String error(SqlSession sql, String statement) {
        return String.valueOf(
                sql.query("SELECT _error FROM (" + statement + " WITH (on_error = 'column')) m")
                        .value());
    }

    private static String books(SqlSession sql, String columns, String events) {
        return "SELECT %s FROM unified_logs WHERE caller_id = '%s' AND event_type IN (%s)"
                .formatted(columns, sql.lastCaller(), events);
    }

    private static void assertCostIsTheBill(SqlSession sql) {
        assertThat(
                        sql.decimal(
                                books(
                                        sql,
                                        "sum(cost)",
                                        "'phase_complete', 'phase_error', 'turn_complete'")))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd())
                .isPositive();
    }

    @Test
    void the_rows_of_a_run_are_taken_from_its_table(SqlSession sql) {
        sql.model().failsOn("bob", StubFault.status(400));

        sql.query("RVBBIT RUN 'each_batch' AS said USING " + PEOPLE)
                .returns("said\n[\"Hello ann, 0\",null,\"Hello eve, 2\"]");

        assertThat(sql.model().calls()).isEqualTo(3);
        assertThat(sql.model().maxInFlight()).isLessThanOrEqualTo(2);
        assertCostIsTheBill(sql);
        sql.query(
                        books(
                                sql,
                                "event_type, cell_name, node_type",
                                "'tool_start', 'tool_complete', 'phase_complete'"))
                .returnsInAnyOrder(
                        """
                        event_type     | cell_name | node_type
                        tool_start     | each      | sql_data
                        tool_complete  | each      | sql_data
                        phase_complete | each      | llm\
                        """);
    }

    @Test
    void a_run_over_the_same_rows_is_served_from_the_cache(SqlSession sql) {
        String run = "RVBBIT RUN 'each_batch' AS said USING " + PEOPLE.replace("eve", "kim");

        sql.query(run).returnsRows(1);
        sql.query(run).returnsRows(1);
        assertThat(sql.model().calls()).isEqualTo(3);

        sql.query(run.replace("kim", "pat")).returnsRows(1);
        assertThat(sql.model().calls()).isEqualTo(6);
    }

    @Test
    void a_named_table_is_read_each_time(SqlSession sql) {
        sql.query(map("each_table", "hi"))
                .returns(
                        "text | said\nhi | [\"Hello ann of Ulm, hi\",\"Hello bob of Bonn, hi\",\"Hello eve of Trier, hi\"]");
        sql.execute("DELETE FROM each_people WHERE name <> 'eve'");

        sql.query(map("each_table", "hi"))
                .returns("text | said\nhi | [\"Hello eve of Trier, hi\"]");

        assertThat(sql.model().calls()).isEqualTo(4);
    }

    @Test
    void explain_counts_the_table_s_rows(SqlSession sql) throws Exception {
        JsonNode plan = Explained.explain(sql, "", map("each_table", "hi"));

        assertThat(plan.path("calls").path("min").asLong()).isEqualTo(3);
        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_table_with_too_many_rows_is_an_error_before_the_first_call(SqlSession sql) {
        assertThat(error(sql, map("each_table_named", "each_people")))
                .contains("54000", "has more than 2 rows");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_table_that_is_not_there_is_told_with_its_place(SqlSession sql) {
        sql.execute("DROP TABLE each_people");

        sql.query(map("each_table", "hi"))
                .fails(UNDEFINED_TABLE)
                .says("each_table.yaml:4")
                .says("each_people");
    }

    @Test
    void a_value_cannot_be_more_than_a_table_s_name(SqlSession sql) {
        String error = error(sql, map("each_table_named", "each_people; DROP TABLE each_people"));

        assertThat(error).contains("each_people; DROP TABLE each_people");
        sql.query("SELECT count(*) AS n FROM each_people").returns("n\n3");
    }

    @Test
    void each_row_makes_a_request_over_http(SqlSession sql) throws IOException {
        List<String> got = new CopyOnWriteArrayList<>();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    got.add(path);
                    byte[] body = ("got " + path).getBytes(UTF_8);
                    exchange.getResponseHeaders().set("Content-Type", "text/plain");
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
            String map =
                    "SELECT said FROM (RVBBIT MAP 'each_http' AS said USING (SELECT '"
                            + url
                            + "' AS url)) m";

            sql.query(map).returns("said\ngot /a and got /b");
            sql.query(books(sql, "event_type, node_type", "'tool_complete', 'phase_complete'"))
                    .returnsInAnyOrder(
                            """
                            event_type     | node_type
                            tool_complete  | http
                            tool_complete  | http
                            phase_complete | http
                            phase_complete | llm\
                            """);

            sql.query(map).returns("said\ngot /a and got /b");
        } finally {
            server.stop(0);
        }
        assertThat(got).as("what is read outside is not stored").hasSize(4);
    }

    @Test
    void each_row_has_takes_of_its_own(SqlSession sql) {
        // Of x: no, yes, yes; of y: yes, yes, and the vote is decided.
        sql.model().answering(request -> StubAnswer.text(request.number() == 1 ? "no" : "yes"));

        sql.query(map("each_takes", "it")).returns("text | said\nit | [\"yes\",\"yes\"]");

        assertThat(sql.model().calls()).isEqualTo(5);
        sql.query(books(sql, "take_index, count(*) AS n", "'turn_complete'") + " GROUP BY 1")
                .returnsInAnyOrder("take_index | n\n0 | 2\n1 | 2\n2 | 1");
        assertThat(sql.text(books(sql, "content_json->'rows'", "'phase_complete'")))
                .contains("{\"row\":0,\"takes\":{", "{\"row\":1,\"takes\":{", "\"votes\":2");
        assertCostIsTheBill(sql);
    }

    @Test
    void each_row_s_conversation_begins_with_the_context(SqlSession sql) {
        sql.query(map("each_context", "it")).returns("text | said\nit | [\"Do x\",\"Do y\"]");

        assertThat(sql.model().requests()).hasSize(3);
        for (StubRequest request : sql.model().requests().subList(1, 3)) {
            assertThat(request.body().at("/messages/0/content").asText())
                    .isEqualTo("Output of cell \"plan\":\nPlan it");
        }
        assertCostIsTheBill(sql);
    }

    @Test
    void wards_look_at_the_input_once_and_at_each_row_s_answer(SqlSession sql) {
        sql.query(map("each_wards", "it"))
                .returns("text | said\nit | [\"Say x of it\",null,\"Say z of it\"]");

        assertThat(sql.model().calls()).isEqualTo(3);
        sql.query(
                        books(
                                        sql,
                                        "content_json->>'ward' AS ward, content_json->>'valid' AS valid, count(*) AS n",
                                        "'validation'")
                                + " GROUP BY 1, 2")
                .returnsInAnyOrder(
                        """
                        ward | valid | n
                        pre  | true  | 1
                        post | true  | 2
                        post | false | 1\
                        """);
        assertCostIsTheBill(sql);
    }

    @Test
    void a_ward_that_refuses_the_input_stops_all_rows(SqlSession sql) {
        assertThat(error(sql, map("each_wards", "far too long for it")))
                .contains("\"class\":\"ward\"");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void the_model_calls_tools_for_each_row(SqlSession sql) {
        sql.model()
                .answering(request ->
                        request.toolResults().isEmpty()
                                ? StubAnswer.toolCall(
                                        "a",
                                        "sql_data",
                                        "{\"query\": \"SELECT town FROM each_people WHERE name = '"
                                                + (request.prompt().contains("ann") ? "ann" : "bob")
                                                + "'\"}")
                                : StubAnswer.text(request.toolResults().getFirst()));

        sql.query("SELECT said FROM (" + map("each_skill", "it") + ") m")
                .returns(
                        "said\n[\"[{\\\"town\\\":\\\"Ulm\\\"}]\",\"[{\\\"town\\\":\\\"Bonn\\\"}]\"]");

        assertThat(sql.model().calls()).isEqualTo(4);
        sql.query(books(sql, "count(*) AS n", "'tool_complete'")).returns("n\n2");
        assertCostIsTheBill(sql);
    }
}
