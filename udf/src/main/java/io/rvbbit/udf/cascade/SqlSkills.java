package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Skill.SqlSkill;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Queries that models write: read-only, over the tables that the cascade allows and nothing else.
 *
 * <p>The model is told the tables with their columns, so that the first query can be right. What is
 * wrong with a query it is told too. Threading: any thread.
 */
record SqlSkills(StepRunner.Limits limits) {
    private static final OutputSchema PARAMETERS =
            OutputSchema.of(
                    AnswerJson.tree(
                            """
                            {"type": "object",
                             "properties": {
                               "query": {"type": "string", "description": "one SELECT"},
                               "params": {"type": "array", "description": "values of $1, $2 …",
                                          "items": {"type": ["string", "number", "boolean", "null"]}}},
                             "required": ["query"],
                             "additionalProperties": false}\
                            """));

    BoundSkill bind(SqlSkill skill, PromptCell cell, CellRun run) throws InterruptedException {
        SqlSource source = run.invocation().sql();
        if (source == null) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    "cell "
                            + Names.quoted(cell.name())
                            + " lets the model run SQL, but there is no database here");
        }
        Map<String, String> tables = new LinkedHashMap<>();
        for (PromptTemplate template : skill.tables()) {
            String table =
                    Rendering.of(
                            cell,
                            skill.place(),
                            () -> TemplateValues.text(template.value(run.names().forPrompt())));
            tables.put(table, columns(table, source, skill, cell));
        }
        String description =
                (skill.description().isEmpty()
                                ? "Runs one read-only SQL query (DuckDB's dialect)."
                                : skill.description())
                        + " Gives the rows as JSON, at most "
                        + skill.maxRows()
                        + ". Tables: "
                        + tables.entrySet().stream()
                                .map(table -> table.getKey() + "(" + table.getValue() + ")")
                                .collect(Collectors.joining(", "));
        return new BoundSkill(
                skill.name(),
                description,
                PARAMETERS,
                arguments -> query(skill, arguments, List.copyOf(tables.keySet()), source));
    }

    /** A table that is not there is the statement's fault. */
    private String columns(String table, SqlSource source, SqlSkill skill, PromptCell cell)
            throws InterruptedException {
        String name =
                Arrays.stream(table.split("\\.", -1))
                        .map(SqlText::identifier)
                        .collect(Collectors.joining("."));
        try {
            ArrayNode columns =
                    source.query(
                            "SELECT column_name, column_type FROM (DESCRIBE " + name + ")",
                            List.of(),
                            limits.sqlTimeout(),
                            limits.sqlMaxRows());
            return columns.valueStream()
                    .map(column ->
                            column.path("column_name").asText()
                                    + " "
                                    + column.path("column_type").asText())
                    .collect(Collectors.joining(", "));
        } catch (SqlException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            String fault = String.valueOf(e.getMessage());
            throw new SqlException(
                            e.state(),
                            skill.place().located(cell.name(), 1, "skill sql_data: " + fault),
                            e)
                    .hint(e.hint().orElse(""));
        }
    }

    private ToolBooks.Result query(
            SqlSkill skill, ObjectNode arguments, List<String> tables, SqlSource source)
            throws InterruptedException {
        String sql = arguments.path("query").asText();
        List<@Nullable Object> parameters = new ArrayList<>();
        arguments.path("params").forEach(value -> parameters.add(TemplateValues.of(value)));
        try {
            String outside = source.readsBeside(sql, tables).orElse("");
            if (!outside.isEmpty()) {
                throw new RowFailure(
                        "not_allowed",
                        SqlState.INSUFFICIENT_PRIVILEGE,
                        "the query may not use %s; it may read %s"
                                .formatted(outside, String.join(", ", tables)));
            }
            ArrayNode rows = source.query(sql, parameters, limits.sqlTimeout(), skill.maxRows());
            return new ToolBooks.Result(rows, summary(rows));
        } catch (SqlException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            String hint = e.hint().orElse("");
            throw new RowFailure("sql", e.state(), String.valueOf(e.getMessage()), hint);
        }
    }

    /** The books do not keep the rows. */
    private static JsonNode summary(ArrayNode rows) {
        return JsonNodeFactory.instance.objectNode().put("row_count", rows.size());
    }
}
