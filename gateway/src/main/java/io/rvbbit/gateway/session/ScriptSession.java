package io.rvbbit.gateway.session;

import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.ClientContext;
import io.rvbbit.gateway.execution.ClientOrigin;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.execution.Signals;
import io.rvbbit.gateway.execution.Transaction;
import io.rvbbit.rewriter.PasswordText;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A session whose client does not speak the PostgreSQL protocol: it runs whole scripts.
 *
 * <p>Everything else is as on the wire: one database connection with its temporary tables, one
 * transaction, settings, statements and cursors by name. Threading: one thread at a time; {@link
 * #cancel} on any.
 */
public final class ScriptSession implements AutoCloseable {
    private static final long REPEAT_CANCEL_MILLIS = 20;

    private final Sessions sessions;
    private final CancelKeys.Key key;
    private final EngineConnection connection;
    private final Settings settings;
    private final ScriptResults results;
    private final Statements statements = new Statements();
    private final Portals portals = new Portals();
    private final ClientContext client;
    private final PortalRunner runner;
    private final SimpleQuery scripts;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable String stopped;
    private boolean running;

    /** What {@code pg_terminate_backend} does. */
    public interface Owner {
        void terminate();
    }

    private ScriptSession(
            Sessions sessions,
            CancelKeys.Key key,
            EngineConnection connection,
            Settings settings,
            Identity identity) {
        this.sessions = sessions;
        this.key = key;
        this.connection = connection;
        this.settings = settings;
        this.results = new ScriptResults(settings);
        this.client =
                new ClientContext(
                        sessions.services(),
                        connection,
                        settings,
                        results,
                        statements,
                        portals,
                        identity,
                        ClientOrigin.HTTP);
        this.runner = new PortalRunner(client, results, portals, sessions.timers());
        statements.begin(client);
        portals.begin(client);
        this.scripts = new SimpleQuery(statements, portals, results, client.transaction(), runner);
        client.prepareConnection(key.processId());
    }

    /**
     * Opens a connection to a database.
     *
     * @param defaults settings that the session begins with
     * @param address of the client, shown to others
     * @throws SqlException 3D000 if there is no such database
     */
    public static ScriptSession open(
            Sessions sessions,
            Identity identity,
            String database,
            Map<String, String> defaults,
            String address,
            Owner owner) {
        CancelKeys.Key key = sessions.cancelKeys().reserve();
        Settings settings = new Settings(identity.user(), sessions.parallel());
        settings.assign("is_superuser", identity.admin() ? "on" : "off");
        sessions.services().fallbacks().begin(settings, identity.user());
        defaults.forEach(settings::setDefault);
        EngineConnection connection =
                sessions.services()
                        .databases()
                        .connect(
                                database,
                                identity.admin() ? Optional.empty() : Optional.of(identity.user()));
        try {
            ScriptSession session =
                    new ScriptSession(sessions, key, connection, settings, identity);
            sessions.services()
                    .signals()
                    .add(key.processId(), session.target(identity.user(), owner));
            sessions.backends()
                    .began(key.processId(), identity.user(), database, address, -1, settings::all);
            session.rests();
            return session;
        } catch (RuntimeException fault) {
            connection.close();
            throw fault;
        }
    }

    private Signals.Target target(String user, Owner owner) {
        return new Signals.Target() {
            @Override
            public String user() {
                return user;
            }

            @Override
            public void cancel() {
                ScriptSession.this.cancel(Cancellation.USER_REQUEST);
            }

            @Override
            public void terminate() {
                ScriptSession.this.cancel(Cancellation.USER_REQUEST);
                owner.terminate();
            }
        };
    }

    /**
     * Runs all statements of a text; the first that fails ends it.
     *
     * @param traceparent whose trace they are part of, as W3C's header says it; what is none is
     *     ignored
     * @throws SqlException of that statement, with a position in the text
     */
    public void run(String sql, String traceparent, ScriptListener listener) {
        sessions.backends().running(key.processId(), PasswordText.hiddenInScript(sql));
        results.listener(listener);
        begins();
        try {
            listener.cancelled().ifPresent(this::cancel);
            checkNotStopped();
            client.traceparent(traceparent);
            scripts.run(sql);
        } catch (Exception failure) {
            // Native code throws checked exceptions that no signature shows.
            client.tally().failed(failure);
            client.transaction().statementFailed();
            throw told(failure);
        } finally {
            ends();
            results.listener(null);
            rests();
        }
    }

    private void begins() {
        lock.lock();
        try {
            running = true;
            stopped = null;
        } finally {
            lock.unlock();
        }
    }

    private void ends() {
        lock.lock();
        try {
            running = false;
            stopped = null;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable String stopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    private static RuntimeException told(Exception failure) {
        return failure instanceof RuntimeException known
                ? known
                : new SqlException(SqlState.INTERNAL_ERROR, "internal error", failure);
    }

    private void checkNotStopped() {
        String why = stopped();
        if (why != null) {
            throw new SqlException(SqlState.QUERY_CANCELED, why);
        }
    }

    /**
     * Stops the script that runs; nothing happens if none does. Threading: any thread.
     *
     * @param reason what the client is told
     */
    public void cancel(String reason) {
        lock.lock();
        try {
            if (!running) {
                return;
            }
            if (stopped == null) {
                stopped = reason;
            }
        } finally {
            lock.unlock();
        }
        again(reason);
    }

    /** Between two statements there is nothing to stop, so it is said until the script ends. */
    private void again(String reason) {
        if (stopped() == null) {
            return;
        }
        runner.cancel(reason);
        if (!sessions.timers().isShutdown()) {
            ScheduledFuture<?> _ =
                    sessions.timers()
                            .schedule(
                                    () -> again(reason),
                                    REPEAT_CANCEL_MILLIS,
                                    TimeUnit.MILLISECONDS);
        }
    }

    private Transaction.Status status() {
        return client.transaction().status();
    }

    private void rests() {
        sessions.backends()
                .resting(
                        key.processId(),
                        switch (status()) {
                            case IDLE -> "idle";
                            case OPEN -> "idle in transaction";
                            case FAILED -> "idle in transaction (aborted)";
                        },
                        settings.get("application_name"));
        if (status() == Transaction.Status.IDLE) {
            connection.rests();
        }
    }

    @Override
    public void close() {
        sessions.backends().ended(key.processId());
        sessions.services().signals().remove(key.processId());
        portals.close();
        statements.close();
        client.transaction().close();
        connection.close();
    }
}
