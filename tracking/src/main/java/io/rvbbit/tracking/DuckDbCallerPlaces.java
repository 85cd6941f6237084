package io.rvbbit.tracking;

import io.rvbbit.tracking.BookReader.Condition;
import io.rvbbit.tracking.EventStore.Batch;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * Where in time the events of each caller lie, so that a read for one caller need not go through
 * all events.
 *
 * <p>Ids of messages grow with time, and DuckDB passes over what is outside a range of them; it
 * cannot do so by the names of callers, of which the first bytes are alike. Two callers with one
 * number only make a range wider: the read's own condition stays. Threading: one thread at a time.
 */
final class DuckDbCallerPlaces {
    private static final Set<String> TABLES = Set.of("unified_logs", "all_data");

    /** Removes the places of callers of which no event is left. */
    static final String FORGET =
            "DELETE FROM caller_place WHERE last_id < (SELECT min(message_id) FROM event_log)";

    private DuckDbCallerPlaces() {}

    private record Place(UUID first, UUID last) {
        Place and(Place other) {
            return new Place(
                    earlier(first, other.first) ? first : other.first,
                    earlier(last, other.last) ? other.last : last);
        }

        /** {@link UUID#compareTo} takes the upper bit for a sign. */
        private static boolean earlier(UUID one, UUID other) {
            int high =
                    Long.compareUnsigned(
                            one.getMostSignificantBits(), other.getMostSignificantBits());
            return high < 0
                    || (high == 0
                            && Long.compareUnsigned(
                                            one.getLeastSignificantBits(),
                                            other.getLeastSignificantBits())
                                    < 0);
        }
    }

    /** Within the batch's transaction. */
    static void note(DuckDBConnection connection, Batch batch) throws SQLException {
        Map<String, Place> places = new HashMap<>();
        for (Row<LogColumn> row : batch.logs()) {
            if (row.get(LogColumn.MESSAGE_ID) instanceof UUID id) {
                places.merge(row.text(LogColumn.CALLER_ID), new Place(id, id), Place::and);
            }
        }
        if (places.isEmpty()) {
            return;
        }
        List<String> callers = new ArrayList<>();
        List<String> firsts = new ArrayList<>();
        List<String> lasts = new ArrayList<>();
        places.forEach((caller, place) -> {
            callers.add(caller);
            firsts.add(place.first().toString());
            lasts.add(place.last().toString());
        });
        try (PreparedStatement insert =
                connection.prepareStatement(
                        """
                        INSERT INTO caller_place
                        SELECT md5_number_lower(unnest(?::VARCHAR[])), unnest(?::VARCHAR[])::UUID,
                            unnest(?::VARCHAR[])::UUID\
                        """)) {
            insert.setArray(1, connection.createArrayOf("VARCHAR", callers.toArray()));
            insert.setArray(2, connection.createArrayOf("VARCHAR", firsts.toArray()));
            insert.setArray(3, connection.createArrayOf("VARCHAR", lasts.toArray()));
            int _ = insert.executeUpdate();
        }
    }

    /** Whether a read with these conditions can pass over events. */
    static boolean narrows(String table, List<Condition> conditions) {
        return TABLES.contains(table) && conditions.stream().anyMatch(DuckDbCallerPlaces::isCaller);
    }

    private static boolean isCaller(Condition condition) {
        return condition.column().equals("caller_id") && condition.operator().equals("=");
    }

    /**
     * Where the rows of such a read lie, as a condition; in the transaction that the read goes on
     * with.
     */
    static String range(
            DuckDBConnection connection, List<Condition> conditions, BookConditions.Literals text)
            throws SQLException {
        Condition callers =
                conditions.stream().filter(DuckDbCallerPlaces::isCaller).findFirst().orElseThrow();
        String numbers =
                callers.values().stream()
                        .map(caller -> "md5_number_lower(" + text.text(caller) + ")")
                        .collect(Collectors.joining(", "));
        try (PreparedStatement select =
                        connection.prepareStatement(
                                "SELECT min(first_id)::VARCHAR, max(last_id)::VARCHAR"
                                        + " FROM caller_place WHERE caller IN ("
                                        + numbers
                                        + ")");
                ResultSet rows = select.executeQuery()) {
            String first = rows.next() ? rows.getString(1) : null;
            return first == null
                    ? " AND false"
                    : " AND message_id >= '%s'::UUID AND message_id <= '%s'::UUID"
                            .formatted(first, rows.getString(2));
        }
    }
}
