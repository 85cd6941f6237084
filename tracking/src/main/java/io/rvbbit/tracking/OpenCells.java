package io.rvbbit.tracking;

import io.rvbbit.tracking.EventStore.OpenAttempt;
import io.rvbbit.tracking.EventStore.OpenCell;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the cells and attempts that have begun and not ended, as their log rows pass by in order.
 *
 * <p>A cell that runs more than once in a session is open if its newest start has no end.
 * Threading: one thread.
 */
final class OpenCells {
    private record Name(String sessionId, String name) {}

    private final Map<Name, OpenCell> cells = new LinkedHashMap<>();
    private final Map<Name, OpenAttempt> attempts = new LinkedHashMap<>();

    /** The columns as {@link ClickHouseUnfinished} selects them. */
    void add(ResultSet row) throws SQLException {
        String session = row.getString(2);
        Name cell = new Name(session, row.getString(3));
        Name request = new Name(session, row.getString(7));
        switch (row.getString(1)) {
            case "phase_start" ->
                    cells.put(
                            cell,
                            new OpenCell(
                                    session,
                                    cell.name(),
                                    row.getString(4),
                                    row.getString(5),
                                    0,
                                    row.getString(4).equals("llm") ? Usage.NONE : null,
                                    "",
                                    "",
                                    at(row)));
            case "phase_complete", "phase_error" -> cells.remove(cell);
            case "turn_start" -> {
                attempts.put(
                        request,
                        new OpenAttempt(
                                session,
                                cell.name(),
                                request.name(),
                                row.getInt(8),
                                row.getInt(9),
                                row.getInt(17),
                                row.getString(10),
                                row.getString(12),
                                at(row)));
                count(cell, row);
            }
            default -> {
                attempts.remove(request);
                count(cell, row);
            }
        }
    }

    List<OpenCell> cells() {
        return List.copyOf(cells.values());
    }

    List<OpenAttempt> attempts() {
        return List.copyOf(attempts.values());
    }

    private void count(Name name, ResultSet row) throws SQLException {
        OpenCell cell = cells.get(name);
        if (cell == null || !cell.messageId().equals(row.getString(6))) {
            return;
        }
        Usage usage = ClickHouseValues.usage(row, 14);
        @Nullable Usage before = cell.spent();
        cells.put(
                name,
                new OpenCell(
                        cell.sessionId(),
                        cell.cell(),
                        cell.nodeType(),
                        cell.messageId(),
                        Math.max(cell.attempts(), row.getInt(8)),
                        before == null ? usage : before.plus(usage),
                        newest(cell.model(), row.getString(11)),
                        newest(cell.provider(), row.getString(12)),
                        cell.startedAt()));
    }

    private static String newest(String before, String now) {
        return now.isEmpty() ? before : now;
    }

    private static Instant at(ResultSet row) throws SQLException {
        return ClickHouseValues.instant(row.getLong(13));
    }
}
