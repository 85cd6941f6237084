package io.rvbbit.tracking;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A store in whose second batch the thread dies that writes it. */
record Dying(EventStore real, Death death, AtomicInteger batches, CountDownLatch died)
        implements EventStore {
    /** Whether the batch is stored before that. */
    enum Death {
        BEFORE,
        AFTER
    }

    @Override
    public void append(Batch batch) throws SQLException {
        boolean now = batches.incrementAndGet() == 2;
        if (!now || death == Death.AFTER) {
            real.append(batch);
        }
        if (now) {
            died.countDown();
            throw new AssertionError("this gateway dies " + death + " it has stored");
        }
    }

    @Override
    public void open() throws SQLException {
        real.open();
    }

    @Override
    public long position() throws SQLException {
        return real.position();
    }

    @Override
    public Unfinished unfinished() throws SQLException {
        return real.unfinished();
    }

    @Override
    public Optional<Row<SessionColumn>> endedSession(String id) throws SQLException {
        return real.endedSession(id);
    }

    @Override
    public Optional<Row<StatementColumn>> endedStatement(CallerId caller) throws SQLException {
        return real.endedStatement(caller);
    }

    @Override
    public void close() {
        real.close();
    }
}
