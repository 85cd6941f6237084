package io.rvbbit.udf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Event;
import io.rvbbit.udf.BatchTables.Staged;
import io.rvbbit.udf.Flights.Settlement;
import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cache.CascadeIdentity;
import io.rvbbit.udf.cache.SharedCall;
import io.rvbbit.udf.cache.StoredAnswer;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Invocation;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.cascade.RowError;
import io.rvbbit.udf.llm.Allowance;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns a row, a RUN or a function call into a cascade call, and books what comes back.
 *
 * <p>A row is booked on the thread that completes its answer, before anyone who waits for the
 * answer goes on: totals are complete when a function returns, and a failure stops the statement
 * although the rows before it still run. Threading: any thread.
 */
final class CascadeCalls {
    private static final long NO_ROW = -1;
    private static final long ONLY_ROW = 0;

    private final QueryScope scope;
    private final StatementSpec statement;
    private final Flights flights;
    private final AnswerCache answers;
    private final Identities identities;
    private final Purity purity;
    private final Map<String, Cascade> cascades = new ConcurrentHashMap<>();
    private final Map<String, Allowance> allowances = new ConcurrentHashMap<>();

    CascadeCalls(QueryScope scope, Flights flights) {
        this.scope = scope;
        this.statement = scope.statement();
        this.flights = flights;
        this.answers = statement.answers();
        this.identities =
                new Identities(
                        statement.calls(),
                        statement.functions().overrides(),
                        answers,
                        statement.budget().isLimited());
        this.purity = new Purity(statement.sql());
    }

    /** The clause with this index. */
    CallSpec clause(int index) {
        List<CallSpec> calls = statement.calls();
        if (index < 0 || index >= calls.size()) {
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE, "the statement has no clause " + index);
        }
        return calls.get(index);
    }

    private CallSpec clause(int index, CallSpec.Verb verb) {
        CallSpec call = clause(index);
        if (call.verb() != verb) {
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE,
                    "clause " + index + " of the statement is not a " + verb);
        }
        return call;
    }

    /** The cascade that a function names: within one statement always the same. */
    Cascade named(String name) {
        return cascades.computeIfAbsent(name, statement.cascades()::named);
    }

    Cascade inline(String definition) {
        return cascades.computeIfAbsent(definition, statement.cascades()::inline);
    }

    /** What is odd in the cascades that the statement has named so far, each said once. */
    Set<String> warnings() {
        return used().flatMap(cascade -> cascade.warnings().stream())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Ids of the cascades that the statement has named so far. */
    Set<String> cascades() {
        return used().map(Cascade::id).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Stream<Cascade> used() {
        return Stream.concat(
                statement.calls().stream().map(CallSpec::cascade), cascades.values().stream());
    }

    /** A row of a MAP; {@code row} counts from 1. */
    RowCall row(int index, long row, String json) {
        ObjectNode object = Input.readObject(json);
        CallSpec call = clause(index, CallSpec.Verb.MAP);
        Cascade cascade = call.cascade();
        Input input = Input.of(object, call.readColumns());
        ObjectNode key = keyOf(call, object);
        String keyJson = key.isEmpty() ? "" : key.toString();
        String name = rowName(row) + inWords(key);
        SharedCall shared =
                answers.call(
                        identities.of(index), call.cache(), purity.of(cascade), input.hash(), "");
        CallKey again = CallKey.hashed("clause", Integer.toString(index), input.hash());
        CallKey same = CallKey.of(shared.key(), call.overrides());
        return new RowCall(
                same,
                flights.board(
                        same,
                        again,
                        shared,
                        () -> single(cascade, call.overrides(), input, row - 1, keyJson),
                        new Booking(cascade, input.hash(), row - 1, keyJson) {
                            @Override
                            public Answer settle(Answer answer, boolean own) {
                                statement.journal().row(index, row, again, json, own);
                                scope.ledger().rowAnswered(index, row, own, answer);
                                if (answer.error() != null) {
                                    rowFailed(index, row, answer.error(), name);
                                }
                                return own ? answer : answer.shared();
                            }
                        }));
    }

    /** A RUN over its staged rows. */
    CompletableFuture<Answer> run(int index) {
        CallSpec call = clause(index, CallSpec.Verb.RUN);
        Cascade cascade = call.cascade();
        Staged rows = scope.staged(index);
        Input input = batchInput(rows.table(), rows.rowCount());
        SharedCall shared =
                answers.call(
                        identities.of(index),
                        call.cache(),
                        purity.of(cascade, rows.table()),
                        input.hash(),
                        rows.rowsHash());
        return flights.board(
                CallKey.of(shared.key(), call.overrides()),
                CallKey.hashed("clause", Integer.toString(index), input.hash(), rows.rowsHash()),
                shared,
                () -> batch(cascade, call.overrides(), input, rows),
                new Booking(cascade, rows.rowsHash(), NO_ROW, "") {
                    @Override
                    public Answer settle(Answer answer, boolean own) {
                        scope.ledger().runAnswered(index, own, answer.attempts());
                        if (answer.error() != null) {
                            rowFailed(index, ONLY_ROW, answer.error(), "");
                        }
                        return own ? answer : answer.shared();
                    }
                });
    }

    /** A function call over one object, which has been counted as read. */
    CompletableFuture<Answer> function(Cascade cascade, ObjectNode object) {
        Overrides overrides = statement.functions().overrides();
        Input input = Input.of(object, cascade.readInputs());
        SharedCall shared =
                answers.call(
                        identities.of(cascade),
                        statement.functions().cache(),
                        purity.of(cascade),
                        input.hash(),
                        "");
        return flights.board(
                CallKey.of(shared.key(), overrides),
                CallKey.hashed("function", cascade.file(), input.hash()),
                shared,
                () -> single(cascade, overrides, input, NO_ROW, ""),
                functionBooking(cascade, input.hash()));
    }

    /**
     * A function call over rows.
     *
     * @param rows stages them; asked on this thread, and only if there is something to compute
     */
    CompletableFuture<Answer> functionBatch(
            Cascade cascade, String table, String rowsJson, long rowCount, Supplier<Staged> rows) {
        Overrides overrides = statement.functions().overrides();
        String rowsHash = Input.sha256(rowsJson);
        scope.ledger().functionsRead(rowCount);
        SharedCall shared =
                answers.call(
                        identities.of(cascade),
                        statement.functions().cache(),
                        purity.of(cascade, table),
                        batchInput(table, rowCount).hash(),
                        // Their types are inferred: the same JSON is not the same rows as a RUN's.
                        "json " + rowsHash);
        return flights.board(
                CallKey.of(shared.key(), overrides),
                CallKey.hashed("function", cascade.file(), table, rowsHash),
                shared,
                () -> {
                    Staged staged = rows.get();
                    Input input = batchInput(staged.table(), staged.rowCount());
                    return batch(cascade, overrides, input, staged);
                },
                functionBooking(cascade, rowsHash));
    }

    /**
     * A call that a model answers in place of a function, which has been counted as read.
     *
     * @param booking hears of the answer
     */
    CompletableFuture<Answer> fallback(
            Cascade cascade,
            CascadeIdentity identity,
            Overrides overrides,
            CachePolicy cache,
            Allowance allowance,
            ObjectNode object,
            FallbackBooking booking) {
        Input input = Input.of(object, cascade.readInputs());
        SharedCall shared = answers.call(identity, cache, purity.of(cascade), input.hash(), "");
        return flights.board(
                CallKey.of(shared.key(), overrides),
                CallKey.hashed("fallback", cascade.id(), input.hash()),
                shared,
                () -> single(cascade, overrides, input, NO_ROW, "").paidBy(allowance),
                new Booking(cascade, input.hash(), NO_ROW, "") {
                    @Override
                    public Answer settle(Answer answer, boolean own) {
                        booking.settled(answer, own);
                        return answer;
                    }

                    @Override
                    public void served(StoredAnswer answer) {
                        super.served(answer);
                        booking.served(Answer.served(answer));
                    }
                });
    }

    /** What such a call's books hear. Threading: any thread. */
    interface FallbackBooking {
        /** For each that asked; {@code own}: this one pays. */
        void settled(Answer answer, boolean own);

        /** Another statement has paid; told once, however many ask here. */
        default void served(Answer answer) {}
    }

    /** A row's error, whatever found it: may be the end of the statement. */
    void rowFailed(int index, long row, RowError error, String name) {
        long failedRows = scope.ledger().rowFailed(index, row, error);
        RowPolicy.verdict(statement.calls().get(index), error, failedRows, name)
                .ifPresent(scope::fail);
    }

    /** How messages name a row. */
    static String rowName(long row) {
        return " on row " + row;
    }

    private Settlement functionBooking(Cascade cascade, String inputHash) {
        return new Booking(cascade, inputHash, NO_ROW, "") {
            @Override
            public Answer settle(Answer answer, boolean own) {
                scope.ledger().functionAnswered(own, answer.error());
                if (answer.error() != null && statement.functions().onError() == OnError.FAIL) {
                    scope.fail(RowPolicy.failed(cascade.id(), answer.error(), ""));
                }
                return answer;
            }
        };
    }

    /** Books what is served to a call. */
    private abstract class Booking implements Settlement {
        private final Cascade cascade;
        private final String inputHash;
        private final long row;
        private final String keyJson;

        Booking(Cascade cascade, String inputHash, long row, String keyJson) {
            this.cascade = cascade;
            this.inputHash = inputHash;
            this.row = row;
            this.keyJson = keyJson;
        }

        @Override
        public boolean awaitRoom(CompletableFuture<?> stopped) throws InterruptedException {
            return answers.awaitRoom(scope.caller(), stopped);
        }

        @Override
        public void served(StoredAnswer answer) {
            scope.ledger().served(answer.cost());
            answers.served(
                    new Event.AnswerServed(
                            scope.caller(),
                            cascade.id(),
                            cascade.file(),
                            inputHash,
                            row,
                            keyJson,
                            answer.sessionId(),
                            answer.models(),
                            Instant.ofEpochMilli(answer.createdAt()),
                            answer.tokensIn(),
                            answer.tokensOut(),
                            answer.cost() == null ? "" : answer.cost(),
                            answers.clock().instant()));
        }
    }

    private Invocation single(
            Cascade cascade, Overrides overrides, Input input, long row, String keyJson) {
        return new Invocation(
                cascade,
                input.object(),
                scope.caller(),
                "udf",
                row,
                keyJson,
                input.hash(),
                "",
                overrides,
                allowance(cascade),
                statement.sql());
    }

    private Invocation batch(Cascade cascade, Overrides overrides, Input input, Staged rows) {
        return new Invocation(
                cascade,
                input.object(),
                scope.caller(),
                "batch",
                NO_ROW,
                "",
                // What a RUN is given are its rows; its examples name them by this hash.
                rows.rowsHash(),
                rows.rowsHash(),
                overrides,
                allowance(cascade),
                rows.sql());
    }

    /** Each cascade has its own idea of what is too little. */
    private Allowance allowance(Cascade cascade) {
        return allowances.computeIfAbsent(
                cascade.contentHash(), _ -> statement.budget().allowance());
    }

    /** What a RUN's cascade is given. */
    static Input batchInput(String table, long rowCount) {
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        input.put("data_table", table);
        input.put("row_count", rowCount);
        return Input.of(input, null);
    }

    private static ObjectNode keyOf(CallSpec call, ObjectNode object) {
        ObjectNode key = JsonNodeFactory.instance.objectNode();
        call.keyColumns().forEach(column -> key.set(column, object.path(column)));
        return key;
    }

    private static String inWords(ObjectNode key) {
        return key.isEmpty()
                ? ""
                : key.propertyStream()
                        .map(column -> column.getKey() + " = " + Json.text(column.getValue()))
                        .collect(Collectors.joining(", ", " (", ")"));
    }
}
