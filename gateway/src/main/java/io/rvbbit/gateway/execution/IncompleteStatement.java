package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.Target.CreateTable;
import io.rvbbit.udf.FallbackCall;
import java.util.List;
import java.util.Optional;

/**
 * A statement that calls functions which do not exist, and what comes of it if something else
 * stands where they do.
 *
 * <p>Threading: the session's thread only.
 */
interface IncompleteStatement {
    /** As the client wrote it. */
    String text();

    /** Characters before it in the client's whole text. */
    int offset();

    /** DuckDB type names that the client declared, "" where it left them open. */
    List<String> parameterTypes();

    /** The client's statement for the books: COPY has more around this one. */
    String booked();

    /**
     * The table that it makes; empty for any other statement, and for one that has run before: its
     * table may be there.
     */
    Optional<CreateTable> makes();

    /** What was decided when it ran before; empty for a statement that runs for the first time. */
    List<FallbackCall> decided();

    /** For {@code sql_query_log.query_type}. */
    String kind();

    /**
     * What is wrong with the statement in other words, by its place in the client's text; empty if
     * the engine takes it.
     *
     * @param changed in the client's dialect
     */
    Optional<SqlException> fault(String changed);

    /**
     * The plan of the statement in other words.
     *
     * @throws SqlException as {@link #fault}
     */
    AccountedPlan plan(String changed);
}
