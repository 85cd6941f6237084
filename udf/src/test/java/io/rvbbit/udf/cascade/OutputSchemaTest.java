package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OutputSchemaTest {
    private static final OutputSchema BRAND =
            OutputSchema.of(
                    json(
                            """
                            {"type": "object", "required": ["brand"],
                             "properties": {"brand": {"type": ["string", "null"]}}}
                            """));

    private static JsonNode json(String text) {
        try {
            return AnswerJson.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"brand\": \"Sony\"}",
                "  {\"brand\": \"Sony\"}\n",
                "```json\n{\"brand\": \"Sony\"}\n```",
                "```\n{\"brand\": \"Sony\"}\n```",
                "Sure, here it is:\n```json\n{\"brand\": \"Sony\"}\n```\nAnything else?",
                "The answer is {\"brand\": \"Sony\"}, I think.",
                "[note] the {answer} is {\"brand\": \"Sony\"}.",
                "First {\"brnd\": 1} and then {\"brand\": \"Sony\"}",
            })
    void json_is_found_in_what_models_write(String text) {
        assertThat(BRAND.read(text).answer())
                .hasValueSatisfying(
                        answer -> assertThat(answer.toString()).isEqualTo("{\"brand\":\"Sony\"}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Sony",
                "{\"brand\": \"Sony\"",
                "{\"brand\": 7}",
                "{}",
                "null",
                "{\"brand\": \"a\", \"brand\": \"b\"}",
                "[[[[[[[[[[[[[[[[[[[[",
            })
    void what_does_not_fit_has_a_reason(String text) {
        OutputSchema.Reading reading = BRAND.read(text);
        assertThat(reading.answer()).isEmpty();
        assertThat(reading.faults()).isNotEmpty();
    }

    @Test
    void a_hostile_answer_is_read_in_bounded_time() {
        org.junit.jupiter.api.Assertions.assertTimeout(
                Duration.ofSeconds(10),
                () -> {
                    assertThat(BRAND.read("{[".repeat(500_000)).answer()).isEmpty();
                    assertThat(BRAND.read("```".repeat(300_000)).answer()).isEmpty();
                });
    }

    @Test
    void plain_text_is_good_for_a_schema_of_text() {
        OutputSchema schema =
                OutputSchema.of(json("{\"type\":\"string\",\"enum\":[\"yes\",\"no\"]}"));
        assertThat(schema.read(" yes\n").answer())
                .hasValueSatisfying(answer -> assertThat(answer.asText()).isEqualTo("yes"));
        assertThat(schema.read("maybe").answer()).isEmpty();
        assertThat(schema.properties()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"type\": \"strng\"}",
                "{\"properties\": []}",
                "{\"$ref\": \"https://example.com/schema\"}",
                "{\"$ref\": \"file:///etc/passwd\"}",
                "{\"$ref\": \"classpath:/cascades/index\"}",
                "{\"$ref\": \"#/$defs/absent\"}",
                "{\"$schema\": \"https://example.com/meta\", \"type\": \"object\"}",
            })
    void what_is_no_usable_schema_is_refused(String schema) {
        assertThatThrownBy(() -> OutputSchema.of(json(schema)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void references_within_the_schema_work() {
        OutputSchema schema =
                OutputSchema.of(
                        json(
                                """
                                {"type": "object", "properties": {"a": {"$ref": "#/$defs/n"}},
                                 "$defs": {"n": {"type": "integer"}}}
                                """));
        assertThat(schema.read("{\"a\": 1}").answer()).isPresent();
        assertThat(schema.read("{\"a\": \"1\"}").answer()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '`',
            nullValues = "NULL",
            value = {
                "{\"a\": \"x\"} ¦ x",
                "{\"a\": null} ¦ NULL",
                "{\"a\": 1.50} ¦ 1.50",
                "{\"a\": true} ¦ true",
                "{\"a\": {\"b\": 1}} ¦ {\"b\":1}",
                "{\"a\": [1, 2]} ¦ [1,2]",
                "{\"a\": 1, \"b\": 2} ¦ {\"a\":1,\"b\":2}",
                "{} ¦ {}",
                "[\"x\"] ¦ [\"x\"]",
                "\"x\" ¦ x",
                "null ¦ NULL",
                "12345678901234567890123 ¦ 12345678901234567890123",
            })
    void the_clean_value_is_that_of_a_single_property(String output, String value) {
        assertThat(AnswerJson.clean(json(output))).isEqualTo(value);
    }

    @Test
    void waits_grow_as_the_cascade_says() {
        Duration base = Duration.ofSeconds(2);
        assertThat(new Retry(3, Retry.Backoff.NONE, base).waitAfter(2)).isEqualTo(Duration.ZERO);
        assertThat(new Retry(3, Retry.Backoff.LINEAR, base).waitAfter(3))
                .isEqualTo(Duration.ofSeconds(6));
        assertThat(new Retry(3, Retry.Backoff.EXPONENTIAL, base).waitAfter(3))
                .isEqualTo(Duration.ofSeconds(8));
        assertThat(new Retry(3, Retry.Backoff.EXPONENTIAL, base).waitAfter(99))
                .isEqualTo(Retry.LONGEST);
    }

    private static final OutputSchema DECISION =
            OutputSchema.of(
                    json(
                            """
                            {"type": "object", "required": ["decision"],
                             "properties": {"decision": {"type": "string", "enum": ["text", "object"]},
                                            "type": {"type": "string"}}}
                            """));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "object",
                "  Object.\n",
                "\"object\"",
                "'object'",
                "`object`",
                "**object**",
                "```\nobject\n```",
                "```text\nobject\n```",
                "```object```",
                "OBJECT!",
            })
    void a_bare_word_stands_for_the_one_property_that_has_to_be(String text) {
        assertThat(DECISION.read(text).answer())
                .hasValueSatisfying(answer ->
                        assertThat(answer.toString()).isEqualTo("{\"decision\":\"object\"}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"neither", "text or object", "", "{\"type\": \"object\"}"})
    void other_words_stand_for_nothing(String text) {
        assertThat(DECISION.read(text).answer()).isEmpty();
        assertThat(DECISION.read(text).faults()).isNotEmpty();
    }

    @Test
    void a_word_stands_for_nothing_where_more_is_wanted() {
        OutputSchema two =
                OutputSchema.of(
                        json(
                                """
                                {"type": "object", "required": ["a", "b"],
                                 "properties": {"a": {"enum": ["x"]}, "b": {"type": "string"}}}
                                """));

        assertThat(two.read("x").answer()).isEmpty();
    }
}
