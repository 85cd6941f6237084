package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.EnginePrepared;
import io.rvbbit.rewriter.CallShape;
import io.rvbbit.rewriter.CascadeCall;
import io.rvbbit.rewriter.CascadeCall.Verb;
import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.Options;
import io.rvbbit.rewriter.OutputClause;
import io.rvbbit.rewriter.OutputShape;
import io.rvbbit.rewriter.Rewriter;
import io.rvbbit.rewriter.RowBound;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import io.rvbbit.rewriter.Target;
import io.rvbbit.udf.CallSpec;
import io.rvbbit.udf.JournalHead.InputColumn;
import io.rvbbit.udf.OnError;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Cell;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.llm.ModelException;
import io.rvbbit.udf.llm.Models;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the RVBBIT clauses of a statement against cascades, models and the engine.
 *
 * <p>Spends nothing: queries are described, not run. Threading: the session's thread only.
 */
final class CascadePlanner {
    /** Stands for the execution's token wherever nothing is executed. */
    static final String NO_CALLER = "'<caller>'";

    private static final Set<String> RUN_INPUTS = Set.of("data_table", "row_count");

    private final ClientContext client;

    /**
     * The clauses of one statement, each as the rewriter and as the functions need it.
     *
     * @param budgetDollars the smallest that a clause names; null if none does
     * @param mapped columns of the rows of its one MAP; empty if it has another number of clauses
     */
    record Calls(
            List<CallShape> shapes,
            List<CallSpec> specs,
            List<RowBound> bounds,
            @Nullable BigDecimal budgetDollars,
            List<InputColumn> mapped) {}

    CascadePlanner(ClientContext client) {
        this.client = client;
    }

    Calls check(CascadeStatement statement, List<String> parameterTypes) {
        List<CallShape> shapes = new ArrayList<>();
        List<CallSpec> specs = new ArrayList<>();
        List<RowBound> bounds = new ArrayList<>();
        List<InputColumn> mapped = List.of();
        BigDecimal budget =
                statement.calls().stream()
                        .map(call -> call.options().budgetDollars())
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder())
                        .orElse(null);
        boolean limited = client.budgets().of(budget).isLimited();
        for (CascadeCall call : statement.calls()) {
            Cascade cascade = load(call, limited);
            List<Column> columns = describe(statement, call, shapes, parameterTypes);
            List<String> inputs = columns.stream().map(Column::name).toList();
            checkInputs(call, cascade, inputs);
            RowBound bound = RowBound.of(statement, call, client.services().maxRows());
            Options.OnError onError = onError(call, statement.target());
            shapes.add(
                    new CallShape(
                            inputs,
                            outputs(call, cascade),
                            bound.rows(),
                            onError,
                            call.options().meta()));
            specs.add(spec(call, cascade, onError, bound));
            bounds.add(bound);
            if (call.verb() == Verb.MAP && statement.calls().size() == 1) {
                mapped =
                        columns.stream()
                                .map(column -> new InputColumn(column.name(), column.type().name()))
                                .toList();
            }
        }
        return new Calls(
                List.copyOf(shapes), List.copyOf(specs), List.copyOf(bounds), budget, mapped);
    }

    /** A MAP whose rows are at hand and counted: its query is neither described nor run. */
    Calls replayed(CascadeCall call, List<InputColumn> inputs) {
        boolean limited = client.budgets().of(call.options().budgetDollars()).isLimited();
        Cascade cascade = load(call, limited);
        List<String> names = inputs.stream().map(InputColumn::name).toList();
        checkInputs(call, cascade, names);
        long most = client.services().maxRows();
        RowBound bound =
                call.options().limit() instanceof Options.RowLimit.Rows(long rows) && rows <= most
                        ? new RowBound(rows, RowBound.Reason.OPTION)
                        : new RowBound(most, RowBound.Reason.OWN);
        Options.OnError onError = onError(call, new Target.ToClient());
        return new Calls(
                List.of(new CallShape(names, outputs(call, cascade), bound.rows(), onError, false)),
                List.of(spec(call, cascade, onError, bound)),
                List.of(bound),
                call.options().budgetDollars(),
                inputs);
    }

    private Cascade load(CascadeCall call, boolean limited) {
        try {
            Cascade cascade = client.services().cascades().load(call.cascade());
            cascade.prompts()
                    .flatMap(cell -> cell.parts().stream())
                    .forEach(part ->
                            checkModel(model(part.cell(), call.options().model()), limited));
            return cascade;
        } catch (SqlException e) {
            throw e.at(call.cascadePosition());
        }
    }

    private void checkModel(String model, boolean limited) {
        Models.Resolved resolved = client.services().models().resolve(model);
        if (limited) {
            try {
                resolved.client().checkPrice(resolved.model());
            } catch (ModelException e) {
                throw new SqlException(e.state(), String.valueOf(e.getMessage()), e).hint(e.hint());
            }
        }
    }

    /** The model that a cell asks for; empty for the server's default. */
    static String model(Cell.PromptCell cell, @Nullable String override) {
        if (override != null) {
            return override;
        }
        String own = cell.sampling().model();
        return own == null ? "" : own;
    }

    private List<Column> describe(
            CascadeStatement statement,
            CascadeCall call,
            List<CallShape> earlier,
            List<String> parameterTypes) {
        String sql = Rewriter.describeQuery(statement, call.index(), NO_CALLER, earlier);
        try (EnginePrepared prepared =
                client.connection().prepare(ClientQuery.engineText(client, sql), parameterTypes)) {
            if (prepared.kind() != EnginePrepared.Kind.ROWS) {
                throw new SqlException(SqlState.SYNTAX_ERROR, "the query of USING gives no rows")
                        .at(call.queryPosition())
                        .hint("USING (SELECT …)");
            }
            List<Column> columns = prepared.columns();
            refuseTwins(columns.stream().map(Column::name).toList(), call);
            return columns;
        } catch (SqlException e) {
            SqlException inClient = inQuery(e, sql, call);
            throw OuterColumns.seenIn(statement, call, inClient).orElse(inClient);
        }
    }

    private static void refuseTwins(List<String> names, CascadeCall call) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw new SqlException(
                                SqlState.DUPLICATE_COLUMN,
                                "the query of USING has two columns named \"" + name + "\"")
                        .at(call.queryPosition())
                        .hint("give it an alias");
            }
        }
    }

    /** The fault's place in the client's text: inside the query, or else at its beginning. */
    private static SqlException inQuery(SqlException fault, String sql, CascadeCall call) {
        int start = sql.indexOf(call.query());
        if (fault.position() == call.queryPosition() || start < 0) {
            return fault.at(call.queryPosition());
        }
        int before = sql.codePointCount(0, start);
        int length = call.query().codePointCount(0, call.query().length());
        int inside = fault.position() - before;
        boolean points = fault.position() > 0 && inside >= 1 && inside <= length + 1;
        return fault.at(points ? call.queryPosition() + inside - 1 : call.queryPosition());
    }

    private static void checkInputs(CascadeCall call, Cascade cascade, List<String> columns) {
        Set<String> given = new HashSet<>(call.verb() == Verb.RUN ? RUN_INPUTS : columns);
        for (String required : cascade.requiredInputs()) {
            if (!given.contains(required)) {
                throw missingInput(call, cascade, required, List.copyOf(given));
            }
        }
    }

    private static SqlException missingInput(
            CascadeCall call, Cascade cascade, String required, List<String> given) {
        SqlException missing =
                new SqlException(
                                SqlState.UNDEFINED_COLUMN,
                                "cascade \"%s\" reads input \"%s\", which is no column of the query"
                                        .formatted(cascade.id(), required))
                        .at(call.queryPosition());
        String alias =
                NearestName.of(required, given)
                        .map(near ->
                                "did you mean \"" + near + "\"? SELECT " + near + " AS " + required)
                        .orElse(
                                "the query has "
                                        + String.join(", ", given.stream().sorted().toList()));
        return missing.hint(alias);
    }

    private OutputShape outputs(CascadeCall call, Cascade cascade) {
        Map<String, String> properties = cascade.outputs();
        if (call.options().inferSchema()) {
            if (properties == null || properties.isEmpty()) {
                throw new SqlException(
                                SqlState.INVALID_COLUMN_DEFINITION,
                                "cascade \"%s\" declares no output_schema to infer columns from"
                                        .formatted(cascade.id()))
                        .at(call.cascadePosition())
                        .hint("name the columns: AS (name type, …)");
            }
            return new OutputShape.Typed(
                    properties.entrySet().stream()
                            .map(p ->
                                    new OutputShape.Column(
                                            p.getKey(), inferred(p.getValue()), false))
                            .toList());
        }
        if (call.outputs() instanceof OutputClause.Columns columns && properties != null) {
            columns.columns().forEach(column -> checkProperty(column, cascade, properties));
        } else if (call.outputs() instanceof OutputClause.Columns columns
                && columns.columns().size() > 1) {
            throw new SqlException(
                            SqlState.INVALID_COLUMN_DEFINITION,
                            "cascade \"%s\" ends in plain text, which fills one column"
                                    .formatted(cascade.id()))
                    .at(columns.columns().get(1).position())
                    .hint("declare one column, or give the last cell an output_schema");
        }
        return OutputShape.declared(call.outputs(), properties == null || properties.isEmpty());
    }

    private static void checkProperty(
            OutputClause.Column column, Cascade cascade, Map<String, String> properties) {
        if (!properties.containsKey(column.name())) {
            SqlException unknown =
                    new SqlException(
                                    SqlState.UNDEFINED_COLUMN,
                                    "cascade \"%s\" has no output \"%s\""
                                            .formatted(cascade.id(), column.name()))
                            .at(column.position());
            throw unknown.hint(
                    NearestName.of(column.name(), properties.keySet())
                            .map(near -> "did you mean \"" + near + "\"?")
                            .orElse("its outputs are " + String.join(", ", properties.keySet())));
        }
    }

    private static String inferred(String schemaType) {
        return switch (schemaType) {
            case "string" -> "VARCHAR";
            case "integer" -> "BIGINT";
            case "number" -> "DOUBLE";
            case "boolean" -> "BOOLEAN";
            default -> "JSON";
        };
    }

    private Options.OnError onError(CascadeCall call, Target target) {
        Options.OnError written = call.options().onError();
        if (written != null) {
            return written;
        }
        String setting = client.settings().get("rvbbit.on_error");
        if (!setting.isEmpty()) {
            return Options.OnError.valueOf(setting.toUpperCase(Locale.ROOT));
        }
        if (call.verb() == Verb.RUN) {
            return Options.OnError.FAIL;
        }
        return switch (target) {
            case Target.ToClient _, Target.Embedded _ -> Options.OnError.NULL;
            case Target.CreateTable _, Target.Insert _, Target.CopyTo _ -> Options.OnError.FAIL;
        };
    }

    private CallSpec spec(
            CascadeCall call, Cascade cascade, Options.OnError onError, RowBound bound) {
        Options options = call.options();
        Overrides overrides =
                new Overrides(
                        options.model(),
                        options.temperature() == null ? null : options.temperature().doubleValue(),
                        options.maxTokens(),
                        options.timeout());
        return new CallSpec(
                call.verb() == Verb.MAP ? CallSpec.Verb.MAP : CallSpec.Verb.RUN,
                cascade,
                OnError.valueOf(onError.name()),
                overrides,
                bound.rows(),
                bound.isMaximum(),
                options.maxFailedRows() == null ? CallSpec.NO_BOUND : options.maxFailedRows(),
                options.key(),
                cascade.readInputs(),
                options.cache() == null ? client.settings().cache() : options.cache());
    }
}
