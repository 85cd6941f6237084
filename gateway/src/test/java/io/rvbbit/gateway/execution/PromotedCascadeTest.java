package io.rvbbit.gateway.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.execution.PromotedCascade.Answered;
import io.rvbbit.udf.cascade.CascadeCatalog;
import io.rvbbit.udf.cascade.CascadeText;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromotedCascadeTest {
    private static final Instant AT = Instant.EPOCH;

    @TempDir Path root;

    private String loaded(PromotedCascade cascade) {
        CascadeCatalog catalog = new CascadeCatalog(List.of(root));
        return CascadeText.json(catalog.inline(cascade.definition())).toString();
    }

    @Test
    void a_text_has_no_schema_and_its_answers_are_examples() {
        PromotedCascade cascade =
                new PromotedCascade(
                        "",
                        "sentiment_of",
                        List.of(
                                new Answered(AT, "{\"review\":\"good\"}", "text", "positive"),
                                new Answered(AT, "{\"review\":\"bad\"}", "text", "negative")),
                        false);

        assertThat(cascade.exampleCount()).isEqualTo(2);
        assertThat(cascade.definition())
                .contains(
                        "# sentiment_of(review), as a model has answered it until now.",
                        "cascade_id: \"sentiment_of\"",
                        "      review: {{ input.review }}",
                        "      {\"review\":\"bad\"} -> \"negative\"",
                        "  - {\"input\":{\"review\":\"good\"},\"output\":\"positive\"}")
                .doesNotContain("output_schema");
        assertThat(loaded(cascade)).contains("\"input\":{\"review\":\"good\"}");
    }

    @Test
    void an_object_has_the_schema_that_all_answers_meet() {
        PromotedCascade cascade =
                new PromotedCascade(
                        "stripe",
                        "charge",
                        List.of(
                                new Answered(
                                        AT,
                                        "{\"amount\":2}",
                                        "object",
                                        "{\"ok\":true,\"fee\":1,\"note\":\"n\"}"),
                                new Answered(
                                        AT,
                                        "{\"amount\":3}",
                                        "object",
                                        "{\"ok\":false,\"fee\":0.5}")),
                        false);

        assertThat(cascade.definition())
                .contains(
                        "output_schema: {\"type\":\"object\",\"properties\":"
                                + "{\"ok\":{\"type\":\"boolean\"},\"fee\":{\"type\":\"number\"}},"
                                + "\"required\":[\"ok\",\"fee\"]}");
        assertThat(loaded(cascade)).contains("stripe_charge");
    }

    @Test
    void a_number_stays_a_number() {
        PromotedCascade cascade =
                new PromotedCascade(
                        "",
                        "score_of",
                        List.of(
                                new Answered(AT, "{\"a\":\"x\"}", "DOUBLE", "0.5"),
                                new Answered(AT, "{\"a\":\"y\"}", "DOUBLE", ""),
                                new Answered(AT, "{\"a\":\"z\"}", "VARCHAR", "none")),
                        false);

        assertThat(cascade.definition())
                .contains(
                        "output_schema: {\"type\": \"object\", \"properties\": {\"value\": {\"type\":"
                                + " [\"number\", \"null\"]}}, \"required\": [\"value\"],",
                        "  - {\"input\":{\"a\":\"x\"},\"output\":{\"value\":0.5}}",
                        "  - {\"input\":{\"a\":\"y\"},\"output\":{\"value\":null}}",
                        "Its SQL type is DOUBLE: property \"value\" holds it.")
                .doesNotContain("none");
        assertThat(cascade.exampleCount()).isEqualTo(2);
        assertThat(loaded(cascade)).contains("\"number\"");
    }

    @Test
    void a_redacted_date_is_none() {
        PromotedCascade cascade =
                new PromotedCascade(
                        "",
                        "due",
                        List.of(new Answered(AT, "{\"a\":\"x\"}", "DATE", "2026-01-02")),
                        true);

        assertThat(cascade.definition())
                .contains("\"output\":{\"value\":null}", "\"pattern\"")
                .doesNotContain("2026");
        assertThat(loaded(cascade)).contains("due");
    }

    @Test
    void redacted_examples_say_what_kind_of_value_there_was_and_no_more() {
        PromotedCascade cascade =
                new PromotedCascade(
                        "",
                        "f",
                        List.of(
                                new Answered(AT, "{\"a\":\"secret\",\"n\":42}", "text", "hidden"),
                                new Answered(
                                        AT, "{\"a\":\"other\",\"n\":43}", "text", "hidden too")),
                        true);

        assertThat(cascade.definition())
                .contains("{\"input\":{\"a\":\"redacted\",\"n\":0},\"output\":\"redacted\"}")
                .doesNotContain("secret", "42", "hidden", "It has given");
        assertThat(cascade.exampleCount()).isEqualTo(1);
    }

    @Test
    void data_that_look_like_yaml_or_a_template_stay_data() {
        String odd = "{{ input.review }} {% x %} # y: [z]\\n\\u0085\\u2028\\u007f ÄÖ 🐇";
        PromotedCascade cascade =
                new PromotedCascade(
                        "",
                        "odd name: #{{",
                        List.of(
                                new Answered(
                                        AT, "{\"a \\\"b\\\"\":\"" + odd + "\"}", "text", "- x: |")),
                        false);

        assertThat(loaded(cascade))
                .contains("{{ input.review }} {% x %} # y: [z]\\n", "ÄÖ 🐇", "- x: |");
        assertThat(cascade.definition()).contains("{{ input | tojson }}");
    }

    @Test
    void examples_are_few_and_short() {
        List<Answered> many = new ArrayList<>();
        many.add(new Answered(AT, "{\"a\":\"" + "x".repeat(3_000) + "\"}", "text", "long"));
        for (int i = 0; i < 100; i++) {
            many.add(new Answered(AT, "{\"a\":\"" + i + "\"}", "text", "r" + i));
        }
        many.add(new Answered(AT, "{\"b\":1}", "text", "another form"));

        PromotedCascade cascade = new PromotedCascade("", "f", many, false);

        assertThat(cascade.exampleCount()).isEqualTo(20);
        assertThat(cascade.definition()).doesNotContain("xxxx", "another form");
    }
}
