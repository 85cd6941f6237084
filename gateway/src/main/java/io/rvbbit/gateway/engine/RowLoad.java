package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlText;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.duckdb.RawDriver;
import org.jspecify.annotations.Nullable;

/**
 * Rows on their way from a client into a table, moved there batch by batch by an INSERT.
 *
 * <p>A batch gathers in a temporary table, because DuckDB's appender by itself knows no defaults
 * for columns left out, no conditions and no casts. At most {@value #BATCH_ROWS} rows or {@value
 * #BATCH_BYTES} bytes of text wait there, and DuckDB's memory limit holds for them. It runs inside
 * the transaction that is open: whoever opens one decides what becomes of a load that fails.
 * Threading: the session's thread only.
 */
public final class RowLoad implements AutoCloseable {
    /** What the temporary table is called in the INSERT; no client can give that name. */
    public static final String STAGE = "temp.main._rvbbit_copy";

    private static final String NAME = "_rvbbit_copy";

    /** What a condition has left of it. */
    private static final String CHOSEN = "_rvbbit_copied";

    private static final int BATCH_ROWS = 100 * ChunkFill.ROWS;
    private static final long BATCH_BYTES = 64L << 20;

    private final RawConnection connection;
    private final List<EngineType> carriers;
    private final String insert;
    private final String query;
    private @Nullable ByteBuffer appender;
    private @Nullable ChunkFill fill;
    private int staged;
    private long stagedBytes;
    private long inserted;

    private RowLoad(
            RawConnection connection, List<EngineType> carriers, String insert, String query) {
        this.connection = connection;
        this.carriers = List.copyOf(carriers);
        this.insert = insert;
        this.query = query;
    }

    /** Makes ready for rows, and checks the client's part of the SQL as any statement of his. */
    static RowLoad begin(
            RawConnection connection, List<EngineType> carriers, String insert, String query) {
        RowLoad load = new RowLoad(connection, carriers, insert, query);
        load.stage();
        try {
            connection.prepare(insert + " " + query, List.of()).close();
            return load;
        } catch (SqlException wrong) {
            load.close();
            throw wrong;
        }
    }

    /**
     * The type in which values for a column of that type are put: itself, or VARCHAR where the
     * INSERT casts.
     */
    public static EngineType carrier(EngineType type) {
        return switch (type.kind()) {
            case BOOLEAN,
                    TINYINT,
                    SMALLINT,
                    INTEGER,
                    BIGINT,
                    UTINYINT,
                    USMALLINT,
                    UINTEGER,
                    UBIGINT,
                    HUGEINT,
                    UHUGEINT,
                    FLOAT,
                    DOUBLE,
                    DECIMAL,
                    VARCHAR,
                    BLOB,
                    DATE,
                    TIMESTAMP_TZ,
                    INTERVAL,
                    UUID ->
                    type;
            case TIME -> type.name().equals("TIME") ? type : text();
            case TIMESTAMP -> EngineType.of(EngineType.Kind.TIMESTAMP, "TIMESTAMP");
            case JSON, BIGNUM, ENUM, BIT, TIME_TZ, LIST, ARRAY, MAP, STRUCT, UNION, OTHER -> text();
        };
    }

    private static EngineType text() {
        return EngineType.of(EngineType.Kind.VARCHAR, "VARCHAR");
    }

    private void stage() {
        StringBuilder columns = new StringBuilder();
        for (int i = 0; i < carriers.size(); i++) {
            columns.append(i == 0 ? "c" : ", c")
                    .append(i)
                    .append(' ')
                    .append(carriers.get(i).name());
        }
        connection.run("CREATE TEMP TABLE " + NAME + " (" + columns + ")");
        try {
            ByteBuffer opened = RawDriver.appender(connection.jdbc(), "temp", "main", NAME);
            appender = opened;
            if (fill == null) {
                fill = new ChunkFill(opened, carriers);
            }
        } catch (SQLException fault) {
            throw DuckDbErrors.translate(fault);
        }
    }

    /** Where the next row's values go; {@link #rowEnded} follows them. */
    public ChunkFill row() {
        ChunkFill current = fill;
        if (current == null) {
            throw new IllegalStateException("this load is closed");
        }
        return current;
    }

    /** The row is whole: hands over what has gathered, when it is enough. */
    public void rowEnded() {
        ChunkFill current = row();
        current.endRow();
        if (current.isFull()) {
            append(current);
            if (staged >= BATCH_ROWS || stagedBytes >= BATCH_BYTES) {
                insertStaged();
                stage();
            }
        }
    }

    private void append(ChunkFill current) {
        ByteBuffer target = appender;
        if (target == null || current.rows() == 0) {
            return;
        }
        staged += current.rows();
        stagedBytes += current.textBytes();
        try {
            current.appendTo(target);
        } catch (SQLException fault) {
            throw DuckDbErrors.translate(fault);
        }
    }

    private void insertStaged() {
        closeAppender();
        // An INSERT of no rows before one of many makes DuckDB 1.5 lose sight of all of them until
        // it is started again; so what a condition leaves is looked at before it is inserted.
        connection.run("CREATE TEMP TABLE " + CHOSEN + " AS " + query);
        if (staged > 0 && holdsRows()) {
            try (EnginePrepared statement =
                            connection.prepareOurs(
                                    insert + " FROM temp.main." + CHOSEN, List.of());
                    ResultCursor done = statement.execute(List.of())) {
                inserted += Math.max(0, done.changedRows());
            }
        }
        connection.run("DROP TABLE temp.main." + CHOSEN);
        connection.run("DROP TABLE " + STAGE);
        staged = 0;
        stagedBytes = 0;
    }

    private boolean holdsRows() {
        try (EnginePrepared any =
                        connection.prepareOurs(
                                "SELECT 1 FROM temp.main." + CHOSEN + " LIMIT 1", List.of());
                ResultCursor rows = any.execute(List.of())) {
            Chunk chunk = rows.next();
            return chunk != null && chunk.rows() > 0;
        }
    }

    private void closeAppender() {
        ByteBuffer open = appender;
        appender = null;
        if (open != null) {
            try {
                RawDriver.closeAppender(open);
            } catch (SQLException fault) {
                throw DuckDbErrors.translate(fault);
            }
        }
    }

    /** All rows are there: inserts the rest, and gives how many were inserted in all. */
    public long finish() {
        append(row());
        insertStaged();
        return inserted;
    }

    /** Gives back native memory; what was not inserted is the transaction's to undo. */
    @Override
    public void close() {
        ChunkFill chunk = fill;
        fill = null;
        if (chunk != null) {
            chunk.close();
        }
        ByteBuffer open = appender;
        appender = null;
        if (open != null) {
            RawDriver.abandonAppender(open);
        }
    }

    /** Column names of the temporary table with the casts of the INSERT. */
    public static String casts(List<Column> columns) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> cast("c" + i, columns.get(i)))
                .collect(Collectors.joining(", "));
    }

    private static String cast(String carried, Column column) {
        EngineType type = column.type();
        String value =
                switch (type.kind()) {
                    case JSON, STRUCT, MAP -> ofJson(carried, type);
                    case LIST, ARRAY -> holdsParts(type) ? ofJson(carried, type) : carried;
                    default -> carried;
                };
        String name = SqlText.identifier(column.name());
        if (carrier(type).equals(type)) {
            return value + " AS " + name;
        }
        String cast = "CAST(" + value + " AS " + type.name() + ")";
        // A NULL text would become a union that holds a NULL.
        return (type.kind() == EngineType.Kind.UNION
                        ? "CASE WHEN " + carried + " IS NOT NULL THEN " + cast + " END"
                        : cast)
                + " AS "
                + name;
    }

    /** JSON can be cast to what we can read, and only that to any type. */
    private static String ofJson(String carried, EngineType type) {
        return "CAST(CAST(" + carried + " AS JSON) AS " + Layout.carrier(type) + ")";
    }

    /** Whether lists of this type travel as JSON: their elements have, or may have, parts. */
    public static boolean holdsParts(EngineType list) {
        EngineType element = list.innermost();
        return switch (element.kind()) {
            case STRUCT, MAP -> true;
            default -> element.name().equals(TypeNames.VARIANT);
        };
    }
}
