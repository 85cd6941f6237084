package io.rvbbit.rewriter;

import java.util.List;
import java.util.Optional;

/**
 * COPY between a table or query and the client's connection.
 *
 * <p>COPY with a file is none of these: it is the engine's affair. Threading: immutable.
 */
public sealed interface CopyStatement {
    CopyOptions options();

    /**
     * COPY table (…) FROM STDIN.
     *
     * @param position of the table's name: 1-based character in the client's text
     * @param columns as listed, folded; empty where none are
     * @param where the condition
     */
    record FromClient(
            Target.TableName table,
            int position,
            List<String> columns,
            CopyOptions options,
            Optional<Script.Part> where)
            implements CopyStatement {
        public FromClient {
            columns = List.copyOf(columns);
        }
    }

    /** COPY table (…) TO STDOUT; the components as above. */
    record TableToClient(
            Target.TableName table, int position, List<String> columns, CopyOptions options)
            implements CopyStatement {
        public TableToClient {
            columns = List.copyOf(columns);
        }
    }

    /** COPY (query) TO STDOUT. */
    record QueryToClient(Script.Part query, CopyOptions options) implements CopyStatement {}
}
