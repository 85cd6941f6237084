package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.JournalHead;

/** A statement of which a journal is kept, and which the client may ask again. */
record StoredStatement(CallerId caller, JournalHead head) {

    /**
     * @throws SqlException 42704 for a caller without a journal, 42501 for somebody else's, 55000
     *     for one of another database
     */
    static StoredStatement of(ClientContext client, String callerId) {
        CallerId caller = caller(callerId);
        JournalHead head = client.services().journals().head(caller);
        if (!head.user().equals(client.user())) {
            client.requireAdmin("permission denied for statement \"" + caller + "\"");
        }
        if (!head.database().equals(client.connection().database())) {
            throw new SqlException(
                            SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                            "the statement ran in database \"" + head.database() + "\"")
                    .hint("connect to that database");
        }
        return new StoredStatement(caller, head);
    }

    private static CallerId caller(String callerId) {
        try {
            return new CallerId(callerId);
        } catch (IllegalArgumentException wrong) {
            throw new SqlException(
                            SqlState.UNDEFINED_OBJECT,
                            "there is no statement \"" + callerId + "\"",
                            wrong)
                    .hint("sql_query_log lists statements by caller_id");
        }
    }
}
