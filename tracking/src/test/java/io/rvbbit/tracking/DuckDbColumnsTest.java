package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookType;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DuckDbColumnsTest {
    private static final List<BookColumn> COLUMNS =
            List.of(
                    new BookColumn("a", BookType.TEXT),
                    new BookColumn("n", BookType.BIGINT),
                    new BookColumn("b", BookType.TEXT),
                    new BookColumn("moment", BookType.TIMESTAMPTZ),
                    new BookColumn("c", BookType.TEXT));

    @Test
    void texts_that_come_together_are_what_they_are_one_by_one() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    CREATE TABLE t AS SELECT * FROM (VALUES
                        ('', 1, NULL, to_timestamp(1.5), '-'),
                        ('3:ab', NULL, 'grün 😀', NULL, chr(0) || '1:'),
                        (NULL, 3, NULL, to_timestamp(0), NULL)) v(a, n, b, moment, c)\
                    """);

            assertThat(rows(statement, new DuckDbColumns(COLUMNS, true)))
                    .isEqualTo(rows(statement, new DuckDbColumns(COLUMNS, false)))
                    .startsWith("[, 1, null, 1970-01-01T00:00:01.500Z, -]\n[3:ab, null, grün 😀,");
        }
    }

    private static String rows(Statement statement, DuckDbColumns columns) throws Exception {
        StringBuilder all = new StringBuilder();
        try (ResultSet rows =
                statement.executeQuery("SELECT " + columns.expressions() + " FROM t")) {
            while (rows.next()) {
                all.append(Arrays.asList(columns.values(rows))).append('\n');
            }
        }
        return all.toString();
    }
}
