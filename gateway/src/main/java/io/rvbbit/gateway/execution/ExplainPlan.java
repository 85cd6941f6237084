package io.rvbbit.gateway.execution;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.rewriter.Rewriter;
import io.rvbbit.rewriter.Rewritten;
import io.rvbbit.rewriter.RowBound;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.ExplainStatement;
import io.rvbbit.udf.CallSpec;
import io.rvbbit.udf.cascade.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a RVBBIT statement would do: its cascades, models, bounds and the SQL it becomes.
 *
 * <p>Spends nothing and runs nothing. It makes no estimate of rows, tokens or cost, and says so.
 */
final class ExplainPlan {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COLUMN = "QUERY PLAN";

    private ExplainPlan() {}

    static Plan of(
            ClientContext client,
            CascadePlanner planner,
            ExplainStatement statement,
            List<String> parameterTypes) {
        if (statement.options().spends()) {
            throw new SqlException(
                            SqlState.FEATURE_NOT_SUPPORTED,
                            "EXPLAIN ANALYZE and SAMPLE of a RVBBIT statement are not supported by"
                                    + " this version")
                    .hint(
                            "EXPLAIN RVBBIT … shows the plan; run the statement and see"
                                    + " sql_query_log for what it cost");
        }
        CascadePlanner.Calls calls = planner.check(statement.explained(), parameterTypes);
        Rewritten rewritten =
                Rewriter.rewrite(statement.explained(), CascadePlanner.NO_CALLER, calls.shapes());
        return switch (statement.options().format()) {
            case TEXT ->
                    RowsPlan.showing(
                            TextRows.textColumns(COLUMN),
                            "EXPLAIN",
                            () -> text(client, calls, rewritten));
            case JSON -> {
                List<Column> column = TextRows.jsonColumn(COLUMN);
                yield RowsPlan.showing(
                        column, "EXPLAIN", () -> List.of(List.of(json(client, calls, rewritten))));
            }
        };
    }

    private static List<List<String>> text(
            ClientContext client, CascadePlanner.Calls calls, Rewritten rewritten) {
        List<String> lines = new ArrayList<>();
        for (int index = 0; index < calls.specs().size(); index++) {
            CallSpec spec = calls.specs().get(index);
            lines.add(
                    "%s of cascade %s (%s)"
                            .formatted(spec.verb(), spec.cascade().id(), spec.cascade().file()));
            lines.add("  Cells: " + cells(client, spec));
            lines.add("  Input: " + String.join(", ", calls.shapes().get(index).inputColumns()));
            lines.add("  Rows: at most " + bound(calls.bounds().get(index)));
            lines.add("  On error: " + spec.onError());
        }
        String budget = client.budgets().of(calls.budgetDollars()).describe();
        if (!budget.isEmpty()) {
            lines.add("Budget: " + budget);
        }
        lines.add("Estimate of rows, tokens and cost: not made by this version");
        lines.add("Rewritten SQL:");
        rewritten.stagings().forEach(staging -> lines.addAll(indented(staging.sql())));
        lines.addAll(indented(rewritten.sql()));
        return lines.stream().map(List::of).toList();
    }

    private static String cells(ClientContext client, CallSpec spec) {
        return spec.cascade().cells().stream()
                .map(cell -> cell.name() + " (" + what(client, spec, cell) + ")")
                .collect(Collectors.joining(", "));
    }

    private static String what(ClientContext client, CallSpec spec, Cell cell) {
        return switch (cell) {
            case Cell.PromptCell prompt -> "model " + model(client, spec, prompt);
            case Cell.SqlCell _ -> "sql_data";
        };
    }

    private static String model(ClientContext client, CallSpec spec, Cell.PromptCell prompt) {
        var resolved =
                client.services()
                        .models()
                        .resolve(CascadePlanner.model(prompt, spec.overrides().model()));
        return resolved.model();
    }

    private static String bound(RowBound bound) {
        return switch (bound.reason()) {
            case DEFAULT -> bound.rows() + " (automatic limit)";
            case OPTION -> bound.rows() + " (limit)";
            case OWN -> "the query's LIMIT";
            case AROUND -> bound.rows() + " (the LIMIT around the clause)";
            case SERVER_MAXIMUM -> bound.rows() + " (the server's maximum)";
        };
    }

    private static List<String> indented(String sql) {
        return sql.lines().map(line -> "  " + line).toList();
    }

    private static String json(
            ClientContext client, CascadePlanner.Calls calls, Rewritten rewritten) {
        ObjectNode plan = JSON.createObjectNode();
        plan.putNull("rows");
        plan.putNull("cost_usd");
        var models = plan.putArray("model");
        for (CallSpec spec : calls.specs()) {
            for (Cell cell : spec.cascade().cells()) {
                if (cell instanceof Cell.PromptCell prompt) {
                    models.add(model(client, spec, prompt));
                }
            }
        }
        var bounds = plan.putArray("row_bounds");
        calls.bounds().forEach(bound -> bounds.add(bound.rows()));
        plan.put("rewritten_sql", rewritten.sql());
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(plan);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of strings and numbers has a text", e);
        }
    }
}
