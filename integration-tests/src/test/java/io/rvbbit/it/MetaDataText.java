package io.rvbbit.it;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What a driver tells of the objects in schema sales, as text: one block per question. */
final class MetaDataText {
    private static final String SCHEMA = "sales";
    // Numbers that differ between any two servers.
    private static final List<String> VOLATILE = List.of("PAGES", "CARDINALITY");

    private final StringBuilder text = new StringBuilder();

    private MetaDataText() {}

    /** Prints what the server at that JDBC URL tells, which is how the expected text was made. */
    public static void main(String[] arguments) throws SQLException {
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            System.out.print(of(connection.getMetaData()));
        }
    }

    static String of(DatabaseMetaData meta) throws SQLException {
        MetaDataText text = new MetaDataText();
        text.add("schemas", meta.getSchemas(null, SCHEMA));
        text.add("table types", meta.getTableTypes());
        text.add("tables", meta.getTables(null, SCHEMA, "%", null));
        text.add("views", meta.getTables(null, SCHEMA, "v%", new String[] {"VIEW"}));
        text.add("columns", meta.getColumns(null, SCHEMA, "%", "%"));
        for (String table : List.of("customers", "orders", "order_lines", "Mixed Case", "plain")) {
            text.add("primary keys of " + table, meta.getPrimaryKeys(null, SCHEMA, table));
            text.add("imported keys of " + table, meta.getImportedKeys(null, SCHEMA, table));
            text.add("exported keys of " + table, meta.getExportedKeys(null, SCHEMA, table));
            text.add("indexes of " + table, meta.getIndexInfo(null, SCHEMA, table, false, true));
            text.add(
                    "best rows of " + table,
                    meta.getBestRowIdentifier(
                            null, SCHEMA, table, DatabaseMetaData.bestRowSession, true));
            text.add("version columns of " + table, meta.getVersionColumns(null, SCHEMA, table));
        }
        text.add(
                "keys between orders and customers",
                meta.getCrossReference(null, SCHEMA, "customers", null, SCHEMA, "orders"));
        text.add("types of users", meta.getUDTs(null, SCHEMA, "%", null));
        text.add("super tables", meta.getTablePrivileges(null, "nowhere", "%"));
        text.add("functions", meta.getFunctions(null, SCHEMA, "%"));
        text.add("function columns", meta.getFunctionColumns(null, SCHEMA, "%", "%"));
        text.add("procedures", meta.getProcedures(null, SCHEMA, "%"));
        text.add("procedure columns", meta.getProcedureColumns(null, SCHEMA, "%", "%"));
        text.add("client info", meta.getClientInfoProperties());
        return text.text.toString();
    }

    private void add(String question, ResultSet rows) throws SQLException {
        text.append("== ").append(question).append('\n');
        ResultSetMetaData meta = rows.getMetaData();
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            names.add(meta.getColumnName(i));
        }
        text.append(String.join("|", names)).append('\n');
        while (rows.next()) {
            List<String> values = new ArrayList<>();
            for (int i = 1; i <= names.size(); i++) {
                String value = rows.getString(i);
                // The catalog is the database's name, which is not the same everywhere.
                boolean catalog = names.get(i - 1).matches(".*_CAT(ALOG)?");
                values.add(
                        value == null
                                ? "NULL"
                                : catalog || VOLATILE.contains(names.get(i - 1)) ? "*" : value);
            }
            text.append(String.join("|", values)).append('\n');
        }
        rows.close();
    }
}
