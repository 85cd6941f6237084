package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Target.CreateTable;

/** CREATE TABLE … AS where the name is taken: nothing is spent. Threading: stateless. */
final class TakenTable {
    private static final String TAG = "CREATE TABLE AS";

    private TakenTable() {}

    /**
     * Whether the statement would find its name taken.
     *
     * @throws SqlException 42P07 if it minds
     */
    static boolean isTaken(ClientContext client, CreateTable create) {
        if (create.orReplace() || !TableLookup.exists(client.connection(), create)) {
            return false;
        }
        if (!create.ifNotExists()) {
            throw new SqlException(
                    SqlState.DUPLICATE_TABLE, "relation \"" + name(create) + "\" already exists");
        }
        return true;
    }

    /** Leaves the table as it is, and fails with 0A000 if it has gone by then. */
    static Plan plan(ClientContext client, CreateTable create) {
        return RowsPlan.command(
                TAG,
                () -> {
                    if (!isTaken(client, create)) {
                        throw new SqlException(
                                        SqlState.FEATURE_NOT_SUPPORTED,
                                        "relation \"%s\" existed when the statement was prepared"
                                                .formatted(name(create)))
                                .hint("prepare the statement again");
                    }
                    client.notices()
                            .notice(
                                    SqlState.DUPLICATE_TABLE,
                                    "relation \"" + name(create) + "\" already exists, skipping");
                });
    }

    private static String name(CreateTable create) {
        return create.name().parts().getLast();
    }
}
