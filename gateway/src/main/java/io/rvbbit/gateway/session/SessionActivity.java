package io.rvbbit.gateway.session;

import io.netty.channel.Channel;
import io.rvbbit.gateway.engine.Backends;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.BackendMessage.TransactionStatus;
import io.rvbbit.gateway.wire.FrontendMessage;
import io.rvbbit.gateway.wire.FrontendMessage.Bind;
import io.rvbbit.gateway.wire.FrontendMessage.Close;
import io.rvbbit.gateway.wire.FrontendMessage.Execute;
import io.rvbbit.gateway.wire.FrontendMessage.Parse;
import io.rvbbit.gateway.wire.FrontendMessage.Query;
import io.rvbbit.rewriter.PasswordText;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells {@code pg_stat_activity} what one session does, from the messages that it gets.
 *
 * <p>Threading: the session's thread only.
 */
final class SessionActivity implements AutoCloseable {
    private static final int MOST_NAMES = 1000;

    private final Backends backends;
    private final int processId;
    private final Settings settings;
    private final Map<String, String> statements = new HashMap<>();
    private final Map<String, String> portals = new HashMap<>();

    SessionActivity(
            Backends backends, int processId, Settings settings, String database, Channel channel) {
        this.backends = backends;
        this.processId = processId;
        this.settings = settings;
        boolean network = channel.remoteAddress() instanceof InetSocketAddress;
        InetSocketAddress address =
                network ? (InetSocketAddress) channel.remoteAddress() : new InetSocketAddress(0);
        backends.began(
                processId,
                settings.get("session_authorization"),
                database,
                network ? address.getAddress().getHostAddress() : "",
                network ? address.getPort() : -1,
                settings::all);
    }

    /** A message is about to be answered. */
    void begins(FrontendMessage message) {
        switch (message) {
            case Query query ->
                    backends.running(processId, PasswordText.hiddenInScript(query.sql()));
            case Parse parse -> {
                if (statements.size() >= MOST_NAMES) {
                    // DEALLOCATE is not seen here; what is forgotten is shown without its text.
                    statements.clear();
                }
                String text = PasswordText.hiddenInScript(parse.sql());
                statements.put(parse.statement(), text);
                backends.running(processId, text);
            }
            case Bind bind ->
                    portals.put(bind.portal(), statements.getOrDefault(bind.statement(), ""));
            case Execute execute ->
                    backends.running(processId, portals.getOrDefault(execute.portal(), ""));
            case Close close -> {
                if (close.target() == FrontendMessage.Target.STATEMENT) {
                    statements.remove(close.name());
                } else {
                    portals.remove(close.name());
                }
            }
            default -> {
                // Says nothing about which statement runs.
            }
        }
    }

    /** The session is ready for the next query. */
    void rests(TransactionStatus status) {
        if (status == TransactionStatus.IDLE) {
            portals.clear();
        }
        backends.resting(
                processId,
                switch (status) {
                    case IDLE -> "idle";
                    case IN_TRANSACTION -> "idle in transaction";
                    case FAILED -> "idle in transaction (aborted)";
                },
                settings.get("application_name"));
    }

    @Override
    public void close() {
        backends.ended(processId);
    }
}
