package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_COLUMN;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.StubRequest;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys that say how a model is asked, each by what reaches the endpoint and the books. */
@GatewayTest(settings = "rvbbit.cache=false")
class CascadeKeysIT {
    private static final Path FILE = TestGateway.cascades().resolve("written_here.yaml");
    private static final String MAP =
            "RVBBIT MAP 'written_here' AS answer USING (SELECT 'red one' AS text)";

    @AfterEach
    void remove_the_file() throws IOException {
        boolean _ = Files.deleteIfExists(FILE);
    }

    private static void write(String cascade) throws IOException {
        Files.writeString(FILE, cascade);
    }

    private static String ofCaller(SqlSession sql) {
        return " WHERE caller_id = '" + sql.lastCaller() + "'";
    }

    @Test
    void phases_are_cells_by_another_name(SqlSession sql) throws IOException {
        write(
                """
                cascade_id: w
                phases: [{name: ask, instructions: "{{ input.text }}"}]
                """);

        sql.query(MAP).returns("text    | answer\nred one | red");

        assertThat(sql.model().calls()).isEqualTo(1);
        sql.query(
                        "SELECT cell_name FROM unified_logs"
                                + ofCaller(sql)
                                + " AND event_type = 'phase_complete'")
                .returns("cell_name\nask");
    }

    @Test
    void what_is_written_for_people_is_not_sent(SqlSession sql) throws IOException {
        write(
                """
                cascade_id: w
                description: Said to people.
                inputs_schema: {text: {description: Said of the input.}}
                cells:
                - name: ask
                  description: Said of the cell.
                  instructions: "{{ input.text }}"
                """);

        sql.query(MAP).returns("text    | answer\nred one | red");

        assertThat(sql.model().requests())
                .singleElement()
                .satisfies(each -> assertThat(each.body().toString()).doesNotContain("Said"));
    }

    @Test
    void an_input_that_is_optional_may_be_missing(SqlSession sql) throws IOException {
        String cascade =
                """
                cascade_id: w
                inputs_schema: {text: what, more: {description: extra, optional: %s}}
                cells: [{name: ask, instructions: "{{ input.text }}"}]
                """;
        write(cascade.formatted("true"));
        sql.query(MAP).returns("text    | answer\nred one | red");

        write(cascade.formatted("false"));
        sql.query(MAP).fails(UNDEFINED_COLUMN).says("more");

        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void temperature_and_bound_are_those_of_the_cell(SqlSession sql) throws IOException {
        write(
                """
                cascade_id: w
                cells:
                - {name: ask, instructions: "{{ input.text }}", temperature: 0.2, max_tokens: 200}
                """);

        sql.query(MAP).returnsRows(1);
        sql.query(MAP + " WITH (temperature = 1, max_tokens = 7)").returnsRows(1);

        JsonNode own = sql.model().requests().getFirst().body();
        assertThat(own.path("temperature").decimalValue()).isEqualByComparingTo("0.2");
        assertThat(own.path("max_tokens").asInt()).isEqualTo(200);
        JsonNode asked = sql.model().requests().getLast().body();
        assertThat(asked.path("temperature").decimalValue()).isEqualByComparingTo("1");
        assertThat(asked.path("max_tokens").asInt()).isEqualTo(7);
    }

    @Test
    void what_merges_is_told_its_own_instructions_and_model(SqlSession sql) throws IOException {
        write(
                """
                cascade_id: w
                cells:
                - name: ask
                  instructions: "{{ input.text }}"
                  takes:
                    factor: 2
                    mode: aggregate
                    models: [one, two]
                    aggregator_instructions: Keep what both say.
                    aggregator_model: third
                """);
        sql.model()
                .answering(request ->
                        StubAnswer.text(
                                request.prompt().contains("Keep what both say.")
                                        ? "both"
                                        : request.model()));

        sql.query(MAP).returns("text    | answer\nred one | both");

        assertThat(sql.model().requests())
                .extracting(StubRequest::model)
                .containsExactlyInAnyOrder("one", "two", "third");
        assertThat(sql.model().requests().getLast().model()).isEqualTo("third");
        assertThat(sql.decimal("SELECT rvbbit_last_cost()"))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @Test
    void a_validator_asks_with_its_own_model_and_bounds(SqlSession sql) throws IOException {
        write(
                """
                cascade_id: w
                validators:
                  kind: {instructions: "Is {{ output }} kind?", model: judge, temperature: 0.5, max_tokens: 60}
                cells:
                - name: ask
                  instructions: "{{ input.text }}"
                  wards:
                    post:
                    - kind
                    - {name: short, instructions: "Is it short?", model: other, temperature: 0.25, max_tokens: 30}
                """);

        sql.query(MAP).returns("text    | answer\nred one | red");

        assertThat(sql.model().requests()).hasSize(3);
        JsonNode named = sql.model().requests().get(1).body();
        assertThat(named.path("model").asText()).isEqualTo("judge");
        assertThat(named.path("temperature").decimalValue()).isEqualByComparingTo("0.5");
        assertThat(named.path("max_tokens").asInt()).isEqualTo(60);
        JsonNode own = sql.model().requests().get(2).body();
        assertThat(own.path("model").asText()).isEqualTo("other");
        assertThat(own.path("temperature").decimalValue()).isEqualByComparingTo("0.25");
        assertThat(own.path("max_tokens").asInt()).isEqualTo(30);
        assertThat(sql.decimal("SELECT total_cost FROM sql_query_log" + ofCaller(sql)))
                .isEqualByComparingTo(sql.model().bill().sum().costUsd());
    }

    @Test
    void parameters_are_bound_and_not_read_as_sql(SqlSession sql) throws IOException {
        write(
                """
                cascade_id: w
                cells:
                - name: load
                  tool: sql_data
                  inputs: {query: "SELECT $1 || '-' || $2 AS joined", params: ["{{ input.text }}", 7]}
                - name: ask
                  instructions: "{{ outputs.load | tojson }}"
                """);

        sql.query("RVBBIT MAP 'written_here' AS answer USING (SELECT '''; DROP' AS text)")
                .returnsRows(1);

        assertThat(sql.model().requests())
                .singleElement()
                .satisfies(each -> assertThat(each.prompt()).contains("; DROP-7"));
    }

    @Test
    void every_fault_of_a_file_has_its_place(SqlSession sql) throws IOException {
        write("cascade_id: w\ncells:\n- {name: ask, instructions: hi, temperature: hot}\n");

        sql.query(MAP)
                .fails(INVALID_PARAMETER_VALUE)
                .says("written_here.yaml:3:46: \"temperature\" of cell \"ask\" must be a number");

        assertThat(sql.model().calls()).isZero();
    }
}
