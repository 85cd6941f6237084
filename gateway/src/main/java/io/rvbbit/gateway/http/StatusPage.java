package io.rvbbit.gateway.http;

import io.rvbbit.rewriter.SqlException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What runs and what was spent, as a page without scripts.
 *
 * <p>It shows what its reader may read in SQL: one's own statements, an admin everybody's.
 * Threading: the session's thread only.
 */
final class StatusPage {
    private static final String RUNNING =
            """
            SELECT s.caller_id, s.user_name, s.query_type,
              p.rows_done || coalesce(' of ' || p.rows_total, ''), p.rows_failed, p.rows_cached,
              s.calls, s.calls_in_flight, p.spent_usd, p.eta_seconds,
              date_trunc('second', s.started_at), left(s.query, 200)
            FROM rvbbit.statements s JOIN rvbbit.progress p ON p.caller_id = s.caller_id
            WHERE s.status = 'running' ORDER BY s.started_at\
            """;
    private static final String RECENT =
            """
            SELECT caller_id, user_name, protocol, query_type, status, rows_output,
              llm_calls_count, cache_hits, total_cost, duration_ms,
              date_trunc('second', started_at), left(query_raw, 200)
            FROM sql_query_log WHERE status <> 'running' ORDER BY started_at DESC LIMIT 25\
            """;
    private static final List<String> RUNNING_HEADS =
            List.of(
                    "caller",
                    "user",
                    "kind",
                    "rows done",
                    "failed",
                    "cached",
                    "calls",
                    "in flight",
                    "spent, $",
                    "left, s",
                    "since",
                    "statement");
    private static final List<String> RECENT_HEADS =
            List.of(
                    "caller",
                    "user",
                    "protocol",
                    "kind",
                    "status",
                    "rows",
                    "calls",
                    "cached",
                    "cost, $",
                    "ms",
                    "began",
                    "statement");

    private final HttpSession session;

    StatusPage(HttpSession session) {
        this.session = session;
    }

    Answer page() {
        String html =
                """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8"><title>RVBBIT</title><style>
                body{font:14px/1.5 system-ui,sans-serif;margin:2em}
                table{border-collapse:collapse}td,th{padding:.2em .7em;text-align:left;vertical-align:top;border-bottom:1px solid #ccc}
                td:last-child{font-family:monospace;white-space:pre-wrap}
                </style></head><body><h1>RVBBIT gateway</h1>
                <p><a href="/api/sql/health">health</a> · <a href="/metrics">metrics</a> · <a href="/openapi.json">OpenAPI</a></p>
                <h2>Running</h2>
                """
                        + table(RUNNING, RUNNING_HEADS, "Nothing runs.")
                        + "<h2>Recent callers</h2>\n"
                        + table(RECENT, RECENT_HEADS, "Nothing has run.")
                        + "</body></html>\n";
        return Answer.text("text/html; charset=utf-8", html)
                .with("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
                .with("X-Frame-Options", "DENY")
                .with("Referrer-Policy", "no-referrer");
    }

    private String table(String sql, List<String> heads, String nothing) {
        CollectedRows collected = new CollectedRows();
        try {
            session.script("status page", sql, "", collected);
        } catch (SqlException unreadable) {
            return "<p>" + escaped(String.valueOf(unreadable.getMessage())) + "</p>\n";
        }
        if (collected.rows().isEmpty()) {
            return "<p>" + nothing + "</p>\n";
        }
        StringBuilder html = new StringBuilder("<table><tr>");
        heads.forEach(head -> html.append("<th>").append(head).append("</th>"));
        html.append("</tr>\n");
        for (List<@Nullable String> row : collected.rows()) {
            html.append("<tr>");
            for (String value : row) {
                html.append("<td>").append(value == null ? "" : escaped(value)).append("</td>");
            }
            html.append("</tr>\n");
        }
        return html.append("</table>\n").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
