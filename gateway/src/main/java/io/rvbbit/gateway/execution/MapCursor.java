package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.gateway.engine.RowStage;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.rewriter.RowBound;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.StreamedMap;
import io.rvbbit.udf.QueryScope;
import io.rvbbit.udf.RowWindow;
import io.rvbbit.udf.StatementStopped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a MAP, each as soon as it and all before it are answered.
 *
 * <p>The input's rows are staged and begun as far as the window has room; those that are done go
 * through the statement's own output SQL, so a row looks as if the whole statement had run at once.
 * Threading: the session's thread only.
 */
final class MapCursor implements ResultCursor {
    /** Rows that are done within this time go through the output SQL together. */
    private static final Duration TOGETHER = Duration.ofMillis(2);

    private final QueryScope scope;
    private final RowWindow window;
    private final RowStage stage;
    private final EnginePrepared query;
    private final EnginePrepared output;
    private final int rowColumn;

    /** The reading of the input; null if the statement is not traced. */
    private StatementSpans.@Nullable Step reading;

    private @Nullable Chunk input;
    private int begun;
    private boolean inputEnded;
    private @Nullable ResultCursor done;
    private Runnable letGo = () -> {};
    private long lastTaken = System.nanoTime() - TOGETHER.toNanos();
    private boolean anyTaken;
    private boolean anyLetGo;

    private MapCursor(
            QueryScope scope,
            RowWindow window,
            RowStage stage,
            int inputColumns,
            EnginePrepared query,
            EnginePrepared output) {
        this.scope = scope;
        this.window = window;
        this.stage = stage;
        this.query = query;
        this.output = output;
        this.rowColumn = inputColumns;
    }

    /**
     * Begins to read the input.
     *
     * @param parameterTypes of the statement's parameters, which the input alone can hold
     * @return empty where the stage does not know what the client's own connection knows, such as a
     *     type made in a transaction that has not ended: then the whole statement runs as one
     */
    static Optional<ResultCursor> open(
            ClientContext client,
            QueryScope scope,
            @Nullable StatementSpans spans,
            StreamedMap map,
            RowBound bound,
            List<String> parameterTypes,
            List<@Nullable Object> parameters) {
        EnginePrepared input = client.connection().prepare(map.input(), parameterTypes);
        Optional<MapCursor> ready = Optional.empty();
        try {
            ready = ready(client, scope, map, input);
        } finally {
            if (ready.isEmpty()) {
                input.close();
            }
        }
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        MapCursor cursor = ready.get();
        try {
            if (spans != null) {
                cursor.reading = spans.begin(StatementSpans.INPUT);
            }
            cursor.stage.run(input, parameters);
            if (bound.reason() == RowBound.Reason.SERVER_MAXIMUM) {
                // There may be too many rows, which must be known before anything is spent.
                cursor.stage.readAhead();
            }
            if (cursor.reading != null) {
                cursor.reading.pause();
            }
            return Optional.of(cursor);
        } catch (RuntimeException fault) {
            cursor.close();
            throw fault;
        }
    }

    private static Optional<MapCursor> ready(
            ClientContext client, QueryScope scope, StreamedMap map, EnginePrepared input) {
        List<Column> columns = input.columns();
        RowStage stage;
        try {
            stage = RowStage.beside(client.connection(), columns);
        } catch (SqlException _) {
            return Optional.empty();
        }
        Optional<MapCursor> cursor = Optional.empty();
        try {
            EngineConnection beside = stage.connection();
            beside.setCaller(scope.token());
            String zone = client.settings().engineTimeZone();
            if (!zone.equals("UTC")) {
                run(beside, "SET TimeZone = " + SqlText.literal(zone));
            }
            EnginePrepared output = beside.prepare(map.output(), List.of("BIGINT", "BIGINT"));
            RowWindow window = scope.window(map.call());
            cursor =
                    Optional.of(
                            new MapCursor(scope, window, stage, columns.size() - 2, input, output));
            return cursor;
        } catch (SqlException _) {
            return Optional.empty();
        } finally {
            if (cursor.isEmpty()) {
                // Whatever was prepared there goes with it.
                stage.close();
            }
        }
    }

    private static void run(EngineConnection connection, String sql) {
        try (EnginePrepared prepared = connection.prepare(sql, List.of())) {
            prepared.execute(List.of()).close();
        }
    }

    @Override
    public List<Column> columns() {
        return output.columns();
    }

    @Override
    public @Nullable Chunk next() {
        try {
            Chunk ready = readyRows();
            while (ready == null) {
                letFirstGo();
                beginRows();
                if (window.isEmpty()) {
                    return null;
                }
                awaitRows();
                int rows = window.take();
                long first = window.firstTaken();
                done = output.execute(List.of(first, first + rows - 1));
                anyTaken = true;
                ready = readyRows();
            }
            return ready;
        } catch (StatementStopped stopped) {
            throw scope.failure()
                    .orElseGet(() ->
                            new SqlException(
                                    SqlState.INTERNAL_ERROR, "the statement has ended", stopped));
        }
    }

    /** Begins few more rows than so many beyond those that have been given. */
    void demand(long rows) {
        window.demand(rows);
    }

    void beforeWaiting(Runnable newLetGo) {
        letGo = newLetGo;
    }

    /** The first rows do not wait for as many as go together later. */
    private void letFirstGo() {
        if (anyTaken && !anyLetGo) {
            letRowsGo();
        }
    }

    private void letRowsGo() {
        anyLetGo = anyTaken;
        letGo.run();
    }

    /** The first row leaves at once, and the later ones not each for itself. */
    private void awaitRows() {
        if (!window.isReady()) {
            letRowsGo();
            window.await();
            long early = lastTaken + TOGETHER.toNanos() - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(early);
            }
        }
        lastTaken = System.nanoTime();
    }

    /** What has been made of the rows that were let go, as far as it has not left yet. */
    private @Nullable Chunk readyRows() {
        ResultCursor rows = done;
        Chunk chunk = rows == null ? null : rows.next();
        if (rows != null && chunk == null) {
            rows.close();
            done = null;
        }
        return chunk;
    }

    private void beginRows() {
        while (!inputEnded && window.room() > 0 && !window.isFirstDue()) {
            Chunk rows = input;
            if (rows == null || begun == rows.rows()) {
                rows = read();
                input = rows;
                begun = 0;
                if (rows == null) {
                    inputEnded = true;
                    window.inputEnded();
                }
            }
            if (rows != null) {
                Vector numbers = rows.column(rowColumn);
                Vector json = rows.column(rowColumn + 1);
                while (begun < rows.rows() && window.room() > 0 && !window.isFirstDue()) {
                    window.add(
                            numbers.getLong(begun),
                            new String(json.getBytes(begun), StandardCharsets.UTF_8));
                    begun++;
                }
            }
        }
    }

    private @Nullable Chunk read() {
        StatementSpans.Step step = reading;
        if (step == null) {
            return stage.read();
        }
        step.goOn();
        Chunk rows = stage.read();
        // If that fails, so has the step.
        if (rows == null) {
            step.end();
        } else {
            step.pause();
        }
        return rows;
    }

    @Override
    public long changedRows() {
        return -1;
    }

    @Override
    public void close() {
        ResultCursor rows = done;
        if (rows != null) {
            done = null;
            rows.close();
        }
        if (reading != null) {
            reading.close();
        }
        output.close();
        stage.close();
        query.close();
    }
}
