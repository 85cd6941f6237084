package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The session's portals, as SQL names them. Threading: the session's thread only. */
public interface Cursors {
    /**
     * Opens a portal, which owns the plan from then on.
     *
     * @param declaring cancels the beginning of the query
     * @throws io.rvbbit.rewriter.SqlException 42P03 if there is one of that name
     */
    void declare(
            Declaration declaration,
            Plan query,
            List<@Nullable Object> parameters,
            Cancellation declaring);

    /** The columns of a portal's rows; empty also where there is none of that name. */
    List<Column> columns(String portal);

    /**
     * @throws io.rvbbit.rewriter.SqlException 34000 if there is none of that name
     */
    void close(String portal);

    void closeAll();

    /** Before a transaction ends: holdable portals keep their rows, all others are gone. */
    void transactionEnds(boolean commits);

    /** The number that the next portal gets; each is higher than the one before. */
    long nextNumber();

    /** Closes those with this number or a higher one. */
    void closeFrom(long number);

    /** What pg_cursors shows. */
    List<Shown> shown();

    /** Where a cursor can go. */
    enum Scroll {
        /** Not said: forward only, as PostgreSQL allows. */
        UNSAID,
        SCROLL,
        NO_SCROLL
    }

    /** DECLARE, without its query. */
    record Declaration(String name, String text, boolean binary, Scroll scroll, boolean holds) {}

    /** One row of pg_cursors. */
    record Shown(
            String name,
            String statement,
            boolean holds,
            boolean binary,
            boolean scrolls,
            Instant since) {}
}
