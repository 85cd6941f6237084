package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.WARNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.StubAnswer;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns in the JSON Schema of an answer. */
@GatewayTest(settings = "rvbbit.cache=false")
class SchemaPatternsIT {
    private static final Path FILE = TestGateway.cascades().resolve("patterned.yaml");
    private static final String MAP =
            "RVBBIT MAP 'patterned' AS code USING (SELECT 'red one' AS text)";

    @AfterEach
    void remove_the_file() throws IOException {
        boolean _ = Files.deleteIfExists(FILE);
    }

    private static void write(String pattern) throws IOException {
        Files.writeString(
                FILE,
                """
                cascade_id: patterned
                cells:
                - name: ask
                  instructions: "{{ input.text }}"
                  output_schema:
                    type: object
                    properties:
                      code: {type: string, pattern: '%s'}
                """
                        .formatted(pattern));
    }

    @Test
    void an_answer_that_does_not_match_is_sent_back(SqlSession sql) throws IOException {
        write("^[A-Z]{2}-\\d+$");
        sql.model()
                .answers(
                        "red",
                        StubAnswer.text("{\"code\": \"ab-12\"}"),
                        StubAnswer.text("{\"code\": \"AB-12\"}"));

        sql.query(MAP).returns("text    | code\nred one | AB-12");

        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @Test
    void a_pattern_that_would_backtrack_for_ever_is_only_a_fault(SqlSession sql)
            throws IOException {
        write("^(a|a?)+(a|aa)*$");
        sql.model().answering(_ -> StubAnswer.text("{\"code\": \"" + "a".repeat(5_000) + "!\"}"));

        sql.query(MAP).tells(WARNING, "1 of 1 rows failed: schema (1)");

        assertThat(sql.model().calls()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"^(?=.*a)b", "(?<!a)b", "(a)\\1", "a++", "((a{999}){999}){999}"})
    void what_cannot_be_matched_in_its_time_is_refused_at_its_place(String pattern, SqlSession sql)
            throws IOException {
        write(pattern);

        var fault = sql.query(MAP).fails(INVALID_PARAMETER_VALUE);
        fault.says("patterned.yaml:8:37: \"output_schema\" of cell \"ask\": the pattern \"");
        fault.hint("without look-around and references to groups");

        assertThat(sql.model().calls()).isZero();
    }
}
