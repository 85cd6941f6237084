package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.rewriter.Options.OnError;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewriterTest {
    private static final CascadeStatement NESTED =
            (CascadeStatement)
                    StatementParser.parse(
                                    "RVBBIT MAP 'o' AS y USING (RVBBIT MAP 'i' AS x USING (FROM t))")
                            .getFirst();

    private static CallShape shape(String output, String... inputs) {
        return new CallShape(
                List.of(inputs), new OutputShape.Text(output), 10, OnError.NULL, false);
    }

    @Test
    void a_call_is_described_with_the_shapes_of_those_before_it() {
        assertThat(Rewriter.describeQuery(NESTED, 0, "x", List.of())).isEqualTo("FROM t");
        assertThat(Rewriter.describeQuery(NESTED, 1, "x", List.of(shape("x", "a"))))
                .startsWith(
                        "SELECT m.\"a\", json_extract_string(m._rvbbit_answer, '$.value') AS \"x\"");
    }

    @Test
    void the_caller_is_the_expression_given() {
        String sql =
                Rewriter.rewrite(
                                NESTED,
                                "the_caller()",
                                List.of(shape("x", "a"), shape("y", "a", "x")))
                        .sql();

        assertThat(sql)
                .contains("_rvbbit_map(the_caller(), 0,")
                .contains("_rvbbit_map(the_caller(), 1,");
    }

    @Test
    void a_shape_is_needed_for_each_call() {
        assertThatThrownBy(() -> Rewriter.rewrite(NESTED, "x", List.of(shape("x", "a"))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Rewriter.describeQuery(NESTED, 1, "x", List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void columns_named_like_our_aliases_are_told_apart() {
        CascadeStatement statement =
                (CascadeStatement)
                        StatementParser.parse("RVBBIT MAP 'c' USING (SELECT 1 AS m, 2 AS q)")
                                .getFirst();

        assertThat(Rewriter.rewrite(statement, "x", List.of(shape("result", "m", "q"))).sql())
                .contains("SELECT m.\"m\", m.\"q\"")
                .contains("struct_pack(\"m\" := i.\"m\", \"q\" := i.\"q\")");
    }
}
