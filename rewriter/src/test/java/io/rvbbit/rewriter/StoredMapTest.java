package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.Options.OnError;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which statements are taken apart, for the client or for a table, and into what. */
class StoredMapTest {
    private static final String MAP = "RVBBIT MAP 'c' AS r USING (SELECT a FROM t)";

    private static CascadeStatement parsed(String sql) {
        return (CascadeStatement) StatementParser.parse(sql.replace("{}", MAP)).getFirst();
    }

    private static List<CallShape> shapes(CascadeStatement statement) {
        return Collections.nCopies(
                statement.calls().size(),
                new CallShape(List.of("a"), new OutputShape.Text("r"), 10, OnError.NULL, false));
    }

    private static Optional<StoredMap> stored(String sql) {
        CascadeStatement statement = parsed(sql);
        return Rewriter.stored(statement, "'t0ken'", shapes(statement), "stage", "answered");
    }

    private static Optional<StreamedMap> streamed(String sql) {
        CascadeStatement statement = parsed(sql);
        return Rewriter.streamed(statement, "'t0ken'", shapes(statement), "stage");
    }

    @Test
    void a_table_is_made_of_answered_rows() {
        assertThat(stored("CREATE TABLE x AS {}"))
                .contains(
                        new StoredMap(
                                0,
                                """
                                SELECT * FROM (SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (
                                SELECT a FROM t
                                    ) AS q LIMIT 11) WHERE _rvbbit_within('t0ken', 0, _rvbbit_row, 10)\
                                """,
                                """
                                SELECT i._rvbbit_row, CAST(to_json(struct_pack("a" := i."a")) AS VARCHAR) AS _rvbbit_input
                                FROM stage AS i WHERE i._rvbbit_row BETWEEN $1 AND $2 ORDER BY i._rvbbit_row\
                                """,
                                """
                                SELECT m."a", json_extract_string(m._rvbbit_answer, '$.value') AS "r"
                                FROM (
                                  SELECT i.*, _rvbbit_answer('t0ken', 0, i._rvbbit_row) AS _rvbbit_answer
                                  FROM (
                                    SELECT * FROM stage WHERE _rvbbit_row BETWEEN $1 AND $2 ORDER BY _rvbbit_row
                                  ) AS i
                                ) AS m\
                                """,
                                "CREATE TABLE x AS SELECT * FROM answered"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "CREATE OR REPLACE TEMP TABLE x AS {}; CREATE OR REPLACE TEMP TABLE x AS @",
                "INSERT INTO x (a, r) {} RETURNING *; INSERT INTO x (a, r) @ RETURNING *",
                "INSERT INTO x BY NAME {} ON CONFLICT DO NOTHING; INSERT INTO x BY NAME @ ON CONFLICT DO NOTHING",
                "WITH n AS (SELECT $1) INSERT INTO x {}; WITH n AS (SELECT $1) INSERT INTO x @",
                "CREATE TABLE x AS WITH n AS (SELECT 1) {}; CREATE TABLE x AS WITH n AS (SELECT 1) @",
                "CREATE TABLE x AS SELECT * FROM ({}) m LIMIT 3; CREATE TABLE x AS SELECT * FROM (@) m LIMIT 3",
                "INSERT INTO x WITH m AS ({}) SELECT * FROM m; INSERT INTO x WITH m AS (@) SELECT * FROM m",
                "CREATE TABLE x AS RVBBIT MAP 'o' USING ({}); CREATE TABLE x AS @",
            })
    void the_statement_takes_the_answered_rows(String sql, String expected) {
        assertThat(stored(sql))
                .map(StoredMap::statement)
                .contains(expected.replace("@", "SELECT * FROM answered"));
        assertThat(streamed(sql)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE x AS SELECT r FROM ({}) m",
                "CREATE TABLE x AS SELECT * FROM ({}) m WHERE r = 'x'",
                "CREATE TABLE x AS SELECT * FROM ({}) m LIMIT 3 OFFSET 2",
                "CREATE TABLE x AS SELECT * FROM ({}) m WITH NO DATA",
                "INSERT INTO x SELECT count(*) FROM ({}) m",
                "INSERT INTO x {} RETURNING $1",
                "WITH n AS ({}) INSERT INTO x RVBBIT MAP 'o' USING (SELECT * FROM n)",
                "CREATE TABLE x AS RVBBIT RUN 'c' USING (SELECT a FROM t)",
                "SELECT r FROM ({}) m",
                "SELECT * FROM ({}) m WHERE r = 'x'",
                "SELECT * FROM ({}) m LIMIT 5 OFFSET 1",
                "SELECT * FROM ({}) m JOIN t USING (a)",
            })
    void what_does_not_take_the_rows_as_they_are_stays_whole(String sql) {
        assertThat(stored(sql)).isEmpty();
        assertThat(streamed(sql)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "WITH n AS (SELECT 1) {}",
                "SELECT * FROM ({}) AS m",
                "SELECT m.* FROM ({}) m LIMIT 5",
                "WITH m AS ({}) SELECT * FROM m LIMIT 5 OFFSET 0",
            })
    void the_rows_themselves_are_streamed(String sql) {
        assertThat(streamed(sql)).isPresent();
        assertThat(stored(sql)).isEmpty();
    }
}
