package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.rvbbit.rewriter.SqlException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gives the rows or the error that the test says, in order. */
final class ScriptedSql implements SqlSource {
    final List<String> queries = new ArrayList<>();
    final List<List<@Nullable Object>> parameters = new ArrayList<>();
    private final Deque<Object> script = new ArrayDeque<>();

    ScriptedSql gives(String rows) {
        script.add(rows);
        return this;
    }

    ScriptedSql fails(SqlException fault) {
        script.add(fault);
        return this;
    }

    /** What a check finds; null: nothing. */
    @Nullable SqlException checkFinds;

    final List<String> checked = new ArrayList<>();

    @Override
    public void check(String sql, Duration timeout) {
        checked.add(sql);
        if (checkFinds != null) {
            throw checkFinds;
        }
    }

    @Override
    public ArrayNode query(
            String sql, List<@Nullable Object> values, Duration timeout, int maxRows) {
        queries.add(sql);
        parameters.add(values);
        Object next = script.removeFirst();
        if (next instanceof SqlException fault) {
            throw fault;
        }
        try {
            return (ArrayNode) AnswerJson.MAPPER.readTree(next.toString());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
