package io.rvbbit.gateway.session;

import io.rvbbit.gateway.execution.Cancellation;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which session a CancelRequest means: process id and a random secret, as told in BackendKeyData.
 *
 * <p>A wrong secret is ignored without an answer, as in PostgreSQL. Threading: any thread.
 */
public final class CancelKeys {
    /** What one session tells its client. */
    @SuppressWarnings("ArrayRecordComponent") // compared in constant time, never by equals
    record Key(int processId, byte[] secret) {}

    @SuppressWarnings("ArrayRecordComponent") // compared in constant time, never by equals
    private record Entry(byte[] secret, SessionLoop session) {}

    private final ConcurrentMap<Integer, Entry> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger lastProcessId = new AtomicInteger();
    private final SecureRandom random = new SecureRandom();

    /**
     * Gives a session its key; {@link #remove} takes it back.
     *
     * @param length of the secret in bytes: 4 in protocol 3.0, up to 256 from 3.2 on
     */
    Key add(SessionLoop session, int length) {
        byte[] secret = new byte[length];
        random.nextBytes(secret);
        Entry entry = new Entry(secret, session);
        int processId;
        do {
            processId = lastProcessId.updateAndGet(CancelKeys::next);
        } while (sessions.putIfAbsent(processId, entry) != null);
        return new Key(processId, secret);
    }

    /** A process id for a session that no CancelRequest reaches. */
    Key reserve() {
        int processId;
        do {
            processId = lastProcessId.updateAndGet(CancelKeys::next);
        } while (sessions.containsKey(processId));
        return new Key(processId, new byte[0]);
    }

    private static int next(int last) {
        return last == Integer.MAX_VALUE ? 1 : last + 1;
    }

    void remove(Key key) {
        sessions.remove(key.processId());
    }

    /** Stops what the session does now; nothing happens if it does nothing or the key is wrong. */
    void cancel(int processId, byte[] secret) {
        Optional.ofNullable(sessions.get(processId))
                .filter(entry -> MessageDigest.isEqual(entry.secret(), secret))
                .ifPresent(entry -> entry.session().cancel(Cancellation.USER_REQUEST));
    }
}
