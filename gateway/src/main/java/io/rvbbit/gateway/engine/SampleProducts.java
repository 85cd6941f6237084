package io.rvbbit.gateway.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The table that a new user can try the shipped cascades on. */
final class SampleProducts {
    static final String RESOURCE = "/examples/products.csv";

    private static final List<String> COLUMNS =
            List.of("product_id", "product_name", "category", "price", "description");

    private SampleProducts() {}

    /** Loads the shipped rows; {@code products} is a view, so that it reads as ours. */
    static void load(Connection connection, String catalog) throws SQLException {
        List<List<String>> rows = read();
        if (rows.isEmpty() || !rows.getFirst().equals(COLUMNS)) {
            throw new IllegalStateException(RESOURCE + " must begin with " + COLUMNS);
        }
        String table = catalog + ".main.product_rows";
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE "
                            + table
                            + " (product_id INTEGER, product_name VARCHAR, category VARCHAR,"
                            + " price DECIMAL(10,2), description VARCHAR)");
            try (PreparedStatement insert =
                    connection.prepareStatement(
                            "INSERT INTO " + table + " VALUES (?, ?, ?, ?, ?)")) {
                for (List<String> row : rows.subList(1, rows.size())) {
                    for (int i = 0; i < COLUMNS.size(); i++) {
                        String value = row.get(i);
                        insert.setObject(i + 1, value.isEmpty() ? null : value);
                    }
                    insert.execute();
                }
            }
            statement.execute(
                    "CREATE VIEW " + catalog + ".main.products AS SELECT * FROM " + table);
        }
    }

    private static List<List<String>> read() {
        try (InputStream in = SampleProducts.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the distribution lacks " + RESOURCE);
            }
            return rows(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException fault) {
            throw new IllegalStateException("cannot read " + RESOURCE, fault);
        }
    }

    /** Comma-separated values: quotes around a value, two quotes for one inside. */
    static List<List<String>> rows(String csv) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            char character = csv.charAt(i);
            if (quoted) {
                boolean escaped =
                        character == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"';
                if (character != '"' || escaped) {
                    value.append(character);
                    i += escaped ? 1 : 0;
                } else {
                    quoted = false;
                }
            } else if (character == '"') {
                quoted = true;
            } else if (character == ',' || character == '\n') {
                row.add(value.toString());
                value.setLength(0);
                if (character == '\n') {
                    rows.add(List.copyOf(row));
                    row.clear();
                }
            } else if (character != '\r') {
                value.append(character);
            }
        }
        if (!value.isEmpty() || !row.isEmpty()) {
            row.add(value.toString());
            rows.add(List.copyOf(row));
        }
        return rows;
    }
}
