package io.rvbbit.gateway.catalog;

import io.rvbbit.gateway.engine.BackendFunction;
import io.rvbbit.gateway.engine.Backends;
import io.rvbbit.gateway.engine.SignalFunction;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** An in-memory instance as the gateway makes one: client database, own catalogs, bootstrap. */
final class CatalogInstance implements AutoCloseable {
    /** A result: column names, then rows of text, "NULL" for NULL. */
    record Answer(List<String> columns, List<List<String>> rows) {}

    private final Connection connection;

    CatalogInstance() throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
        execute("ATTACH ':memory:' AS shop");
        execute("CREATE SCHEMA shop.public");
        execute("ATTACH ':memory:' AS rvbbit");
        execute("ATTACH ':memory:' AS examples");
        execute("CREATE VIEW examples.main.products AS SELECT 'Air Max 97' AS product_name");
        execute("USE shop");
        BackendFunction.register(connection, new Backends(Clock.systemUTC()));
        SignalFunction.register(connection, (_, _, _) -> false);
        for (String statement : PgCatalog.bootstrap()) {
            execute(statement);
        }
        searchPath("\"shop\".public,\"shop\".main,rvbbit.main,examples.main");
    }

    private CatalogInstance(Connection connection) {
        this.connection = connection;
    }

    void searchPath(String path) throws SQLException {
        execute("SET search_path = '" + path + "'");
    }

    CatalogInstance sibling() throws SQLException {
        CatalogInstance other =
                new CatalogInstance(
                        connection.unwrap(org.duckdb.DuckDBConnection.class).duplicate());
        other.execute("USE shop");
        other.searchPath("\"shop\".public,\"shop\".main,rvbbit.main,examples.main");
        return other;
    }

    void execute(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    Answer query(String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CatalogQuery.rewrite(sql));
                ResultSet result = statement.executeQuery()) {
            ResultSetMetaData meta = result.getMetaData();
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                columns.add(meta.getColumnName(i));
            }
            List<List<String>> rows = new ArrayList<>();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns.size(); i++) {
                    row.add(Objects.toString(result.getObject(i), "NULL"));
                }
                rows.add(row);
            }
            return new Answer(columns, rows);
        }
    }

    /** The only value of a one-row, one-column answer. */
    String value(String sql) throws SQLException {
        return query(sql).rows().getFirst().getFirst();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
