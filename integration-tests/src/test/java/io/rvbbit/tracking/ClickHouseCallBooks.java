package io.rvbbit.tracking;

import io.rvbbit.it.clickhouse.ClickHouseServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** Calls in a database of ClickHouse that goes with the books. */
final class ClickHouseCallBooks extends CallBooks {
    private static final Map<String, String> REFUSALS =
            Map.of(
                    "call_whole", "id = ''",
                    "call_waiting", "id = ''",
                    "completion_step", "step = 0",
                    "backfill_day", "version <= 1");

    private final ClickHouseServer server;
    private final String database;
    private final ClickHouse address;
    private final String log;
    private boolean kept;

    ClickHouseCallBooks(ClickHouseServer server) throws SQLException {
        this(server, database(), TwoStores.LOG);
    }

    private ClickHouseCallBooks(ClickHouseServer server, String database, String log)
            throws SQLException {
        this(server, database, log, address(server, database));
    }

    private ClickHouseCallBooks(
            ClickHouseServer server, String database, String log, ClickHouse address)
            throws SQLException {
        super(
                new ClickHouseStore(address, log, true, Clock.systemUTC()),
                new ClickHouseCallStore(address, log, new PartitionShare()));
        this.server = server;
        this.database = database;
        this.address = address;
        this.log = log;
    }

    private static String database() {
        return "it_" + UUID.randomUUID().toString().replace('-', '_');
    }

    private static ClickHouse address(ClickHouseServer server, String database) {
        return new ClickHouse(
                ClickHouseAddress.of(server.url(database), server.user(), server.password()));
    }

    /** Another gateway with the same database. */
    ClickHouseCallBooks other() throws SQLException {
        ClickHouseCallBooks other =
                new ClickHouseCallBooks(server, database, UUID.randomUUID().toString());
        other.kept = true;
        return other;
    }

    @Override
    CallBooks reopen() throws SQLException {
        kept = true;
        close();
        return new ClickHouseCallBooks(server, database, log);
    }

    @Override
    StoreReader reader(CallRouter router) {
        return new ClickHouseBookReader(address, router);
    }

    @Override
    void breakSteps() throws SQLException {
        refuse("completion_step");
        refuse("backfill_day");
    }

    @Override
    void mendSteps() throws SQLException {
        accept("completion_step");
        accept("backfill_day");
    }

    /** Further rows are refused by a table, as if the process ended before they were written. */
    void refuse(String table) throws SQLException {
        execute("ALTER TABLE " + table + " ADD CONSTRAINT refused CHECK " + REFUSALS.get(table));
    }

    void accept(String table) throws SQLException {
        execute("ALTER TABLE " + table + " DROP CONSTRAINT refused");
    }

    @Override
    void forgetParts() throws SQLException {
        execute("DELETE FROM call_part WHERE true");
    }

    @Override
    void begin(Instant at) throws SQLException {
        try (ClickHouseStatements sql = new ClickHouseStatements(address)) {
            ClickHouseCallState.State state = ClickHouseCallState.read(sql, log);
            ClickHouseCallState.write(sql, log, state.begun(RowBinary.micros(at)), at);
        }
    }

    void execute(String sql) throws SQLException {
        try (ClickHouseStatements statements = new ClickHouseStatements(address)) {
            statements.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        super.close();
        if (!kept) {
            try (Connection connection = server.connect("default");
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP DATABASE IF EXISTS " + database);
            }
        }
    }
}
