package io.rvbbit.tracking;

import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import org.duckdb.DuckDBConnection;

/** Calls in a DuckDB file. */
final class DuckDbCallBooks extends CallBooks {
    private final Path path;
    private final DuckDbFile file;

    DuckDbCallBooks(Path path) throws SQLException {
        this(path, new DuckDbFile(path));
    }

    private DuckDbCallBooks(Path path, DuckDbFile file) throws SQLException {
        super(new DuckDbEventStore(file), new DuckDbCallStore(file));
        this.path = path;
        this.file = file;
    }

    @Override
    CallBooks reopen() throws SQLException {
        close();
        return new DuckDbCallBooks(path);
    }

    @Override
    StoreReader reader(CallRouter router) {
        return new DuckDbBookReader(file, router);
    }

    @Override
    void breakSteps() throws SQLException {
        execute("ALTER TABLE completion_state RENAME COLUMN errors TO lost");
        execute("ALTER TABLE completion_state RENAME COLUMN backfilled TO also_lost");
    }

    @Override
    void mendSteps() throws SQLException {
        execute("ALTER TABLE completion_state RENAME COLUMN lost TO errors");
        execute("ALTER TABLE completion_state RENAME COLUMN also_lost TO backfilled");
    }

    @Override
    void forgetParts() throws SQLException {
        execute("DELETE FROM call_batch");
    }

    @Override
    void begin(Instant at) throws SQLException {
        execute("UPDATE completion_state SET began_at = TIMESTAMPTZ '" + at + "'");
    }

    private void execute(String sql) throws SQLException {
        DuckDBConnection connection = file.connect();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        } finally {
            file.release(connection);
        }
    }

    @Override
    public void close() throws SQLException {
        super.close();
        file.close();
    }
}
