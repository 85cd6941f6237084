package io.rvbbit.tracking;

import com.clickhouse.jdbc.ConnectionImpl;
import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.Scan;
import io.rvbbit.tracking.EventStore.Batch;
import io.rvbbit.tracking.completion.CallStore;
import io.rvbbit.tracking.completion.CompletionPolicy;
import io.rvbbit.tracking.completion.CompletionWorker;
import io.rvbbit.tracking.retention.RetentionStore;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The same batches in ClickHouse and in a DuckDB file, each with a database of its own.
 *
 * <p>Threading: one thread.
 */
final class TwoStores implements AutoCloseable {
    static final String LOG = "0c2ff5a2-51cd-4bb4-b9f3-8e4c0c3a0001";

    private final ClickHouseServer server;
    private final String database = "it_" + UUID.randomUUID().toString().replace('-', '_');
    private final ClickHouse address;
    private final DuckDbFile file;
    private final Bookkeeper bookkeeper = new Bookkeeper(Bookkeeper.Past.NONE);
    private final Numbering numbering = new Numbering();
    private final List<Event> told = new ArrayList<>();

    final ClickHouseStore clickHouse;
    final DuckDbEventStore duckDb;

    TwoStores(ClickHouseServer server, Path directory) throws SQLException {
        this.server = server;
        address =
                new ClickHouse(
                        ClickHouseAddress.of(
                                server.url(database), server.user(), server.password()));
        file = new DuckDbFile(directory.resolve("books.duckdb"));
        clickHouse = store();
        duckDb = new DuckDbEventStore(file);
        clickHouse.open();
        duckDb.open();
    }

    /** A store as another process would have it. */
    ClickHouseStore store() {
        return storeOf(LOG);
    }

    ClickHouseStore storeOf(String log) {
        return new ClickHouseStore(address, log, true, Clock.systemUTC());
    }

    /** What is told becomes one batch. */
    Batch batch(Consumer<EventSink> story) {
        story.accept(told::add);
        Batch batch = numbering.book(bookkeeper, told);
        told.clear();
        return batch;
    }

    /** What is told becomes one batch of both. */
    void store(Consumer<EventSink> story) throws SQLException {
        Batch batch = batch(story);
        clickHouse.append(batch);
        duckDb.append(batch);
    }

    RetentionStore clickHouseRetention() {
        return new ClickHouseRetention(address);
    }

    RetentionStore duckDbRetention() {
        return new DuckDbRetention(file);
    }

    StoreReader clickHouseReader() {
        return new ClickHouseBookReader(
                address, router(new ClickHouseCallStore(address, LOG, new PartitionShare())));
    }

    StoreReader duckDbReader() {
        return new DuckDbBookReader(file, router(new DuckDbCallStore(file)));
    }

    /** One that has nobody wait for its worker, which does nothing. */
    private static CallRouter router(CallStore calls) {
        return new CallRouter(
                new CompletionWorker(calls, CompletionPolicy.DEFAULT, Clock.systemUTC()),
                Duration.ZERO);
    }

    /** All columns of all rows of one table, in an order of their own. */
    static List<List<@Nullable Object>> rows(
            StoreReader reader, BookTable table, @Nullable String user) {
        List<String> columns = table.columns().stream().map(BookColumn::name).toList();
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Scan scan = reader.scan(table.name(), columns, user)) {
            for (@Nullable Object @Nullable [] row = scan.next(); row != null; row = scan.next()) {
                rows.add(Arrays.asList(row));
            }
        }
        rows.sort((one, other) -> one.toString().compareTo(other.toString()));
        return rows;
    }

    ConnectionImpl connect() throws SQLException {
        return address.connect();
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What ClickHouse itself answers, one text a row. */
    List<String> ask(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(text(result.getObject(i)));
                }
                rows.add(String.join(" | ", row));
            }
        }
        return rows;
    }

    /** Money without an exponent, and everything in lower case. */
    static String text(@Nullable Object value) {
        return value instanceof BigDecimal money
                ? money.toPlainString()
                : String.valueOf(value).toLowerCase(Locale.ROOT);
    }

    long count(String table) throws SQLException {
        return Long.parseLong(ask("SELECT count() FROM " + table).getFirst());
    }

    @Override
    public void close() throws SQLException {
        clickHouse.close();
        duckDb.close();
        file.close();
        try (Connection connection = server.connect("default");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + database);
        }
    }
}
