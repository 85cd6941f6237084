package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Script;
import java.time.Instant;
import java.util.List;

/**
 * The statements that the client has prepared by name, by the protocol or by PREPARE: one set.
 *
 * <p>Threading: the session's thread only.
 */
public interface PreparedNames {
    /**
     * Keeps a statement.
     *
     * @param types PostgreSQL's names of the parameters' types as far as they were written
     * @param text the whole PREPARE
     * @throws io.rvbbit.rewriter.SqlException 42P05 if the name is taken, 42704 for an unknown type
     */
    void prepare(String name, List<String> types, Script.Part statement, String text);

    /**
     * What EXECUTE does.
     *
     * @param arguments expressions
     * @throws io.rvbbit.rewriter.SqlException 26000 if there is none of that name
     */
    Plan execute(String name, List<Script.Part> arguments);

    /** False if there is none of that name. */
    boolean deallocate(String name);

    void deallocateAll();

    /** What pg_prepared_statements shows. */
    List<Shown> shown();

    /** One row of pg_prepared_statements. */
    record Shown(
            String name, String statement, Instant since, List<String> types, boolean fromSql) {
        public Shown {
            types = List.copyOf(types);
        }
    }
}
