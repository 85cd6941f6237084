package io.rvbbit.rewriter;

import java.util.List;

/**
 * A statement as the engine runs it.
 *
 * @param stagings to be done before {@code sql} runs, in this order
 */
public record Rewritten(String sql, List<Staging> stagings) {

    /**
     * The rows of a RUN clause, which its cascade finds in a table.
     *
     * @param call index of the clause
     * @param table the name under which the cascade's SQL finds the rows
     * @param sql gives at most {@code bound + 1} rows; the last tells that there are more
     */
    public record Staging(int call, String table, String sql, long bound) {}

    public Rewritten {
        stagings = List.copyOf(stagings);
    }
}
