package io.rvbbit.gateway.engine;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one connection holds of the catalogue: relations read from the engine, kept until they may
 * be out of date.
 *
 * <p>They are read on the connection itself, so they show its uncommitted changes, its temporary
 * objects and its transaction's snapshot. They are read anew for the first statement that needs
 * them after anybody has committed a definition, or this connection has changed anything. A
 * statement's needs become known while it is prepared: the engine binds {@link CatalogFunction} and
 * folds the constant calls of {@link CatalogLookups} then. Once the session rests, what it holds
 * may be given back: thousands of tables are tens of megabytes. Threading: the session's thread,
 * DuckDB's for {@link #rows} and {@link #needs}, any for {@link #release}.
 */
final class CatalogStage {
    /** How often it is read again because others committed meanwhile. */
    private static final int TRIES = 3;

    private static final long OUTDATED = -1;

    private final CatalogStages stages;
    private final RawConnection connection;
    private final long number;
    private final AtomicLong definitions;
    private final ConcurrentMap<String, CatalogRows> rows = new ConcurrentHashMap<>();
    private final Set<String> needed = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private boolean used;
    private long restingSince;
    private long asOf = OUTDATED;
    private long begunAt;
    private boolean uncommitted;
    private boolean filling;

    CatalogStage(
            CatalogStages stages, RawConnection connection, long number, AtomicLong definitions) {
        this.stages = stages;
        this.connection = connection;
        this.number = number;
        this.definitions = definitions;
    }

    long number() {
        return number;
    }

    /** A statement that is being prepared will read this. */
    CatalogRelation needs(String name) {
        CatalogRelation relation = stages.relation(name);
        needed.add(name);
        return relation;
    }

    /** What was needed since this was asked last. */
    Set<String> takeNeeds() {
        if (needed.isEmpty()) {
            return Set.of();
        }
        Set<String> taken = new TreeSet<>(needed);
        needed.clear();
        return taken;
    }

    /** The connection has done something that may change what its catalogue says. */
    void outdated() {
        asOf = OUTDATED;
    }

    /** The connection may have changed a definition. */
    void defined(boolean inTransaction) {
        outdated();
        if (inTransaction) {
            uncommitted = true;
        } else {
            definitions.incrementAndGet();
        }
    }

    void begins() {
        begunAt = definitions.get();
        uncommitted = false;
    }

    /** A transaction is over; what was read in it may be older than what others committed. */
    void ends(boolean commits) {
        if (uncommitted || definitions.get() != begunAt) {
            outdated();
        }
        if (uncommitted && commits) {
            definitions.incrementAndGet();
        }
        uncommitted = false;
    }

    /** Reads what a statement needs and is not held yet or may be out of date. */
    void fill(Set<String> names) {
        if (names.isEmpty()) {
            return;
        }
        if (filling) {
            read(names);
            return;
        }
        rests(false);
        filling = true;
        try {
            for (int i = 0; i < TRIES; i++) {
                long now = definitions.get();
                if (now != asOf) {
                    rows.clear();
                    asOf = now;
                }
                read(names);
                if (definitions.get() == now) {
                    return;
                }
            }
        } finally {
            filling = false;
        }
    }

    /** No statement of the connection reads it from now on, until the next one is filled for. */
    void rests() {
        rests(true);
    }

    private void rests(boolean now) {
        lock.lock();
        try {
            if (used && now) {
                restingSince = System.nanoTime();
            }
            used = !now;
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of what nobody has read for that long. */
    void release(Duration rest) {
        lock.lock();
        try {
            if (!used && System.nanoTime() - restingSince >= rest.toNanos()) {
                rows.clear();
            }
        } finally {
            lock.unlock();
        }
    }

    private void read(Set<String> names) {
        for (String name : names) {
            CatalogRelation relation = stages.relation(name);
            if (held(relation) != null) {
                continue;
            }
            try (RawPrepared query = connection.prepareOurs(relation.query(), List.of());
                    ResultCursor cursor = query.execute(List.of())) {
                CatalogRows read = CatalogRows.read(relation, cursor);
                if (relation.shared()) {
                    stages.share(read);
                } else {
                    rows.put(name, read);
                }
            }
        }
    }

    private @Nullable CatalogRows held(CatalogRelation relation) {
        return relation.shared() ? stages.shared(relation.name()) : rows.get(relation.name());
    }

    CatalogRows rows(String name) {
        CatalogRows held = held(stages.relation(name));
        if (held == null) {
            throw new IllegalStateException("\"" + name + "\" was not read before the statement");
        }
        return held;
    }
}
