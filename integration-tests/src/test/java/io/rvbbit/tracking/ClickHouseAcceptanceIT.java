package io.rvbbit.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import io.rvbbit.it.testkit.AcceptanceFile;
import io.rvbbit.it.testkit.SqlSession;
import io.rvbbit.it.testkit.TestGateway;
import io.rvbbit.tracking.BookReader.BookColumn;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.BookType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract's queries as written, and all calls and sums, on the same events: over the wire with
 * the embedded store, over the wire with ClickHouse (26.7 engine behind a test front), and in
 * ClickHouse itself.
 */
class ClickHouseAcceptanceIT {
    private static final String CALLER = "sql-clever-fox-abc123";

    /** One statement is ended as orphaned when the gateway starts. */
    private static final Set<String> NEVER_EQUAL =
            Set.of(
                    "calls.completion_source",
                    "calls_complete.completion_source",
                    "calls_merged.completion_source",
                    "cost_by_statement.average_ms",
                    "cost_by_statement.slowest_ms");

    private final AcceptanceFile contract = AcceptanceFile.read();

    private static void tell(Books books, Instant now) {
        var map = new Story(books, CALLER, now);
        map.statement("RVBBIT MAP 'extract_brand' USING (SELECT 'it''s \"quoted\"')");
        for (int i = 0; i < 7; i++) {
            map.row("udf-merry-owl-0000" + i, i, Story.usage(10 + i, 2, "0.00000000000" + (1 + i)));
        }
        map.session("udf-merry-owl-open", 7, "{\"product_name\":\"unfinished\"}");
        var failed = new Story(books, "sql-calm-bee-abc124", now.plusMillis(700));
        failed.statement("SELECT rvbbit_run('x', '{}')");
        failed.row("udf-merry-owl-000099", 0, Story.usage(1, 1, "0.5"));
        failed.session("udf-merry-owl-000100", 1, "{}");
        failed.cell("udf-merry-owl-000100", "extract");
        failed.cellEnds(
                "udf-merry-owl-000100", "extract", Story.usage(5, 0, "0.25"), "{\"class\":\"x\"}");
        failed.sessionEnds("udf-merry-owl-000100", Event.SessionStatus.ERROR, "", "{}");
        failed.statementEnds(1, Story.usage(6, 1, "0.75"));
        books.scan("all_data", List.of()).close();
    }

    @Test
    void every_store_answers_the_same(@TempDir Path directory) throws Exception {
        try (ClickHouseServer server = ClickHouseServer.start()) {
            String database = "it_" + UUID.randomUUID().toString().replace('-', '_');
            Instant now = Instant.now();
            Path embedded = directory.resolve("embedded");
            Path clickHouse = directory.resolve("clickhouse");
            try (Books books = Books.open(embedded.resolve("books.duckdb"), Clock.systemUTC())) {
                tell(books, now);
            }
            ClickHouseAddress address =
                    ClickHouseAddress.of(server.url(database), server.user(), server.password());
            try (Books books =
                    Books.open(address, clickHouse, Clock.systemUTC(), BookOptions.DEFAULT)) {
                tell(books, now);
            }
            Map<String, String> withClickHouse = new HashMap<>(server.environment(database));
            withClickHouse.put("RVBBIT_DATA", clickHouse.toString());
            try (TestGateway one =
                            TestGateway.withStub(Map.of("RVBBIT_DATA", embedded.toString()));
                    TestGateway other = TestGateway.withStub(withClickHouse);
                    SqlSession fromFile = one.session();
                    SqlSession fromServer = other.session();
                    Connection itself = server.connect(database)) {
                compare(fromFile, fromServer, itself);
                compareTables(fromFile, fromServer, itself);
                optionalIndexes(itself);
                compare(fromFile, fromServer, itself);
                try (Statement statement = itself.createStatement()) {
                    statement.execute("DROP DATABASE " + database);
                }
            }
        }
    }

    private void compare(SqlSession fromFile, SqlSession fromServer, Connection itself)
            throws SQLException {
        for (int part = 2; part <= 8; part++) {
            assertThat(contract.part(part)).isNotEmpty();
            for (String written : contract.part(part)) {
                String statement =
                        written.replace("sql-clever-fox-abc123", CALLER)
                                .replace("<paste-caller-id-here>", CALLER);
                List<List<String>> expected = over(fromFile, statement);
                assertThat(expected).as(statement).isNotEmpty();
                assertThat(over(fromServer, statement)).as(statement).isEqualTo(expected);
                assertThat(in(itself, statement)).as("in itself: " + statement).isEqualTo(expected);
            }
        }
        // Part 9 asks of functions that nobody has called yet; percentile is quantile there.
        for (String written : contract.part(9)) {
            String there =
                    written.replace("percentile(latency_ms, 0.95)", "quantile(0.95)(latency_ms)");
            assertThat(over(fromServer, written)).isEqualTo(over(fromFile, written)).isEmpty();
            assertThat(in(itself, there)).isEmpty();
        }
    }

    /** Calls and sums, but for what differs from run to run: when something was, and who saw it. */
    private static void compareTables(SqlSession fromFile, SqlSession fromServer, Connection itself)
            throws SQLException {
        for (BookTable table : BookTables.ALL) {
            boolean calls = table.name().startsWith("call");
            // Nothing is traced here; ClickHouseTracesIT compares what is.
            boolean traces = table.name().startsWith("trace_");
            if (traces || (!calls && !AnalyticsTables.has(table.name()))) {
                continue;
            }
            String columns =
                    table.columns().stream()
                            .filter(column -> column.type() != BookType.TIMESTAMPTZ)
                            .map(BookColumn::name)
                            .filter(name -> !NEVER_EQUAL.contains(table.name() + "." + name))
                            .collect(Collectors.joining(", "));
            String select = "SELECT " + columns + " FROM ";
            List<List<String>> expected = over(fromFile, select + "rvbbit." + table.name());
            assertThat(expected).as(table.name()).isNotEmpty();
            assertThat(over(fromServer, select + "rvbbit." + table.name()))
                    .as(table.name())
                    .isEqualTo(expected);
            assertThat(in(itself, select + table.name()))
                    .as("in itself: " + table.name())
                    .isEqualTo(expected);
        }
    }

    private void optionalIndexes(Connection itself) throws SQLException {
        assertThat(contract.part(11)).hasSize(3);
        for (String index : contract.part(11)) {
            try (Statement statement = itself.createStatement()) {
                statement.execute(index.strip().replaceAll(";$", ""));
            }
        }
    }

    private static List<List<String>> over(SqlSession sql, String statement) {
        List<List<String>> rows = new ArrayList<>();
        for (List<@Nullable String> row : sql.query(statement).table().rows()) {
            rows.add(row.stream().map(ClickHouseAcceptanceIT::plain).toList());
        }
        return sorted(rows);
    }

    private static List<List<String>> in(Connection itself, String sql) throws SQLException {
        List<List<String>> rows = new ArrayList<>();
        try (Statement statement = itself.createStatement();
                ResultSet result = statement.executeQuery(sql.strip().replaceAll(";$", ""))) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    Object value = result.getObject(i);
                    row.add(plain(value == null ? null : value.toString()));
                }
                rows.add(row);
            }
        }
        return sorted(rows);
    }

    /** Numbers with as many digits as a double is sure of: an average is one. */
    private static String plain(@Nullable String value) {
        if (value == null) {
            return "NULL";
        }
        return value.matches("-?[0-9.]+(E-?[0-9]+)?")
                ? new BigDecimal(value)
                        .round(new MathContext(14))
                        .stripTrailingZeros()
                        .toPlainString()
                        .toLowerCase(Locale.ROOT)
                : value;
    }

    /** Rows that are equal in what they are ordered by come in any order. */
    private static List<List<String>> sorted(List<List<String>> rows) {
        rows.sort((one, other) -> one.toString().compareTo(other.toString()));
        return rows;
    }
}
