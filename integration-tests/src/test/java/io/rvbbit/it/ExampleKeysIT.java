package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.EXTERNAL_ROUTINE;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What examples answer where there is no model. */
@GatewayTest(offline = true)
class ExampleKeysIT {
    private static final Path FILE = TestGateway.cascades().resolve("written_offline.yaml");

    @AfterEach
    void remove_the_file() throws IOException {
        boolean _ = Files.deleteIfExists(FILE);
    }

    @Test
    void rows_are_known_by_the_hash_that_the_books_show(SqlSession sql) throws IOException {
        String cascade =
                """
                cascade_id: w
                cells: [{name: ask, instructions: "{{ input.row_count }}"}]
                examples: [{rows_hash: "%s", output: two rows}]
                """;
        String run =
                "RVBBIT RUN 'written_offline' USING (SELECT * FROM (VALUES ('a'), ('b')) t(x))";
        Files.writeString(FILE, cascade.formatted("0"));
        sql.query(run).fails(EXTERNAL_ROUTINE).says("no example");
        String hash =
                sql.text(
                        "SELECT max(input_hash) FROM unified_logs WHERE caller_id = '"
                                + sql.lastCaller()
                                + "'");

        Files.writeString(FILE, cascade.formatted(hash));
        sql.query(run).returns("result\ntwo rows");
    }

    @Test
    void outputs_answer_the_cells_before_the_last(SqlSession sql) throws IOException {
        Files.writeString(
                FILE,
                """
                cascade_id: w
                cells:
                - {name: first, instructions: "{{ input.text }}"}
                - {name: last, instructions: "{{ outputs.first }}"}
                examples:
                - {input: {text: a}, outputs: {first: one}, output: two}
                """);

        sql.query("RVBBIT MAP 'written_offline' AS answer USING (SELECT 'a' AS text)")
                .returns("text | answer\na | two");
        sql.query(
                        "SELECT cell_name FROM unified_logs WHERE event_type = 'phase_complete' AND"
                                + " caller_id = '"
                                + sql.lastCaller()
                                + "'")
                .returnsInAnyOrder("cell_name\nfirst\nlast");
    }
}
