package io.rvbbit.gateway.engine;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/**
 * The sessions that {@code pg_stat_activity} shows, as they stand at this moment.
 *
 * <p>Threading: any thread.
 */
public final class Backends {
    /** PostgreSQL's {@code track_activity_query_size} with the same meaning, in characters. */
    private static final int MOST_TEXT = 1024;

    /**
     * One session.
     *
     * @param state {@code active}, {@code idle}, {@code idle in transaction} or that with {@code
     *     (aborted)}
     * @param query the running statement, or the last one
     */
    public record Backend(
            int processId,
            String user,
            String database,
            String applicationName,
            String address,
            int port,
            Instant started,
            Optional<Instant> transactionStarted,
            Optional<Instant> queryStarted,
            Instant stateChanged,
            String state,
            String query) {

        Backend running(String text, Instant now) {
            return new Backend(
                    processId,
                    user,
                    database,
                    applicationName,
                    address,
                    port,
                    started,
                    transactionStarted.or(() -> Optional.of(now)),
                    Optional.of(now),
                    now,
                    "active",
                    text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) : text);
        }

        Backend resting(String newState, String newApplicationName, Instant now) {
            return new Backend(
                    processId,
                    user,
                    database,
                    newApplicationName,
                    address,
                    port,
                    started,
                    newState.equals("idle") ? Optional.empty() : transactionStarted,
                    queryStarted,
                    now,
                    newState,
                    query);
        }
    }

    private final ConcurrentMap<Integer, Backend> open = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, Supplier<Map<String, String>>> settings =
            new ConcurrentHashMap<>();
    private final Clock clock;

    public Backends(Clock clock) {
        this.clock = clock;
    }

    /**
     * A session has begun; it is shown until {@link #ended}.
     *
     * @param shown what SHOW answers there; only asked while the session waits for the answer
     */
    public void began(
            int processId,
            String user,
            String database,
            String address,
            int port,
            Supplier<Map<String, String>> shown) {
        settings.put(processId, shown);
        Instant now = clock.instant();
        open.put(
                processId,
                new Backend(
                        processId,
                        user,
                        database,
                        "",
                        address,
                        port,
                        now,
                        Optional.empty(),
                        Optional.empty(),
                        now,
                        "idle",
                        ""));
    }

    /** The session runs that statement from now on. */
    public void running(int processId, String query) {
        open.computeIfPresent(processId, (_, backend) -> backend.running(query, clock.instant()));
    }

    /** The session waits for its client. */
    public void resting(int processId, String state, String applicationName) {
        open.computeIfPresent(
                processId,
                (_, backend) -> backend.resting(state, applicationName, clock.instant()));
    }

    public void ended(int processId) {
        open.remove(processId);
        settings.remove(processId);
    }

    /** What SHOW answers in that session, which must be the one that asks. */
    Map<String, String> settings(int processId) {
        return settings.getOrDefault(processId, Map::of).get();
    }

    /** All sessions, by process id. */
    public List<Backend> all() {
        return open.values().stream().sorted(Comparator.comparingInt(Backend::processId)).toList();
    }
}
