package io.rvbbit.gateway.engine;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection with a database of its own, made when it is first used and gone with it.
 *
 * <p>Threading: the session's thread only, except {@link #interrupt}.
 */
final class PrivateConnection implements EngineConnection {
    private final Supplier<DuckDbInstance> opener;
    private final String booksKey;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable DuckDbInstance instance;
    private @Nullable RawConnection connection;
    private boolean closed;

    PrivateConnection(Supplier<DuckDbInstance> opener, String booksKey) {
        this.opener = opener;
        this.booksKey = booksKey;
    }

    private RawConnection connection() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("this connection is closed");
            }
            RawConnection existing = connection;
            if (existing != null) {
                return existing;
            }
            DuckDbInstance made = opener.get();
            RawConnection first = made.connect(booksKey);
            instance = made;
            connection = first;
            return first;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public EnginePrepared prepare(String sql, List<String> parameterTypes) {
        return connection().prepare(sql, parameterTypes);
    }

    @Override
    public void setCaller(String token) {
        connection().setCaller(token);
    }

    @Override
    public RowLoad load(List<Column> columns, String insert, String query) {
        return connection().load(columns, insert, query);
    }

    @Override
    public void setVariable(String name, String expression) {
        connection().setVariable(name, expression);
    }

    @Override
    public void interrupt() {
        lock.lock();
        try {
            RawConnection existing = connection;
            if (existing != null && !closed) {
                existing.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean inTransaction() {
        lock.lock();
        try {
            RawConnection existing = connection;
            return existing != null && existing.inTransaction();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void rests() {
        lock.lock();
        try {
            RawConnection existing = connection;
            if (existing != null) {
                existing.rests();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void checkSyntax(String sql) {
        connection().checkSyntax(sql);
    }

    @Override
    public AtomicLong changes() {
        return connection().changes();
    }

    @Override
    public SerialWriters serialWriters() {
        return connection().serialWriters();
    }

    @Override
    public EngineConnection sibling() {
        return connection().sibling();
    }

    @Override
    public String database() {
        return Databases.MEMORY;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            RawConnection existing = connection;
            DuckDbInstance made = instance;
            if (existing != null) {
                existing.close();
            }
            if (made != null) {
                made.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
