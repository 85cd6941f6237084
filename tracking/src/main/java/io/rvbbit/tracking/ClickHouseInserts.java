package io.rvbbit.tracking;

import com.clickhouse.client.api.insert.InsertResponse;
import com.clickhouse.client.api.insert.InsertSettings;
import com.clickhouse.data.ClickHouseFormat;
import com.clickhouse.jdbc.ConnectionImpl;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rows into one ClickHouse table: inserts of at most some megabytes, each with a token.
 *
 * <p>The same rows make the same inserts with the same tokens, so a batch that was stored in part
 * may be repeated: the table skips what it has. They go through the driver's client, because its
 * prepared statements cannot carry a token. Threading: one thread at a time.
 *
 * @param columns what is written, in that order; the table may have more, which have defaults
 * @param required columns that the table does not let be NULL, beside texts
 * @param more names of further columns, whose values {@link Extra} writes
 */
record ClickHouseInserts<C extends Enum<C> & Column>(
        String table, List<C> columns, Set<C> required, List<String> more) {
    /** Bytes before compression: far below what ClickHouse makes one block of. */
    private static final int MOST_BYTES = 16 << 20;

    ClickHouseInserts {
        columns = List.copyOf(columns);
        required = Set.copyOf(required);
        more = List.copyOf(more);
    }

    /** Writes the values of {@link #more}. */
    interface Extra<C extends Enum<C> & Column> {
        void write(RowBinary out, Row<C> row);
    }

    void insert(ConnectionImpl connection, String token, List<Row<C>> rows) throws SQLException {
        insert(connection, token, rows, (_, _) -> {});
    }

    void insert(ConnectionImpl connection, String token, List<Row<C>> rows, Extra<C> extra)
            throws SQLException {
        List<String> names =
                Stream.concat(columns.stream().map(Column::sqlName), more.stream()).toList();
        RowBinary out = new RowBinary();
        int part = 0;
        for (int i = 0; i < rows.size(); i++) {
            write(out, rows.get(i));
            extra.write(out, rows.get(i));
            if (out.size() >= MOST_BYTES || i == rows.size() - 1) {
                insert(connection, table, names, token + ":" + part, out);
                out.clear();
                part++;
            }
        }
    }

    private void write(RowBinary out, Row<C> row) {
        for (C column : columns) {
            @Nullable Object value = row.get(column);
            if (column.initial() != null || required.contains(column)) {
                out.value(
                        column,
                        Objects.requireNonNull(value, () -> table + "." + column + " is NULL"));
            } else {
                out.nullable(column, value);
            }
        }
    }

    static void insert(
            ConnectionImpl connection,
            String table,
            List<String> columns,
            String token,
            RowBinary rows)
            throws SQLException {
        InsertSettings settings = new InsertSettings().setDeduplicationToken(token);
        try (InsertResponse response =
                connection
                        .getClient()
                        .insert(
                                table,
                                columns,
                                out -> {
                                    try (out) {
                                        rows.writeTo(out);
                                    }
                                },
                                ClickHouseFormat.RowBinary,
                                settings)
                        .get()) {
            // That it came says that the rows are stored: the number in it leaves out repeated
            // ones.
            Objects.requireNonNull(response);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while writing " + table, e);
        } catch (ExecutionException | RuntimeException e) {
            throw ClickHouse.failure(e);
        }
    }
}
