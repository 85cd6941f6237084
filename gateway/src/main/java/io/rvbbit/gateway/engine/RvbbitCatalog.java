package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlText;
import io.rvbbit.tracking.BookReader;
import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.BookType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.duckdb.DuckDBDriver;

/**
 * The catalogs {@code rvbbit} and {@code examples}: views over the books, macros, sample data.
 *
 * <p>They are built once per start as files, which every database attaches read-only: no client can
 * change what another one reads there. Threading: immutable.
 */
final class RvbbitCatalog {
    static final String NAME = "rvbbit";
    static final String EXAMPLES = "examples";

    private final Path directory;
    private final BookReader books;
    private final BookKeys keys = new BookKeys();
    private final CatalogStages stages;
    private final EngineExtensions extensions;
    private final Set<String> reserved;
    private final Set<String> functions = new HashSet<>();
    private final Set<String> types = new HashSet<>();

    private RvbbitCatalog(
            Path directory, BookReader books, EngineExtensions extensions, Set<String> reserved) {
        this.directory = directory;
        this.books = books;
        this.extensions = extensions;
        this.stages = new CatalogStages(extensions.stages());
        this.reserved = reserved;
    }

    static RvbbitCatalog build(Path directory, BookReader books, EngineExtensions extensions) {
        Set<String> reserved = new TreeSet<>(Set.of(NAME, "all_data"));
        books.tables().stream()
                .filter(BookTable::reserved)
                .forEach(table -> reserved.add(table.name().toLowerCase(Locale.ROOT)));
        try {
            Path place = Files.createTempDirectory(directory, "catalog-");
            RvbbitCatalog catalog = new RvbbitCatalog(place, books, extensions, reserved);
            catalog.fill();
            return catalog;
        } catch (SQLException | IOException fault) {
            throw new IllegalStateException(
                    "the catalog cannot be built: " + fault.getMessage(), fault);
        }
    }

    private void fill() throws SQLException {
        try (Connection connection = new DuckDBDriver().connect("jdbc:duckdb:", new Properties());
                Statement statement = connection.createStatement()) {
            register(connection);
            // Older storage cannot keep macros with typed parameters.
            statement.execute(
                    "ATTACH " + file(NAME) + " AS " + NAME + " (STORAGE_VERSION 'v1.4.0')");
            statement.execute("ATTACH " + file(EXAMPLES) + " AS " + EXAMPLES);
            statement.execute("USE " + NAME + ".main");
            // One commit instead of a thousand: each would be synced to the file.
            statement.execute("BEGIN TRANSACTION");
            for (String sql : AnalystMacros.statements()) {
                statement.execute(sql);
            }
            for (BookTable table : books.tables()) {
                statement.execute(view(table.name(), table));
                statement.execute(macro(table.name(), table));
            }
            if (books.tables().stream().noneMatch(table -> table.name().equals("all_data"))) {
                for (BookTable table : books.tables()) {
                    if (table.name().equals("unified_logs")) {
                        statement.execute(view("all_data", table));
                    }
                }
            }
            for (String sql : extensions.bootstrap()) {
                statement.execute(sql);
            }
            for (String sql : extensions.macros()) {
                statement.execute(sql);
            }
            statement.execute("COMMIT");
            SampleProducts.load(connection, EXAMPLES);
            read(statement, "SELECT DISTINCT function_name FROM duckdb_functions()", functions);
            read(statement, "SELECT DISTINCT type_name FROM duckdb_types()", types);
            statement.execute("USE memory");
            statement.execute("DETACH " + NAME);
            statement.execute("DETACH " + EXAMPLES);
        }
    }

    private static void read(Statement statement, String sql, Set<String> names)
            throws SQLException {
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                names.add(rows.getString(1).toLowerCase(Locale.ROOT));
            }
        }
    }

    private static String view(String name, BookTable table) {
        return "CREATE VIEW %s AS %s".formatted(SqlText.identifier(name), rows(table, "''"));
    }

    /** What {@link BookQuery} reads a table with. */
    private static String macro(String name, BookTable table) {
        return "CREATE MACRO %s(_conditions) AS TABLE %s"
                .formatted(BookQuery.macro(name), rows(table, "_conditions"));
    }

    private static String rows(BookTable table, String conditions) {
        String columns =
                table.columns().stream()
                        .map(RvbbitCatalog::column)
                        .collect(Collectors.joining(", "));
        return "SELECT %s FROM %s(%s, getvariable('%s')::VARCHAR, %s) b"
                .formatted(
                        columns,
                        BookFunction.NAME,
                        SqlText.literal(table.name()),
                        BookKeys.VARIABLE,
                        conditions);
    }

    // Qualified, since a macro that reads the view may have a parameter of the same name.
    private static String column(BookColumn column) {
        String name = SqlText.identifier(column.name());
        return column.type() == BookType.UUID ? "b." + name + "::UUID AS " + name : "b." + name;
    }

    private String file(String catalog) {
        return SqlText.literal(directory.resolve(catalog + ".duckdb").toString());
    }

    List<String> attachments() {
        return List.of(
                "ATTACH " + file(NAME) + " AS " + NAME + " (READ_ONLY)",
                "ATTACH " + file(EXAMPLES) + " AS " + EXAMPLES + " (READ_ONLY)");
    }

    /** Gives a database instance the functions that the catalogs' views and macros call. */
    void register(Connection connection) throws SQLException {
        extensions.functions().register(connection);
        BookFunction.register(connection, books, keys);
        CatalogFunction.register(connection, stages);
        CatalogLookups.register(connection, stages);
    }

    BookKeys keys() {
        return keys;
    }

    CatalogStages stages() {
        return stages;
    }

    /** Names that clients may not give to anything, in lower case. */
    Set<String> reserved() {
        return reserved;
    }

    /** Names of functions that the server's own SQL relies on, in lower case. */
    Set<String> functions() {
        return functions;
    }

    /** Names of types that the server's own SQL relies on, in lower case. */
    Set<String> types() {
        return types;
    }
}
