package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TemplateTest {
    private static final String ROW =
            """
            {"name": "Ann", "age": 42, "price": 1.50, "vip": true, "note": null,
             "tags": ["a", "b"], "home": {"city": "Bern"}, "evil": "{{ input.age }} {% if %}"}
            """;

    private static Map<String, Object> names(String json) {
        try {
            JsonNode input = AnswerJson.MAPPER.readTree(json);
            Map<String, Object> names = new HashMap<>();
            names.put("input", TemplateValues.map(input));
            names.put("outputs", Map.of("load", Map.of("row_count", 2L)));
            names.put("state", Map.of());
            return names;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String render(String template) {
        return PromptTemplate.compile(template).render(names(ROW));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '`',
            value = {
                "Hello {{ input.name }}! ¦ Hello Ann!",
                "{{ input['name'] }} ¦ Ann",
                "{{ input.age }} {{ input.age + 1 }} ¦ 42 43",
                "{{ input.price }} ¦ 1.50",
                "{{ input.vip }} ¦ true",
                "{{ input.note }} ¦ null",
                "{{ input.tags }} ¦ [\"a\",\"b\"]",
                "{{ input.tags[1] }} {{ input.tags[-1] }} ¦ b b",
                "{{ input.home.city | upper }} ¦ BERN",
                "{{ input.home }} ¦ {\"city\":\"Bern\"}",
                "{{ input.missing | default('none') }} ¦ none",
                "{{ input.note | default('none') }} ¦ none",
                "{{ input.age | default(7) + 1 }} ¦ 43",
                "{{ input.missing | default(7) + 1 }} ¦ 8",
                "{% if input.missing is defined %}yes{% else %}no{% endif %} ¦ no",
                "{% if input.note is none %}empty{% endif %} ¦ empty",
                "{% if input.vip and input.age > 40 %}old{% elif input.vip %}young{% endif %} ¦ old",
                "{% for t in input.tags %}{{ loop.index }}={{ t }};{% endfor %} ¦ 1=a;2=b;",
                "{% for k, v in input.home.items() %}{{ k }}={{ v }}{% endfor %} ¦ city=Bern",
                "{% set x = input.age * 2 %}{{ x }} ¦ 84",
                "{{ input.tags | join(', ') }} ¦ a, b",
                "{{ input.tags | length }} ¦ 2",
                "{{ input.home | tojson }} ¦ {\"city\":\"Bern\"}",
                "{{ 'yes' if input.vip else 'no' }} ¦ yes",
                "{{ outputs.load.row_count }} ¦ 2",
                "{% raw %}{{ input.name }}{% endraw %} ¦ {{ input.name }}",
                "a{# comment #}b ¦ ab",
                "{% for x in [1, none, 2] %}{{ x }};{% endfor %} ¦ 1;null;2;",
                "{% for k in input.home %}{{ k }}{% endfor %} ¦ city",
                "{{ 1 + 2 * 3 }} ¦ 7",
                "\\d{{ input.age }}\\ ¦ \\d42\\",
                "{{ input.tags | first }}{{ input.tags | last }} ¦ ab",
                "{{ input.tags | reverse | list }} ¦ [\"b\",\"a\"]",
                "{{ input.name | replace('n', 'm') }} ¦ Amm",
                "{{ 'abcdefgh' | truncate(5) }} ¦ a...",
                "{% set x = input.note %}{{ x }} ¦ null",
                "{% for x in [none] %}{{ x | default('d') }}{% endfor %} ¦ d",
                "{{ input.price | round(0) }} ¦ 2",
                "{{ '7' | int + 1 }} ¦ 8",
                "{{ [3, 1, 2] | sort }} ¦ [1,2,3]",
                "{{ [1, 2] | sum }} ¦ 3",
                "{{ input.home | length }} ¦ 1",
                "{{ 'a,b' | split(',') }} ¦ [\"a\",\"b\"]",
                "{{ 'x' in input.tags }} ¦ false",
                "{%- if true -%}  a  {%- endif %} ¦ a",
            })
    void a_template_renders_data(String template, String text) {
        assertThat(render(template)).isEqualTo(text);
    }

    @Test
    void braces_in_data_are_never_read_as_a_template() {
        assertThat(render("{{ input.evil }}")).isEqualTo("{{ input.age }} {% if %}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ input.missing }}",
                "{{ input.missing | upper }}",
                "{{ input.missing ~ 'x' }}",
                "{{ input.missing == 'x' }}",
                "{% if input.missing %}x{% endif %}",
                "{% if not input.missing %}x{% endif %}",
                "{% for x in input.missing %}x{% endfor %}",
                "{{ input.home.street }}",
                "{{ input.home.street.number }}",
                "{{ input.tags[7] }}",
                "{{ input.name.length }}",
                "{{ state.x }}",
                "{% if false %}{% set y = 1 %}{% endif %}{{ y }}",
                "{% for x in input.name %}x{% endfor %}",
                "{% for x in input.note %}x{% endfor %}",
            })
    void an_unknown_name_is_a_fault_when_rendered(String template) {
        PromptTemplate compiled = PromptTemplate.compile(template);
        assertThatThrownBy(() -> compiled.render(names(ROW))).isInstanceOf(TemplateFault.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ nme }}",
                "{{ input.name | nosuchfilter }}",
                "{{ input.name.getClass() }}",
                "{{ input.getClass() }}",
                "{{ ''.getClass().forName('java.lang.Runtime') }}",
                "{{ ____int3rpr3t3r____ }}",
                "{{ input.tags.add('x') }}",
                "{% include 'x' %}",
                "{% import 'x' as y %}",
                "{% from 'x' import y %}",
                "{% extends 'x' %}",
                "{% macro m() %}x{% endmacro %}",
                "{% print input.name %}",
                "{% do input.name %}",
                "{% call m() %}x{% endcall %}",
                "{% cycle 'a','b' %}",
                "{% autoescape %}x{% endautoescape %}",
                "{{ range(3) | random }}",
                "{{ namespace() }}",
                "{{ today() }}",
                "{{ input.name | ident }}",
                "{% if input.name %}x",
                "{% endif %}",
                "{% set input = 'x' %}",
                "{% for input in [1] %}x{% endfor %}",
                "{% for x in [1] %}{% endfor %}",
                "{% for x %}y{% endfor %}",
                "{{ input.name",
                "{{ input. }}",
                "{{ (1 + }}",
                "{{ 'abc }}",
                "{% nosuchtag %}",
                "{{ input.x is nosuchtest }}",
            })
    void what_a_template_may_not_do_is_refused_when_it_is_read(String template) {
        assertThatThrownBy(() -> PromptTemplate.compile(template))
                .isInstanceOf(TemplateFault.class);
    }

    @Test
    void a_fault_tells_its_line_and_a_hint() {
        TemplateFault fault =
                catchThrowableOfType(
                        TemplateFault.class, () -> PromptTemplate.compile("one\ntwo {{ nme }}"));
        assertThat(fault.line()).isEqualTo(2);
        assertThat(fault).hasMessage("unknown name \"nme\"");
        assertThat(fault.hint()).contains("input.nme");
    }

    @Test
    void endless_loops_and_output_are_bounded() {
        String loops =
                "{% for a in range(9999) %}{% for b in range(9999) %}"
                        + "{% if false %}x{% endif %}{% endfor %}{% endfor %}";
        assertThatThrownBy(() -> render(loops))
                .isInstanceOf(TemplateFault.class)
                .hasMessage("the template loops too often");
        String output =
                "{% for a in range(9999) %}{% for b in range(9999) %}"
                        + "xxxxxxxxxxxxxxxxxxxx{% endfor %}{% endfor %}";
        assertThatThrownBy(() -> render(output)).isInstanceOf(TemplateFault.class);
        StringBuilder doubling = new StringBuilder("{% set s = 'xxxxxxxxxxxxxxxx' %}");
        for (int i = 0; i < 40; i++) {
            doubling.append("{% set s = s ~ s %}");
        }
        assertThatThrownBy(() -> render(doubling + "{{ s | length }}"))
                .isInstanceOf(TemplateFault.class);
    }

    @Test
    void the_inputs_that_a_template_reads_are_known_without_running_it() {
        TemplateUse use =
                PromptTemplate.compile(
                                """
                                {{ input.a }} {{ input['b'] }} {{ input.c | default('') }}
                                {% if input.d %}{{ outputs.load.x }}{% endif %}
                                {% for e in input.f %}{{ e.g }}{% endfor %}
                                {% if input.h is defined %}{{ input.h }}{% endif %}
                                """)
                        .use();
        assertThat(use.inputs()).containsExactlyInAnyOrder("a", "b", "c", "d", "f", "h");
        assertThat(use.required()).containsExactlyInAnyOrder("a", "b", "d", "f");
        assertThat(use.wholeInput()).isFalse();
        assertThat(use.cells()).containsExactly(Map.entry("load", 2));
    }

    @ParameterizedTest
    @CsvSource({
        "{{ inptu.t }}, did you mean input.t?",
        "{{ output.load }}, did you mean outputs.load?",
        "{{ t }}, did you mean input.t?"
    })
    void a_misspelt_root_keeps_what_follows_it_in_the_hint(String template, String hint) {
        TemplateFault fault =
                catchThrowableOfType(TemplateFault.class, () -> PromptTemplate.compile(template));
        assertThat(fault.hint()).endsWith(hint);
    }

    @Test
    void a_root_like_no_other_gets_no_suggestion() {
        TemplateFault fault =
                catchThrowableOfType(
                        TemplateFault.class, () -> PromptTemplate.compile("{{ warehouse.t }}"));
        assertThat(fault.hint()).endsWith("state.<name>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ input }}",
                "{{ input | tojson }}",
                "{% for k, v in input.items() %}{{ k }}{% endfor %}",
                "{{ input[outputs.load.x] }}",
                "{% set x = input %}{{ x.name }}",
            })
    void a_template_that_reads_the_whole_input_is_known(String template) {
        assertThat(PromptTemplate.compile(template).use().wholeInput()).isTrue();
    }

    @Test
    void a_template_of_one_expression_gives_its_value() {
        assertThat(PromptTemplate.compileValue("{{ input.age }}").value(names(ROW))).isEqualTo(42L);
        assertThat(PromptTemplate.compileValue("{{ input.note }}").value(names(ROW))).isNull();
        assertThat(PromptTemplate.compileValue("n {{ input.age }}").value(names(ROW)))
                .isEqualTo("n 42");
    }
}
