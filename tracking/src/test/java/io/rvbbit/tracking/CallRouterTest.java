package io.rvbbit.tracking;

import io.rvbbit.tracking.completion.CompletionPolicy;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import org.duckdb.DuckDBConnection;

class CallRouterTest extends CallRouterContract {
    private Path file() {
        return directory.resolve("books.duckdb");
    }

    @Override
    Books open(CompletionPolicy policy, Clock now) {
        return Books.open(file(), now, BookOptions.DEFAULT.with(policy));
    }

    @Override
    void forgetWhole() throws SQLException {
        change("DELETE FROM call_whole");
    }

    @Override
    void begin(Instant at) throws SQLException {
        change("UPDATE completion_state SET began_at = TIMESTAMPTZ '" + at + "'");
    }

    private void change(String sql) throws SQLException {
        try (DuckDbFile file = new DuckDbFile(file())) {
            DuckDBConnection connection = file.connect();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.execute();
            }
            file.release(connection);
        }
    }
}
