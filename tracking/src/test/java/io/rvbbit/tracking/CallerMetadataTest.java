package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.tracking.CallerMetadata.CommandLine;
import io.rvbbit.tracking.CallerMetadata.Sql;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class CallerMetadataTest {
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.5Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void sql_stands_nested_and_under_flat_dotted_keys() {
        Sql sql = Sql.ofWire("RVBBIT MAP \"x\"", "cafe", 5).withLimit(1_000L, true);

        assertThat(CallerMetadata.ofWire(sql, NOW).toJson())
                .isEqualTo(
                        "{\"origin\":\"sql\",\"triggered_by\":\"postgres_server\","
                                + "\"invocation_timestamp\":\"2026-11-22T10:00:00.500Z\","
                                + "\"sql\":{\"query\":\"RVBBIT MAP \\\"x\\\"\","
                                + "\"query_hash\":\"cafe\",\"protocol\":\"postgresql_wire\","
                                + "\"parallel_workers\":5,\"limit\":1000,\"auto_limited\":true},"
                                + "\"sql.query\":\"RVBBIT MAP \\\"x\\\"\","
                                + "\"sql.query_hash\":\"cafe\","
                                + "\"sql.protocol\":\"postgresql_wire\"}");
    }

    @Test
    void a_run_knows_how_many_rows_it_collected() throws Exception {
        Sql sql = Sql.ofWire("q", "h", 1).withLimit(null, false).withCollected(100, true);

        JsonNode json = JSON.readTree(CallerMetadata.ofWire(sql, NOW).toJson());

        assertThat(json.at("/sql/row_count").longValue()).isEqualTo(100);
        assertThat(json.at("/sql/truncated").booleanValue()).isTrue();
        assertThat(json.at("/sql/limit").isNull()).isTrue();
    }

    @Test
    void a_long_query_is_cut_between_characters() throws Exception {
        String query = "x" + "é".repeat(40_000);

        JsonNode json =
                JSON.readTree(CallerMetadata.ofWire(Sql.ofWire(query, "h", 1), NOW).toJson());

        String copy = json.get("sql.query").textValue();
        assertThat(copy.getBytes(StandardCharsets.UTF_8)).hasSize(64 * 1_024 - 1);
        assertThat(query).startsWith(copy);
        assertThat(json.at("/sql/query").textValue()).isEqualTo(copy);
        assertThat(json.get("sql.query_truncated").booleanValue()).isTrue();
    }

    @Test
    void a_query_of_exactly_the_bound_is_whole() throws Exception {
        String query = "y".repeat(CallerMetadata.MAX_QUERY_BYTES);

        JsonNode json =
                JSON.readTree(CallerMetadata.ofWire(Sql.ofWire(query, "h", 1), NOW).toJson());

        assertThat(json.get("sql.query").textValue()).isEqualTo(query);
        assertThat(json.has("sql.query_truncated")).isFalse();
    }

    @Test
    void a_command_line_has_its_own_block_and_no_sql() throws Exception {
        var metadata =
                CallerMetadata.ofCommandLine(
                        new CommandLine("run", "extract_brand", "file"), null, NOW);

        JsonNode json = JSON.readTree(metadata.toJson());

        assertThat(json.get("origin").textValue()).isEqualTo("cli");
        assertThat(json.at("/cli/command").textValue()).isEqualTo("run");
        assertThat(json.at("/cli/target").textValue()).isEqualTo("extract_brand");
        assertThat(json.at("/cli/input_source").textValue()).isEqualTo("file");
        assertThat(json.has("sql")).isFalse();
    }

    @Test
    void http_is_sql_from_another_door() throws Exception {
        var sql = new Sql("q", "h", "http", 1, null, false, null, null, null);

        JsonNode json = JSON.readTree(CallerMetadata.ofHttp(sql, NOW).toJson());

        assertThat(json.get("origin").textValue()).isEqualTo("sql");
        assertThat(json.get("triggered_by").textValue()).isEqualTo("http_api");
        assertThat(json.get("sql.protocol").textValue()).isEqualTo("http");
    }
}
