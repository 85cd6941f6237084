package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Rewritten;
import io.rvbbit.rewriter.RowBound;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.StoredMap;
import io.rvbbit.rewriter.StreamedMap;
import io.rvbbit.udf.CallSpec;
import io.rvbbit.udf.FallbackCall;
import io.rvbbit.udf.JournalHead.InputColumn;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A checked statement that runs cascades, ready to be executed under a caller of its own.
 *
 * @param kind for {@code sql_query_log.query_type}
 * @param specs the RVBBIT clauses; empty for a statement that only calls functions
 * @param bounds of those clauses
 * @param budgetDollars the smallest that a clause names; null if none does
 * @param parallel cascades at a time
 * @param sql what the engine runs, by the execution's token
 * @param streamed the same taken apart, where its rows can be answered as they come; in the
 *     engine's own dialect
 * @param stored the same taken apart, where it stores rows that can be answered before: by the
 *     names of the tables for the input and for the answered rows
 * @param positions puts the engine's positions into the client's text
 * @param warnsOfOffline keeps the offline model's answers, so it says so each time
 * @param inputs columns of the rows of its one MAP; empty if it is no such statement
 * @param replayed the statement whose rows it takes; null if its rows are its own
 * @param functions that do not exist, as a model answers them
 */
record AccountedStatement(
        String text,
        String kind,
        CommandTag tag,
        List<CallSpec> specs,
        List<RowBound> bounds,
        @Nullable BigDecimal budgetDollars,
        int parallel,
        List<String> parameterTypes,
        Function<String, Rewritten> sql,
        Function<String, Optional<StreamedMap>> streamed,
        BiFunction<String, String, Optional<StoredMap>> stored,
        UnaryOperator<SqlException> positions,
        boolean warnsOfOffline,
        List<InputColumn> inputs,
        @Nullable ReplayedStatement replayed,
        List<FallbackCall> functions) {
    AccountedStatement {
        functions = List.copyOf(functions);
    }

    /** The same, as part of a statement that is booked instead. */
    AccountedStatement within(String newText, String newKind) {
        return new AccountedStatement(
                newText,
                newKind,
                tag,
                specs,
                bounds,
                budgetDollars,
                parallel,
                parameterTypes,
                sql,
                streamed,
                stored,
                positions,
                warnsOfOffline,
                inputs,
                replayed,
                functions);
    }

    /** The same, in which a model answers these functions. */
    AccountedStatement answering(Collection<FallbackCall> calls) {
        return new AccountedStatement(
                text,
                kind,
                tag,
                specs,
                bounds,
                budgetDollars,
                parallel,
                parameterTypes,
                sql,
                streamed,
                stored,
                positions,
                warnsOfOffline,
                inputs,
                replayed,
                List.copyOf(calls));
    }
}
