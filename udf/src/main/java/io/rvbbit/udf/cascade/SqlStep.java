package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import io.rvbbit.udf.cascade.SqlTemplate.Rendered;
import io.rvbbit.udf.llm.Sleeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@code sql_data} cell: {@code {rows, row_count, columns}}.
 *
 * <p>An error is the row's, tried again as the cell's {@code retry} says, unless the query cannot
 * be right for any row: if the engine refuses it for the same reason when NULL stands for each of
 * the row's values, before it runs, then it is the statement's. Either names file, line and cell,
 * and never a place in the client's text. Threading: any thread.
 */
final class SqlStep {
    static final String TOOL = "sql_data";
    private static final Set<SqlState> FOUND_EARLY =
            Set.of(
                    SqlState.READ_ONLY_TRANSACTION,
                    SqlState.FEATURE_NOT_SUPPORTED,
                    SqlState.INTERNAL_ERROR);

    private final ToolBooks books;
    private final Sleeper sleeper;
    private final StepRunner.Limits limits;

    SqlStep(ToolBooks books, Sleeper sleeper, StepRunner.Limits limits) {
        this.books = books;
        this.sleeper = sleeper;
        this.limits = limits;
    }

    JsonNode run(SqlCell cell, CellRun run) throws InterruptedException {
        RunNames names = run.names();
        CellLog log = run.log();
        SqlSource source = run.invocation().sql();
        if (source == null) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    "cell "
                            + Names.quoted(cell.name())
                            + " runs SQL, but there is no database here");
        }
        Rendered rendered =
                Rendering.of(cell, cell.place(), () -> cell.query().render(names.forSql()));
        List<@Nullable Object> parameters = new ArrayList<>();
        for (SqlCell.Parameter parameter : cell.parameters()) {
            parameters.add(
                    Rendering.<@Nullable Object>of(
                            cell,
                            parameter.place(),
                            () -> scalar(parameter.template().value(names.forPrompt()))));
        }
        int attempts = cell.retry().tries();
        for (int attempt = 1; ; attempt++) {
            try {
                return query(cell, source, rendered.sql(), parameters, run);
            } catch (SqlException e) {
                if (e.state() == SqlState.QUERY_CANCELED) {
                    throw RowFailure.timeout(
                            "the query of cell " + Names.quoted(cell.name()) + " took too long");
                }
                String message = String.valueOf(e.getMessage());
                String located = located(cell, rendered.sql(), e);
                if (isOfEveryRow(e, rendered, source)) {
                    throw new SqlException(e.state(), located, e).hint(e.hint().orElse(""));
                }
                if (attempt >= attempts) {
                    throw new RowFailure("sql", e.state(), located, e.hint().orElse(""));
                }
                Duration wait = cell.retry().waitAfter(attempt);
                log.retrying(wait, message);
                sleeper.sleep(wait);
            }
        }
    }

    private boolean isOfEveryRow(SqlException fault, Rendered rendered, SqlSource source)
            throws InterruptedException {
        boolean early =
                FOUND_EARLY.contains(fault.state()) || fault.state().code().startsWith("42");
        if (!early || rendered.blank().isEmpty()) {
            return false;
        }
        try {
            source.check(rendered.blank().get(), limits.sqlTimeout());
            return false;
        } catch (SqlException blank) {
            return blank.state() == fault.state()
                    && Objects.equals(blank.getMessage(), fault.getMessage());
        }
    }

    /** With the line of the query that the engine points at. */
    private static String located(SqlCell cell, String sql, SqlException fault) {
        long line =
                1
                        + sql.codePoints()
                                .limit(Math.max(0, fault.position() - 1))
                                .filter(c -> c == '\n')
                                .count();
        return cell.place().located(cell.name(), (int) line, String.valueOf(fault.getMessage()));
    }

    private JsonNode query(
            SqlCell cell,
            SqlSource source,
            String sql,
            List<@Nullable Object> parameters,
            CellRun run)
            throws InterruptedException {
        ObjectNode given = JsonNodeFactory.instance.objectNode();
        given.put("query", sql);
        given.set("params", TemplateValues.json(parameters));
        Duration timeout = cell.timeout();
        boolean shorter = timeout != null && timeout.compareTo(limits.sqlTimeout()) < 0;
        return books.booked(
                run,
                cell.name(),
                TOOL,
                given,
                () -> {
                    JsonNode rows =
                            output(
                                    source.query(
                                            sql,
                                            parameters,
                                            shorter && timeout != null
                                                    ? timeout
                                                    : limits.sqlTimeout(),
                                            limits.sqlMaxRows()));
                    return new ToolBooks.Result(rows, summary(rows));
                });
    }

    /** Containers are bound as their JSON. */
    private static @Nullable Object scalar(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> TemplateValues.text(map);
            case Collection<?> list -> TemplateValues.text(list);
            case UndefinedName undefined -> throw undefined.fault();
            case Integer whole -> whole.longValue();
            case null, default -> value;
        };
    }

    private static ObjectNode output(ArrayNode rows) {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        output.set("rows", rows);
        output.put("row_count", rows.size());
        ArrayNode columns = output.putArray("columns");
        if (!rows.isEmpty()) {
            rows.get(0).fieldNames().forEachRemaining(columns::add);
        }
        return output;
    }

    /** For the books, which do not keep the rows. */
    static JsonNode summary(JsonNode output) {
        ObjectNode summary = JsonNodeFactory.instance.objectNode();
        summary.set("row_count", output.path("row_count"));
        summary.set("columns", output.path("columns"));
        return summary;
    }
}
