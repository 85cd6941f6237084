package io.rvbbit.gateway.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.rvbbit.gateway.access.Access;
import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.wire.FrontendMessage.CancelRequest;
import io.rvbbit.gateway.wire.FrontendMessage.StartupMessage;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all logins share: the rules, and how many may be under way at a time.
 *
 * <p>A client that has not logged in costs no thread and takes no session's place; beyond a bound
 * of their own more of them are refused. Threading: any thread.
 */
final class Logins {
    private static final int LEAST_BOUND = 100;

    /** Where clients go that are let in. */
    interface Door {
        /** Begins a session, after AuthenticationOk was written; the handler takes its messages. */
        ChannelHandler start(Channel channel, StartupMessage startup, Identity identity);

        void cancel(CancelRequest request);
    }

    private final Access access;
    private final Door door;
    private final int bound;
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger waiting = new AtomicInteger();

    /** As many logins may be under way as there may be sessions, and at least a hundred. */
    Logins(Access access, Door door, int maxConnections) {
        this.access = access;
        this.door = door;
        this.bound = Math.max(LEAST_BOUND, maxConnections);
    }

    Access access() {
        return access;
    }

    Door door() {
        return door;
    }

    SecureRandom random() {
        return random;
    }

    /** False if there are too many; {@link #ended} is due in either case. */
    boolean began() {
        return waiting.incrementAndGet() <= bound;
    }

    void ended() {
        waiting.decrementAndGet();
    }
}
