package io.rvbbit.udf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.BatchTables.Staged;
import io.rvbbit.udf.cascade.Cascade;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The functions behind {@code rvbbit}, {@code rvbbit_run} and {@code rvbbit_run_batch}.
 *
 * <p>NULL in any argument but the field gives NULL. Threading: see {@link ScopedFunction}.
 */
final class CallFunctions {
    /**
     * The cascade behind {@code rvbbit}. Instructions are an input, not part of the template, so
     * that nothing in them is taken for one.
     */
    static final String PROMPT =
            """
            {"cascade_id": "rvbbit",
             "description": "One question to the default model",
             "inputs_schema": {"instructions": "what to do", "value": "with what"},
             "cells": [{"name": "answer",
                        "instructions": "{{ input.instructions }}\\n\\n{{ input.value }}"}]}
            """;

    private static final int CASCADE = 1;

    private CallFunctions() {}

    /** {@code (caller, cascade, input, field)}: the clean value, or one property. */
    static @Nullable String[] run(QueryScope scope, Arguments arguments) {
        int input = 2;
        int field = 3;
        List<@Nullable CompletableFuture<Answer>> answers = new ArrayList<>(arguments.rows());
        read(scope, arguments, CASCADE, input);
        for (int i = 0; i < arguments.rows(); i++) {
            scope.checkRunning();
            String name = arguments.text(CASCADE, i);
            String text = arguments.text(input, i);
            answers.add(
                    name == null || text == null
                            ? null
                            : start(scope, scope.calls().named(name), Input.readObject(text)));
        }
        @Nullable String[] values = new String[arguments.rows()];
        for (int i = 0; i < values.length; i++) {
            var answer = answers.get(i);
            if (answer != null) {
                Answer arrived = scope.await(answer);
                String path = arguments.text(field, i);
                values[i] = path == null ? arrived.value() : arrived.field(path);
            }
        }
        return values;
    }

    /** Counts the rows before any of them can end the statement. */
    private static void read(QueryScope scope, Arguments arguments, int first, int second) {
        scope.checkRunning();
        scope.ledger()
                .functionsRead(
                        IntStream.range(0, arguments.rows())
                                .filter(i ->
                                        arguments.text(first, i) != null
                                                && arguments.text(second, i) != null)
                                .count());
    }

    /** {@code (caller, instructions, value)}: the trimmed answer of the default model. */
    static @Nullable String[] prompt(QueryScope scope, Arguments arguments) {
        int instructions = 1;
        int value = 2;
        Cascade cascade = scope.calls().inline(PROMPT);
        read(scope, arguments, instructions, value);
        List<@Nullable CompletableFuture<Answer>> answers = new ArrayList<>(arguments.rows());
        for (int i = 0; i < arguments.rows(); i++) {
            scope.checkRunning();
            String task = arguments.text(instructions, i);
            String text = arguments.text(value, i);
            if (task == null || text == null) {
                answers.add(null);
            } else {
                ObjectNode input = JsonNodeFactory.instance.objectNode();
                input.put("instructions", task).put("value", text);
                answers.add(scope.calls().function(cascade, input));
            }
        }
        @Nullable String[] values = new String[arguments.rows()];
        for (int i = 0; i < values.length; i++) {
            var answer = answers.get(i);
            String text = answer == null ? null : scope.await(answer).value();
            values[i] = text == null ? null : text.strip();
        }
        return values;
    }

    /**
     * {@code (caller, cascade, rows_json, table_name)}: RUN's value.
     *
     * <p>Rows are staged in groups of PARALLEL: staging needs this thread, and a vector of 2,048
     * tables at once would fill the memory.
     */
    static @Nullable String[] runBatch(QueryScope scope, Arguments arguments) {
        @Nullable String[] values = new String[arguments.rows()];
        int group = scope.statement().parallel();
        for (int from = 0; from < values.length; from += group) {
            runBatches(scope, arguments, values, from, Math.min(values.length, from + group));
        }
        return values;
    }

    private static void runBatches(
            QueryScope scope, Arguments arguments, @Nullable String[] values, int from, int to) {
        int rows = 2;
        int table = 3;
        List<Staged> staged = new ArrayList<>();
        try {
            List<@Nullable CompletableFuture<Answer>> answers = new ArrayList<>(to - from);
            for (int i = from; i < to; i++) {
                scope.checkRunning();
                String name = arguments.text(CASCADE, i);
                String text = arguments.text(rows, i);
                String as = arguments.text(table, i);
                answers.add(
                        name == null || text == null || as == null
                                ? null
                                : startBatch(scope, name, text, as, staged));
            }
            for (int i = from; i < to; i++) {
                var answer = answers.get(i - from);
                values[i] = answer == null ? null : scope.await(answer).value();
            }
        } catch (RuntimeException e) {
            staged.forEach(scope::abandon);
            throw e;
        }
        staged.forEach(Staged::close);
    }

    private static CompletableFuture<Answer> startBatch(
            QueryScope scope, String name, String text, String table, List<Staged> staged) {
        if (table.isBlank()) {
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE, "the table name of a batch is empty");
        }
        ArrayNode rows = Input.readRows(text);
        String json = Json.text(rows);
        return scope.calls()
                .functionBatch(
                        scope.calls().named(name),
                        table,
                        json,
                        rows.size(),
                        () -> {
                            Staged made = scope.statement().batches().stage(table, json);
                            staged.add(made);
                            return made;
                        });
    }

    private static CompletableFuture<Answer> start(
            QueryScope scope, Cascade cascade, ObjectNode input) {
        for (String name : cascade.requiredInputs()) {
            if (!input.has(name)) {
                throw missing(cascade, name, input);
            }
        }
        return scope.calls().function(cascade, input);
    }

    private static SqlException missing(Cascade cascade, String name, ObjectNode input) {
        SqlException failure =
                new SqlException(
                        SqlState.UNDEFINED_COLUMN,
                        "cascade \"%s\" needs input \"%s\"".formatted(cascade.id(), name));
        List<String> given = new ArrayList<>();
        input.fieldNames().forEachRemaining(given::add);
        return NearestName.of(name, given)
                .map(near -> failure.hint("the input has \"%s\"".formatted(near)))
                .orElseGet(() -> failure.hint("{'%s': …}".formatted(name)));
    }
}
