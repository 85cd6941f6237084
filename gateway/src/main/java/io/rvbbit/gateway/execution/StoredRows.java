package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.gateway.engine.QueryTable;
import io.rvbbit.gateway.engine.ResultCursor;
import io.rvbbit.gateway.engine.Vector;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.StoredMap;
import io.rvbbit.udf.QueryScope;
import io.rvbbit.udf.RowWindow;
import io.rvbbit.udf.StatementStopped;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a MAP that a statement stores: answered as a stream, then taken by the statement all
 * at once.
 *
 * <p>The input is read to its end first, so whatever is wrong with it is told before anything is
 * spent. Input and answered rows stand in temporary tables until this is closed. Threading: the
 * session's thread only.
 */
final class StoredRows implements AutoCloseable {
    private static final List<String> RANGE = List.of("BIGINT", "BIGINT");
    private static final long FIRST_ROW = 1;

    private final ClientContext client;
    private final QueryTable input;
    private final QueryTable answered;

    StoredRows(ClientContext client) {
        this.client = client;
        this.input = QueryTable.on(client.connection());
        this.answered = QueryTable.on(client.connection());
    }

    /** The name of the table with the input's rows, fit to be put into SQL. */
    String stage() {
        return input.name();
    }

    /** The name of the table with the answered rows, likewise. */
    String rows() {
        return answered.name();
    }

    /** Answers all rows. */
    void answer(
            QueryScope scope,
            @Nullable StatementSpans spans,
            StoredMap map,
            List<String> parameterTypes,
            List<@Nullable Object> parameters) {
        StatementSpans.Step step = spans == null ? null : spans.begin(StatementSpans.INPUT);
        input.fill(ClientQuery.engineText(client, map.input()), parameterTypes, parameters);
        if (step != null) {
            step.end();
        }
        RowWindow window = scope.window(map.call());
        window.inputEnded();
        String output = ClientQuery.engineText(client, map.output());
        answered.fill("FROM (" + output + ") LIMIT 0", RANGE, List.of(FIRST_ROW, FIRST_ROW));
        try (EnginePrepared unanswered =
                        client.connection()
                                .prepare(ClientQuery.engineText(client, map.unanswered()), RANGE);
                EnginePrepared store = answered.insert(output, RANGE)) {
            answer(window, unanswered, store);
        } catch (StatementStopped stopped) {
            throw scope.failure()
                    .orElseGet(() ->
                            new SqlException(
                                    SqlState.INTERNAL_ERROR, "the statement has ended", stopped));
        }
        input.close();
    }

    private static void answer(RowWindow window, EnginePrepared unanswered, EnginePrepared store) {
        long next = FIRST_ROW;
        boolean ended = false;
        while (!ended || !window.isEmpty()) {
            int room = ended ? 0 : window.muchRoom();
            while (room > 0) {
                int read = begin(window, unanswered, next, room);
                next += read;
                ended = read < room;
                room = ended ? 0 : window.muchRoom();
            }
            int ready = window.isEmpty() ? 0 : window.gather();
            if (ready > 0) {
                long first = window.firstTaken();
                store.execute(List.of(first, first + ready - 1)).close();
                window.letGo();
            }
        }
    }

    /** How many of those rows there are. */
    private static int begin(RowWindow window, EnginePrepared unanswered, long first, int most) {
        int rows = 0;
        try (ResultCursor cursor = unanswered.execute(List.of(first, first + most - 1))) {
            for (Chunk chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
                Vector numbers = chunk.column(0);
                Vector json = chunk.column(1);
                for (int row = 0; row < chunk.rows(); row++) {
                    window.add(
                            numbers.getLong(row),
                            new String(json.getBytes(row), StandardCharsets.UTF_8));
                }
                rows += chunk.rows();
            }
        }
        return rows;
    }

    @Override
    public void close() {
        try {
            input.close();
        } finally {
            answered.close();
        }
    }
}
