package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.Statement.PromoteStatement;
import org.junit.jupiter.api.Test;

class PromoteParserTest {
    private static PromoteStatement parse(String sql) {
        return (PromoteStatement) StatementParser.parse(sql).getFirst();
    }

    private static SqlException refusal(String sql) {
        return catchThrowableOfType(SqlException.class, () -> StatementParser.parse(sql));
    }

    @Test
    void a_function_and_a_file_are_all_it_needs() {
        PromoteStatement promote =
                parse("rvbbit /* so */ Promote function Sentiment_Of to 'traits/s.yaml'");

        assertThat(promote.schema()).isEmpty();
        assertThat(promote.name()).isEqualTo("sentiment_of");
        assertThat(promote.file()).isEqualTo("traits/s.yaml");
        assertThat(promote.redact()).isFalse();
    }

    @Test
    void a_schema_and_quoted_names_and_redact_are_read() {
        PromoteStatement promote =
                parse(
                        "RVBBIT PROMOTE FUNCTION stripe.\"Charge It\" TO 'c.yaml' WITH (redact=true)");

        assertThat(promote.schema()).isEqualTo("stripe");
        assertThat(promote.name()).isEqualTo("Charge It");
        assertThat(promote.redact()).isTrue();
    }

    @Test
    void what_is_missing_is_said_where_it_is_missing() {
        assertThat(refusal("RVBBIT PROMOTE sentiment_of TO 'x.yaml'").position()).isEqualTo(16);
        assertThat(refusal("RVBBIT PROMOTE FUNCTION 'f' TO 'x.yaml'").position()).isEqualTo(25);
        assertThat(refusal("RVBBIT PROMOTE FUNCTION f INTO 'x.yaml'").position()).isEqualTo(27);
        assertThat(refusal("RVBBIT PROMOTE FUNCTION f TO x.yaml").position()).isEqualTo(30);
        SqlException end = refusal("RVBBIT PROMOTE FUNCTION f TO 'x.yaml' now");
        assertThat(end.state()).isEqualTo(SqlState.SYNTAX_ERROR);
        assertThat(end.position()).isEqualTo(39);
        assertThat(end.hint().orElse("")).contains("RVBBIT PROMOTE FUNCTION name TO");
        assertThat(refusal("RVBBIT PROMOTE FUNCTION a.b.c TO 'x.yaml'").getMessage())
                .contains("at most a schema");
    }

    @Test
    void only_redact_is_a_key_and_it_is_true_or_false() {
        SqlException key = refusal("RVBBIT PROMOTE FUNCTION f TO 'x.yaml' WITH (redct = true)");
        assertThat(key.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
        assertThat(key.position()).isEqualTo(45);
        assertThat(key.hint().orElse("")).isEqualTo("did you mean redact? keys: redact");
        assertThat(refusal("RVBBIT PROMOTE FUNCTION f TO 'x.yaml' WITH (redact = 3)").state())
                .isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
    }
}
