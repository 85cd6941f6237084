package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.catalog.CatalogQuery;
import io.rvbbit.gateway.dialect.Dialect;
import io.rvbbit.gateway.dialect.DialectSql;
import java.util.List;

/** From what a client wrote to what the engine runs. Threading: stateless. */
final class ClientQuery {
    private ClientQuery() {}

    /**
     * The statement in the session's dialect, its questions to the catalogue and the books
     * rewritten.
     */
    static DialectSql engine(ClientContext client, String sql) {
        if (client.settings().get("rvbbit.dialect").equals("duckdb")) {
            return new DialectSql(rewrite(client, sql), List.of(), List.of());
        }
        DialectSql dialect =
                Dialect.rewrite(
                        InsertTarget.completed(client, sql), client.settings().get("DateStyle"));
        return new DialectSql(rewrite(client, dialect.text()), dialect.before(), dialect.notices());
    }

    private static String rewrite(ClientContext client, String sql) {
        return client.services().bookQuery().rewrite(CatalogQuery.rewrite(sql));
    }

    static String engineText(ClientContext client, String sql) {
        return engine(client, sql).text();
    }
}
