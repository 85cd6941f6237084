package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SqlTemplateTest {
    private static String render(String template, @Nullable Object x) {
        Map<String, @Nullable Object> input = new HashMap<>();
        input.put("x", x);
        return SqlTemplate.compile(template)
                .render(Map.of("input", input, "outputs", Map.of(), "state", Map.of()))
                .sql();
    }

    @Test
    void values_become_literals() {
        assertThat(render("SELECT {{ input.x }}", "it's")).isEqualTo("SELECT  'it''s'");
        assertThat(render("SELECT {{ input.x }}", null)).isEqualTo("SELECT  NULL");
        assertThat(render("SELECT {{ input.x }}", true)).isEqualTo("SELECT  TRUE");
        assertThat(render("SELECT 1 -{{ input.x }}", -5L)).isEqualTo("SELECT 1 - (-5)");
        assertThat(render("SELECT {{ input.x }}", new java.math.BigDecimal("1.50")))
                .isEqualTo("SELECT  1.50");
        assertThat(render("SELECT {{ input.x }}", Arrays.asList("a'", 1L, null)))
                .isEqualTo("SELECT  ['a''', 1, NULL]");
        assertThat(render("SELECT {{ input.x }}", Map.of("k'", "v")))
                .isEqualTo("SELECT  {'k''': 'v'}");
        assertThat(render("SELECT {{ input.x | upper }}", "a'b")).isEqualTo("SELECT  'A''B'");
    }

    @Test
    void a_name_is_quoted() {
        assertThat(render("SELECT * FROM {{ input.x | ident }}", "a\"b"))
                .isEqualTo("SELECT * FROM  \"a\"\"b\"");
        assertThat(render("SELECT * FROM {{ input.x }}", new SqlIdentifier("t 1")))
                .isEqualTo("SELECT * FROM  \"t 1\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT '{{ input.x }}'",
                "SELECT '%{{ input.x }}%'",
                "SELECT E'\\'{{ input.x }}'",
                "SELECT \"{{ input.x }}\"",
                "SELECT $$ {{ input.x }} $$",
                "SELECT $a$ {{ input.x }} $a$",
                "SELECT 1 -- {{ input.x }}",
                "SELECT 1 /* {{ input.x }} */",
                "SELECT 1 /* /* */ {{ input.x }} */",
                "SELECT 'a",
                "SELECT /* a",
                "SELECT $$ a",
                "SELECT \"a",
                "{% set q %}{{ input.x }}{% endset %}SELECT {{ q }}",
                "SELECT {% raw %}{{ input.x }}{% endraw %}",
                "SELECT {% if input.x %}'{% endif %}{{ input.x }}",
                "{% include input.x %}",
                "{% print input.x %}",
                "SELECT \uE0000\uE001",
            })
    void a_value_where_it_would_be_no_literal_is_refused_when_read(String template) {
        assertThatThrownBy(() -> SqlTemplate.compile(template)).isInstanceOf(TemplateFault.class);
    }

    @Test
    void a_quote_that_only_one_branch_opens_is_found_when_rendered() {
        // Straight through, the quotes of both branches close each other.
        String template =
                "SELECT {% if input.x == 'a' %}'{% else %}'{% endif %}{{ input.x }}"
                        + "{% if input.x == 'zz' %}'{% else %}'{% endif %}";
        assertThatThrownBy(() -> render(template, " || (DELETE FROM t) || "))
                .isInstanceOf(TemplateFault.class);
        String comment = "SELECT {% if input.x %}-{% endif %}-{{ input.x }}\n";
        assertThatThrownBy(() -> render(comment, "\n; DROP TABLE t"))
                .isInstanceOf(TemplateFault.class);
    }

    @Test
    void marks_in_data_are_data() {
        String mark = SqlMarks.mark(0);
        assertThat(render("SELECT {{ input.x }}", mark)).isEqualTo("SELECT  '" + mark + "'");
        assertThat(render("SELECT {{ input.x ~ input.x }}", mark + "'"))
                .isEqualTo("SELECT  '" + mark + "''" + mark + "'''");
    }

    @Test
    void values_without_a_literal_are_faults() {
        assertThatThrownBy(() -> render("SELECT {{ input.x }}", "a\0b"))
                .isInstanceOf(TemplateFault.class);
        assertThatThrownBy(() -> render("SELECT {{ input.x | ident }}", ""))
                .isInstanceOf(TemplateFault.class);
        assertThatThrownBy(() -> render("SELECT {{ input.y }}", "a"))
                .isInstanceOf(TemplateFault.class);
    }

    @Test
    void duckdb_reads_hostile_values_as_just_these_values() throws SQLException {
        List<String> bits =
                List.of(
                        "'",
                        "''",
                        "\\",
                        "\\'",
                        "\"",
                        "$$",
                        "$a$",
                        "--",
                        "/*",
                        "*/",
                        ";",
                        "\n",
                        "{{ input.x }}",
                        "{%",
                        "%}",
                        "DROP TABLE t",
                        "\uE000",
                        "\uE001",
                        "0",
                        "E",
                        "é",
                        "😀",
                        " ",
                        "%",
                        "?",
                        "$1",
                        "a",
                        ")",
                        "(");
        Random random = new Random(20261122);
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            for (int i = 0; i < 300; i++) {
                StringBuilder value = new StringBuilder();
                for (int j = random.nextInt(8); j >= 0; j--) {
                    value.append(bits.get(random.nextInt(bits.size())));
                }
                String text = value.toString();
                String sql =
                        render(
                                "SELECT {{ input.x }} AS a, [{{ input.x }}][1] AS b, /* c */ 1 AS"
                                        + " {{ input.x | ident }}, {{ [input.x, 'z'] }} AS d",
                                text);
                try (ResultSet row = statement.executeQuery(sql)) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getString(1)).isEqualTo(text);
                    assertThat(row.getString(2)).isEqualTo(text);
                    assertThat(row.getMetaData().getColumnName(3)).isEqualTo(text);
                    assertThat(row.next()).isFalse();
                }
            }
        }
    }
}
