package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.OnError;
import io.rvbbit.udf.cascade.Cell.PlacedTemplate;
import io.rvbbit.udf.cascade.EachCell.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs a cell for each of its rows: an array with an output at the place of each row.
 *
 * <p>So many rows at a time as the cell says, each begun in order. The first failure that is not
 * carried over ends the others, and no more begin; so does an interrupt. Threading: any thread;
 * rows run on threads of their own while the caller waits.
 */
final class EachStep {
    private EachStep() {}

    /** What is done with one row. */
    interface Body {
        JsonNode run(Cell body, CellRun run) throws InterruptedException;
    }

    static JsonNode run(EachCell cell, CellRun run, Body body) throws InterruptedException {
        List<JsonNode> rows = rows(cell, run, body);
        return new RowsRun(cell, run, body, rows).outputs();
    }

    /**
     * The rows of the cell.
     *
     * @param body runs the query of a table
     * @throws RowFailure if there are none to be had or too many
     */
    static List<JsonNode> rows(EachCell cell, CellRun run, Body body) throws InterruptedException {
        JsonNode given =
                switch (cell.rows()) {
                    case Rows.Listed(PlacedTemplate from) ->
                            TemplateValues.json(
                                    Rendering.<@Nullable Object>of(
                                            cell,
                                            from.place(),
                                            () -> from.template().value(run.names().forPrompt())));
                    case Rows.OfTable(Cell.SqlCell query) -> body.run(query, run);
                };
        JsonNode list = given.isObject() ? given.path("rows") : given;
        if (!list.isArray()) {
            throw new RowFailure(
                    "value",
                    SqlState.INVALID_PARAMETER_VALUE,
                    "for_each_row of cell " + Names.quoted(cell.name()) + " was given no list");
        }
        if (list.size() > cell.maxRows()) {
            throw new RowFailure(
                    "value",
                    SqlState.PROGRAM_LIMIT_EXCEEDED,
                    "for_each_row of cell "
                            + Names.quoted(cell.name())
                            + " has more than "
                            + cell.maxRows()
                            + " rows",
                    "set for_each_row.max_rows");
        }
        List<JsonNode> rows = new ArrayList<>();
        list.forEach(rows::add);
        return rows;
    }

    /** The rows of one run of a cell. */
    private static final class RowsRun {
        private final EachCell cell;
        private final CellRun run;
        private final Body body;
        private final List<JsonNode> rows;
        private final JsonNode[] outputs;
        private final Map<Integer, ObjectNode> details = new ConcurrentSkipListMap<>();
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private final List<Thread> threads = new ArrayList<>();

        RowsRun(EachCell cell, CellRun run, Body body, List<JsonNode> rows) {
            this.cell = cell;
            this.run = run;
            this.body = body;
            this.rows = rows;
            this.outputs = new JsonNode[rows.size()];
            Arrays.fill(outputs, JsonNodeFactory.instance.nullNode());
        }

        JsonNode outputs() throws InterruptedException {
            for (int i = 0; i < Math.min(cell.maxParallel(), rows.size()); i++) {
                threads.add(
                        Thread.ofVirtual().name(cell.name() + "-row-" + i).unstarted(this::work));
            }
            threads.forEach(Thread::start);
            try {
                for (Thread thread : threads) {
                    thread.join();
                }
            } catch (InterruptedException e) {
                fail(e);
                TimeLimit.end(threads);
                throw e;
            }
            Throwable fault = failure.get();
            if (fault != null) {
                throw TimeLimit.rethrown(fault);
            }
            tellDetails();
            ArrayNode all = JsonNodeFactory.instance.arrayNode(outputs.length);
            all.addAll(Arrays.asList(outputs));
            return all;
        }

        private void work() {
            try {
                for (int i = next.getAndIncrement();
                        i < rows.size() && failure.get() == null;
                        i = next.getAndIncrement()) {
                    outputs[i] = output(i);
                }
            } catch (InterruptedException | RuntimeException | Error e) {
                fail(e);
            }
        }

        /** What the books say of rows, such as their takes, stands there by row. */
        private void tellDetails() {
            ArrayNode told = JsonNodeFactory.instance.arrayNode();
            details.forEach((row, each) -> told.addObject().put("row", row).setAll(each));
            if (!told.isEmpty()) {
                run.log().tally().detail("rows", told);
            }
        }

        private JsonNode output(int i) throws InterruptedException {
            CellRun own =
                    new CellRun(
                            run.invocation(),
                            run.session(),
                            run.names().forRow(rows.get(i), i),
                            run.log().ofRow(),
                            run.sum());
            try {
                return body.run(cell.body(), own);
            } catch (RowFailure e) {
                if (cell.onRowError() == OnError.CONTINUE && !e.endsRun()) {
                    return JsonNodeFactory.instance.nullNode();
                }
                throw e.after("row " + (i + 1) + " of cell " + Names.quoted(cell.name()));
            } finally {
                ObjectNode told = own.log().tally().details();
                if (!told.isEmpty()) {
                    details.put(i, told);
                }
            }
        }

        /** The first failure counts; those who work for the others are to stop. */
        private void fail(Throwable fault) {
            if (failure.compareAndSet(null, fault)) {
                threads.forEach(Thread::interrupt);
            }
        }
    }
}
