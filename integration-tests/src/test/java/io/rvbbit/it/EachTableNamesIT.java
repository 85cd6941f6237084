package io.rvbbit.it;

import static io.rvbbit.rewriter.SqlState.INVALID_PARAMETER_VALUE;
import static io.rvbbit.rewriter.SqlState.UNDEFINED_TABLE;
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
import org.junit.jupiter.params.provider.CsvSource;

/** The names of tables that cells take their rows from: they stand for what they do in SQL. */
@GatewayTest
class EachTableNamesIT {
    private static final Path FILE = TestGateway.cascades().resolve("each_named_here.yaml");
    private static final String MAP =
            "RVBBIT MAP 'each_named_here' AS said USING (SELECT 'it' AS text)";

    @AfterEach
    void remove_the_file() throws IOException {
        boolean _ = Files.deleteIfExists(FILE);
    }

    private static void write(String table) throws IOException {
        Files.writeString(
                FILE,
                """
                cascade_id: each_named_here
                cells:
                - name: each
                  for_each_row: {table: '%s', max_parallel: 1}
                  instructions: "{{ row.name }}"
                """
                        .formatted(table));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "named_here | ann",
                "public.named_here | ann",
                "\"default\".public.named_here | ann",
                "\"default\".\"public\".\"named_here\" | ann",
                "Public.NAMED_here | ann",
                "named_schema.named_here | bob",
                "\"default\".named_schema . named_here | bob",
                "named_schema.\"Named \"\"x.y\"\" Here\" | eve",
            })
    void a_name_stands_for_the_same_table_as_in_sql(String table, String name, SqlSession sql)
            throws IOException {
        sql.execute("CREATE OR REPLACE TABLE named_here AS SELECT 'ann' AS name");
        sql.execute("CREATE SCHEMA IF NOT EXISTS named_schema");
        sql.execute("CREATE OR REPLACE TABLE named_schema.named_here AS SELECT 'bob' AS name");
        sql.execute(
                "CREATE OR REPLACE TABLE named_schema.\"Named \"\"x.y\"\" Here\" AS SELECT 'eve' AS name");
        sql.model().answering(request -> StubAnswer.text(request.lastUserMessage()));
        write(table);

        sql.query("SELECT name FROM " + table).returns("name\n" + name);
        sql.query(MAP).returns("text | said\nit | [\"" + name + "\"]");

        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void a_schema_in_which_sql_finds_nothing_has_nothing_here_either(SqlSession sql)
            throws IOException {
        sql.execute("CREATE OR REPLACE TABLE named_here AS SELECT 'ann' AS name");
        write("main.named_here");

        sql.query("SELECT name FROM main.named_here").fails(UNDEFINED_TABLE);
        sql.query(MAP).fails(UNDEFINED_TABLE).says("each_named_here.yaml:4").says("named_here");

        assertThat(sql.model().calls()).isZero();
    }

    @Test
    void a_search_path_is_followed(SqlSession sql) throws IOException {
        sql.execute("CREATE SCHEMA IF NOT EXISTS named_path");
        sql.execute("CREATE OR REPLACE TABLE named_path.found_here AS SELECT 'kim' AS name");
        sql.execute("SET search_path = named_path");
        sql.model().answering(request -> StubAnswer.text(request.lastUserMessage()));
        write("found_here");

        sql.query(MAP).returns("text | said\nit | [\"kim\"]");

        assertThat(sql.model().calls()).isEqualTo(1);
    }

    @Test
    void what_is_no_name_is_told_with_its_place(SqlSession sql) throws IOException {
        write("named_here; DROP \"x");

        sql.query(MAP).fails(INVALID_PARAMETER_VALUE).says("each_named_here.yaml:4:25");

        assertThat(sql.model().calls()).isZero();
    }
}
