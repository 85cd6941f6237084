package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.duckdb.RawDriver;
import org.jspecify.annotations.Nullable;

/** A statement prepared in DuckDB. Threading: the session's thread only. */
final class RawPrepared implements EnginePrepared {
    private final RawConnection connection;
    private final String sql;
    private final Preparation preparation;
    private final Set<String> catalogNeeds;
    private final @Nullable LiteralRow literals;
    private @Nullable RawPrepared reshaped;
    private boolean closed;

    /** {@code catalogNeeds} is what the catalogue must hold before the statement runs. */
    RawPrepared(
            RawConnection connection,
            String sql,
            Preparation preparation,
            Set<String> catalogNeeds) {
        this.connection = connection;
        this.sql = sql;
        this.preparation = preparation;
        this.catalogNeeds = catalogNeeds;
        this.literals = LiteralQuery.isOne(sql) ? new LiteralRow() : null;
    }

    @Override
    public List<Column> columns() {
        return kind() == Kind.ROWS ? preparation.shape().columns() : List.of();
    }

    @Override
    public List<String> parameterTypes() {
        return preparation.parameterTypes();
    }

    @Override
    public Kind kind() {
        return preparation.kind();
    }

    @Override
    public ResultCursor execute(List<@Nullable Object> parameters) {
        LiteralRow known = literals;
        if (known != null && !closed) {
            return known.read(this);
        }
        List<String> types = ArrayTypes.following(parameterTypes(), parameters);
        return types.equals(parameterTypes()) ? run(parameters) : reshaped(types).run(parameters);
    }

    RawCursor run(List<@Nullable Object> parameters) {
        return open(parameters, preparation.readable(), preparation.shape());
    }

    /** The same statement for arrays of other dimensions than it was prepared for. */
    private RawPrepared reshaped(List<String> types) {
        RawPrepared found = reshaped;
        if (found != null && found.parameterTypes().equals(types)) {
            return found;
        }
        if (found != null) {
            found.close();
        }
        found = connection.prepareExactly(sql, types);
        reshaped = found;
        return found;
    }

    /** Runs the statement as it was written, for those who copy chunks instead of reading them. */
    RawCursor executeUncast(List<@Nullable Object> parameters) {
        return open(parameters, preparation.original(), RowShape.plain(columns()));
    }

    /** Runs the statement and reads its rows in a shape that is known from elsewhere. */
    RawCursor executeAs(RowShape shape) {
        return open(List.of(), preparation.original(), shape);
    }

    private RawCursor open(
            List<@Nullable Object> parameters, ByteBuffer statement, RowShape shape) {
        if (closed) {
            throw new IllegalStateException("this statement is closed");
        }
        int needed = preparation.parameterTypes().size();
        if (parameters.size() < needed && !preparation.numbers().isEmpty()) {
            throw new SqlException(
                    SqlState.PROTOCOL_VIOLATION,
                    "the statement needs %d parameters, not %d"
                            .formatted(needed, parameters.size()));
        }
        connection.freeStream();
        connection.catalog().fill(catalogNeeds);
        List<Integer> numbers = preparation.numbers();
        @Nullable Object[] values = new Object[numbers.size()];
        for (int i = 0; i < values.length; i++) {
            int index = numbers.get(i) - 1;
            values[i] =
                    ParameterValues.driverValue(
                            parameters.get(index), preparation.parameterTypes().get(index));
        }
        RawCursor cursor;
        try {
            ByteBuffer result = RawDriver.execute(statement, values);
            cursor = new RawCursor(connection, shape, result);
        } catch (SQLException fault) {
            connection.afterStatement(preparation.firstWord());
            throw preparation.translate(fault);
        }
        connection.streamStarted(cursor);
        if (kind() == Kind.ROWS) {
            // EXPLAIN ANALYZE does what it explains.
            if (preparation.firstWord().equalsIgnoreCase("EXPLAIN")) {
                connection.afterStatement(preparation.firstWord());
            }
            return cursor;
        }
        try (cursor) {
            long changed = drain(cursor);
            return RawCursor.finished(connection, changed);
        } finally {
            connection.afterStatement(preparation.firstWord());
        }
    }

    // What such a statement gives is one row with the count of rows it changed, or nothing.
    private long drain(RawCursor cursor) {
        long changed = -1;
        for (ByteBuffer chunk = cursor.fetch(); chunk != null; chunk = cursor.fetch()) {
            try {
                if (preparation.countsRows()) {
                    changed = RawDriver.data(RawDriver.vector(chunk, 0), 8).getLong(0);
                }
            } finally {
                RawDriver.destroyChunk(chunk);
            }
        }
        return changed;
    }

    RawConnection connection() {
        return connection;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            RawPrepared other = reshaped;
            if (other != null) {
                other.close();
            }
            LiteralRow known = literals;
            if (known != null) {
                known.drop();
            }
            connection.forget(this);
            preparation.release();
        }
    }
}
