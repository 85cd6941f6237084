package io.rvbbit.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What tables a session sees, and of what they are made. Threading: the session's thread only. */
final class SessionCatalog {
    private static final String TABLES =
            """
            SELECT table_schema, table_name, table_type FROM information_schema.tables
            WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
            ORDER BY table_schema, table_name\
            """;
    private final Exchange exchange;
    private final HttpSession session;

    SessionCatalog(Exchange exchange, HttpSession session) {
        this.exchange = exchange;
        this.session = session;
    }

    private List<List<@Nullable String>> rows(String sql) {
        CollectedRows collected = new CollectedRows();
        session.script(ScriptCall.applicationName(exchange), sql, "", collected);
        return collected.rows();
    }

    private ObjectNode success() {
        return Json.MAPPER.createObjectNode().put("success", true).put("session_id", session.id());
    }

    Answer tables() {
        ObjectNode json = success();
        ArrayNode tables = json.putArray("tables");
        for (List<@Nullable String> row : rows(TABLES)) {
            tables.addObject()
                    .put("schema", row.get(0))
                    .put("name", row.get(1))
                    .put("type", row.get(2));
        }
        return Answer.json(HttpResponseStatus.OK, json);
    }

    /**
     * @param table with or without its schema
     * @throws Refusal 404
     */
    Answer schema(String table) {
        int dot = table.indexOf('.');
        String inSchema =
                dot < 0
                        ? "table_schema NOT IN ('pg_catalog', 'information_schema')"
                        : "table_schema = " + SqlText.literal(table.substring(0, dot));
        List<List<@Nullable String>> rows =
                rows(
                        """
                        SELECT table_schema, table_name, column_name, data_type, is_nullable
                        FROM information_schema.columns
                        WHERE table_name = %s AND %s ORDER BY table_schema, ordinal_position\
                        """
                                .formatted(SqlText.literal(table.substring(dot + 1)), inSchema));
        if (rows.isEmpty()) {
            throw Refusal.missing(
                    SqlState.UNDEFINED_TABLE,
                    "relation \"" + table + "\" does not exist",
                    "GET /api/sql/tables/" + session.id() + " tells what there is");
        }
        ObjectNode json = success();
        String schema = String.valueOf(rows.getFirst().get(0));
        json.put("schema", schema).put("table", rows.getFirst().get(1));
        ArrayNode columns = json.putArray("columns");
        for (List<@Nullable String> row : rows) {
            if (schema.equals(row.get(0))) {
                columns.addObject()
                        .put("name", row.get(2))
                        .put("type", row.get(3))
                        .put("nullable", "YES".equals(row.get(4)));
            }
        }
        return Answer.json(HttpResponseStatus.OK, json);
    }
}
