package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AutoLimitTest {

    private static Optional<Boolean> structure(String query) {
        return QueryStructure.isLimited(query, Lexer.tokens(query));
    }

    @Test
    void jsqlparser_reads_the_structure_of_common_queries() {
        assertThat(structure("SELECT * FROM t LIMIT 5")).contains(true);
        assertThat(structure("SELECT * FROM (SELECT * FROM t LIMIT 5) AS x")).contains(false);
        assertThat(structure("SELECT 1 LIMIT LIMIT ,")).isEmpty();
    }

    @Test
    void the_limit_behind_a_union_belongs_to_the_whole_also_where_jsqlparser_says_no() {
        String query = "SELECT 1 UNION ALL SELECT 2 LIMIT 5";

        assertThat(structure(query)).contains(false);
        assertThat(AutoLimit.hasOwnLimit(query)).isTrue();
    }

    @Test
    void unclear_words_are_no_limit_unless_the_structure_says_so() {
        assertThat(AutoLimit.hasOwnLimit("SELECT * FROM t LIMIT , 5")).isFalse();
        assertThat(AutoLimit.hasOwnLimit("(".repeat(99) + "SELECT 1 LIMIT 5" + ")".repeat(99)))
                .isFalse();
        assertThat(AutoLimit.hasOwnLimit("SELECT * FROM t LIMIT :n")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM t LIMIT 5",
                "select * from t order by a limit 5 offset 2",
                "SELECT * FROM t OFFSET 2 LIMIT 5",
                "SELECT * FROM t LIMIT $1",
                "SELECT * FROM t LIMIT ?",
                "SELECT * FROM t LIMIT 10%",
                "SELECT * FROM t LIMIT (SELECT 5)",
                "SELECT * FROM t LIMIT getvariable('n')",
                "SELECT * FROM t FETCH FIRST 5 ROWS ONLY",
                "SELECT * FROM t OFFSET 1 ROW FETCH NEXT ROW ONLY",
                "FROM t LIMIT 5",
                "FROM t SELECT a LIMIT 5",
                "TABLE t LIMIT 5",
                "VALUES (1), (2) LIMIT 1",
                "WITH x AS (SELECT 1) SELECT * FROM x LIMIT 5",
                "WITH x(a) AS MATERIALIZED (SELECT 1), y AS (SELECT 2) (SELECT * FROM x LIMIT 5)",
                "(SELECT * FROM t LIMIT 5)",
                "((SELECT * FROM t LIMIT 5))",
                "(SELECT * FROM t LIMIT 5) ORDER BY a",
                "(SELECT * FROM t) LIMIT 5",
                "SELECT 1 UNION ALL SELECT 2 LIMIT 5",
                "(SELECT 1 LIMIT 1) UNION ALL (SELECT 2) LIMIT 5",
                "PIVOT t ON a USING sum(b) LIMIT 5",
                "SELECT a AS limit FROM t LIMIT 5",
                "SELECT CASE WHEN a THEN 1 END FROM t -- x\nLIMIT 5",
                "SELECT * FROM t USING SAMPLE 10 ROWS LIMIT 5",
                "SELECT * EXCLUDE (limit_x) FROM t /* LIMIT ALL */ LIMIT 5"
            })
    void a_query_with_its_own_limit_gets_no_other(String query) {
        assertThat(AutoLimit.hasOwnLimit(query)).isTrue();
        if (!query.contains("UNION")) {
            assertThat(structure(query)).isNotEqualTo(Optional.of(false));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM t",
                "SELECT * FROM t LIMIT ALL",
                "SELECT * FROM t LIMIT NULL",
                "SELECT * FROM t OFFSET 5",
                "SELECT * FROM t OFFSET 5 ROWS",
                "SELECT * FROM (SELECT * FROM t LIMIT 5)",
                "SELECT * FROM (SELECT * FROM t LIMIT 5) AS x WHERE a IN (SELECT b FROM u LIMIT 1)",
                "WITH x AS (SELECT * FROM t LIMIT 5) SELECT * FROM x",
                "WITH RECURSIVE x AS (SELECT 1 LIMIT 5) (SELECT * FROM x)",
                "SELECT 'LIMIT 5' FROM t",
                "SELECT 1 FROM t -- LIMIT 5",
                "SELECT 1 FROM t /* LIMIT 5 */",
                "SELECT $$ LIMIT 5 $$",
                "SELECT \"limit\" FROM t",
                "SELECT a AS \"limit\" FROM t",
                "SELECT a AS limit FROM t",
                "SELECT t.limit FROM t",
                "SELECT list_sort([x FOR x IN l LIMIT 5])",
                "(SELECT 1 LIMIT 1) UNION ALL (SELECT 2 LIMIT 1)",
                "SELECT * FROM t USING SAMPLE 10%",
                "SELECT * FROM t TABLESAMPLE 5 ROWS",
                "FROM t",
                "TABLE t",
                "SELECT max(a) FILTER (WHERE b) OVER (ORDER BY c) FROM t",
                "RVBBIT MAP 'x' USING (SELECT 1 LIMIT 5) WITH (limit = 5)",
                "SELECT CASE WHEN a THEN (SELECT 1 LIMIT 1) END FROM t",
                ""
            })
    void a_query_without_its_own_limit_is_bounded(String query) {
        assertThat(AutoLimit.hasOwnLimit(query)).isFalse();
        assertThat(structure(query)).isNotEqualTo(Optional.of(true));
    }
}
