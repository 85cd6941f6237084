package io.rvbbit.tracking;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.duckdb.DuckDBConnection;

/**
 * The pair of tables {@code <name>_open} and {@code <name>_closed}.
 *
 * <p>Which ids are in the open table is remembered, so that a batch deletes only what is there;
 * after a failure they are read again. Threading: the books' writer thread only.
 */
final class HotTable<C extends Enum<C> & Column> {
    private final String name;
    private final C id;
    private final C closedAt;
    private final DuckDbAppends<C> open;
    private final DuckDbAppends<C> closed;
    private final Set<String> inOpen = new HashSet<>();
    private boolean known;

    /** {@code closedAt} is not NULL on a row that moves to the closed table. */
    HotTable(String name, List<C> columns, C id, C closedAt) {
        this.name = name;
        this.id = id;
        this.closedAt = closedAt;
        this.open = new DuckDbAppends<>(name + "_open", columns);
        this.closed = new DuckDbAppends<>(name + "_closed", columns);
    }

    /**
     * Writes the newest row of each id, within the caller's transaction.
     *
     * @param reopened whether the id may stand among the closed ones, and begins again
     */
    void write(
            DuckDBConnection connection,
            List<Row<C>> rows,
            UnaryOperator<Row<C>> stored,
            Predicate<Row<C>> reopened)
            throws SQLException {
        remember(connection);
        delete(
                connection,
                "closed",
                rows.stream().filter(reopened).map(row -> row.text(id)).toList());
        List<Row<C>> running = new ArrayList<>();
        List<Row<C>> ended = new ArrayList<>();
        List<String> stale = new ArrayList<>();
        for (Row<C> row : rows) {
            (row.get(closedAt) == null ? running : ended).add(row);
            if (inOpen.contains(row.text(id))) {
                stale.add(row.text(id));
            }
        }
        delete(connection, "open", stale);
        open.append(connection, running, stored);
        closed.append(connection, ended, stored);
    }

    /** The transaction that wrote {@code rows} is committed. */
    void committed(List<Row<C>> rows) {
        for (Row<C> row : rows) {
            if (row.get(closedAt) == null) {
                inOpen.add(row.text(id));
            } else {
                inOpen.remove(row.text(id));
            }
        }
    }

    /** It is not certain any more what the open table holds. */
    void forget() {
        inOpen.clear();
        known = false;
    }

    private void remember(DuckDBConnection connection) throws SQLException {
        if (known) {
            return;
        }
        try (PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT " + id.sqlName() + " FROM " + name + "_open");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                inOpen.add(rows.getString(1));
            }
        }
        known = true;
    }

    private void delete(DuckDBConnection connection, String side, List<String> ids)
            throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        String sql =
                "DELETE FROM "
                        + name
                        + "_"
                        + side
                        + " WHERE "
                        + id.sqlName()
                        + " IN (SELECT unnest(?::VARCHAR[]))";
        try (PreparedStatement delete = connection.prepareStatement(sql)) {
            delete.setArray(1, connection.createArrayOf("VARCHAR", ids.toArray()));
            delete.executeUpdate();
        }
    }
}
