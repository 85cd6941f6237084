package io.rvbbit.it.testkit;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A result as text: a line of column names, then a line for each row, cells parted by {@code |}.
 *
 * @param rows in the order in which they came; null is SQL's NULL
 */
public record SqlTable(List<String> columns, List<List<@Nullable String>> rows) {
    static final SqlTable EMPTY = new SqlTable(List.of(), List.of());

    static SqlTable of(ResultSet result) throws SQLException {
        ResultSetMetaData meta = result.getMetaData();
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(meta.getColumnLabel(i));
        }
        List<List<@Nullable String>> rows = new ArrayList<>();
        while (result.next()) {
            List<@Nullable String> row = new ArrayList<>();
            for (int i = 1; i <= columns.size(); i++) {
                row.add(result.getString(i));
            }
            rows.add(row);
        }
        return new SqlTable(columns, rows);
    }

    /** The values of one column. */
    public List<@Nullable String> column(String name) {
        int at = columns.indexOf(name);
        if (at < 0) {
            throw new IllegalArgumentException("no column " + name + " in " + columns);
        }
        List<@Nullable String> values = new ArrayList<>();
        rows.forEach(row -> values.add(row.get(at)));
        return values;
    }

    /** Lines of the table, as the tests write it: NULL in words, a line break as {@code \n}. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.join(" | ", columns));
        for (List<@Nullable String> row : rows) {
            lines.add(
                    String.join(
                            " | ",
                            row.stream()
                                    .map(cell -> cell == null ? "NULL" : cell.replace("\n", "\\n"))
                                    .toList()));
        }
        return lines;
    }

    /** The same form from a table that a test has laid out with spaces. */
    static List<String> linesOf(String text) {
        return text.strip()
                .lines()
                .map(line ->
                        String.join(
                                " | ",
                                Arrays.stream(line.split("\\|", -1)).map(String::strip).toList()))
                .toList();
    }
}
