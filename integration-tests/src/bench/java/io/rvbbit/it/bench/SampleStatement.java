package io.rvbbit.it.bench;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What statements the parsing is measured with. */
public enum SampleStatement {
    SELECT_1("SELECT 1"),
    FIVE_KILOBYTES(
            IntStream.range(0, 55)
                    .mapToObj(i ->
                            """
                            CASE WHEN s.i %% %d = 0 THEN 'every %d' -- a note
                                 ELSE upper(s.t) || ' no' END AS "Column %d\""""
                                    .formatted(i + 2, i + 2, i))
                    .collect(
                            Collectors.joining(
                                    ",\n",
                                    "SELECT ",
                                    " FROM (SELECT 7 AS i, 'text' AS t) AS s WHERE s.i BETWEEN 1 AND 1000")));

    private final String sql;

    SampleStatement(String sql) {
        this.sql = sql;
    }

    public String sql() {
        return sql;
    }
}
