package io.rvbbit.udf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.rvbbit.rewriter.Options.CachePolicy;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.udf.BatchTables.Staged;
import io.rvbbit.udf.CallSpec.Verb;
import io.rvbbit.udf.budget.StatementBudget;
import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cache.AnswerStore;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import io.rvbbit.udf.cascade.SqlSource;
import io.rvbbit.udf.llm.AttemptLog;
import io.rvbbit.udf.llm.ModelClient;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.Models;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** A database with the functions, and statements that run on it as the gateway runs them. */
final class FunctionSession implements AutoCloseable {
    static final CallerId CALLER = new CallerId("sql-brave-otter-0000001");

    /** Shares nothing with other statements: what these tests say holds within one. */
    static final CachePolicy ALONE = new CachePolicy.Off();

    static final FunctionSpec FUNCTIONS = new FunctionSpec(OnError.FAIL, Overrides.NONE, ALONE);

    /** Names cascades; nobody stores anything in it. */
    static final AnswerCache NOT_USED =
            new AnswerCache(
                    AnswerStore.open(Path.of("target", "no-answers"), 1 << 20),
                    model -> new Models.Resolved(new NoModel(), model),
                    _ -> {},
                    Clock.systemUTC(),
                    null);

    private record NoModel() implements ModelClient {
        @Override
        public String provider() {
            return "none";
        }

        @Override
        public ModelReply send(ModelRequest request, AttemptLog attempts) {
            throw new AssertionError("no cell of these tests asks a model");
        }
    }

    final QueryScopes scopes = new QueryScopes(new SecureRandom());
    final FakeRunner runner = new FakeRunner();
    final Map<String, Cascade> cascades = new HashMap<>();
    final FakeTables tables = new FakeTables();
    final DuckDBConnection duckdb;

    FunctionSession() throws SQLException {
        duckdb = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
        execute("SET threads = 2");
        new Functions(scopes).register(duckdb);
        execute("ATTACH ':memory:' AS rvbbit");
        execute("USE rvbbit.main");
        for (String macro : Functions.MACROS) {
            execute(macro);
        }
        execute("SET search_path = 'memory.main,rvbbit.main'");
        cascades.put("x", cascade("x", Set.of(), null));
    }

    static Cascade cascade(String id, Set<String> required, @Nullable Set<String> read) {
        return new Cascade(
                id,
                "",
                id + ".yaml",
                "hash of " + id,
                "",
                Map.of(),
                required,
                read,
                List.of(),
                List.of(),
                null,
                false);
    }

    static CallSpec map(OnError onError) {
        return map(onError, CallSpec.NO_BOUND, null);
    }

    static CallSpec map(OnError onError, long maxFailedRows, @Nullable Set<String> read) {
        return new CallSpec(
                Verb.MAP,
                cascade("x", Set.of(), read),
                onError,
                Overrides.NONE,
                1000,
                false,
                maxFailedRows,
                List.of(),
                read,
                ALONE);
    }

    QueryScope open(int parallel, CallSpec... calls) {
        return open(parallel, FUNCTIONS, calls);
    }

    QueryScope open(int parallel, FunctionSpec functions, CallSpec... calls) {
        return scopes.open(
                new StatementSpec(
                        CALLER,
                        List.of(calls),
                        functions,
                        parallel,
                        RowWindow.rowsWaiting(parallel),
                        runner,
                        NOT_USED,
                        lookup(),
                        tables,
                        StatementBudget.unlimited(),
                        TestJournal.fresh(CALLER.value()),
                        null));
    }

    CascadeLookup lookup() {
        return new CascadeLookup() {
            @Override
            public Cascade named(String name) {
                Cascade cascade = cascades.get(name);
                if (cascade == null) {
                    throw new SqlException(
                            SqlState.UNDEFINED_OBJECT, "cascade \"" + name + "\" does not exist");
                }
                return cascade;
            }

            @Override
            public Cascade inline(String definition) {
                return cascade("inline", Set.of(), null);
            }
        };
    }

    /** What a rewritten MAP of column c1 looks like. */
    static String mapSql(QueryScope scope, int call, String query, long bound) {
        return """
        SELECT m."c1", json_extract_string(m._rvbbit_answer, '$.value') AS "brand" FROM (
          SELECT i.*, _rvbbit_map('%1$s', %2$d, 'x', i._rvbbit_row,
              CAST(to_json(struct_pack("c1" := i."c1")) AS VARCHAR)) AS _rvbbit_answer
          FROM (SELECT * FROM (
              SELECT q.*, row_number() OVER () AS _rvbbit_row FROM (%3$s) AS q LIMIT %5$d)
            WHERE _rvbbit_within('%1$s', %2$d, _rvbbit_row, %4$d)
            ORDER BY _rvbbit_row) AS i) AS m
        """
                .formatted(scope.token(), call, query, bound, bound + 1);
    }

    static String mapSql(QueryScope scope, String query) {
        return mapSql(scope, 0, query, 100_000);
    }

    void execute(String sql) throws SQLException {
        execute(duckdb, sql);
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }

    /** Rows as text, columns joined by {@code |}. */
    List<String> rows(String sql) throws SQLException {
        return rows(duckdb, sql);
    }

    static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet result = statement.executeQuery()) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                StringBuilder row = new StringBuilder(String.valueOf(result.getString(1)));
                for (int column = 2; column <= columns; column++) {
                    row.append('|').append(result.getString(column));
                }
                rows.add(row.toString());
            }
        }
        return rows;
    }

    List<String> call(QueryScope scope, String sql) throws SQLException {
        execute("SET VARIABLE _rvbbit_caller = '" + scope.token() + "'");
        return rows(sql);
    }

    @Override
    public void close() throws SQLException {
        duckdb.close();
    }

    /** Keeps what was staged, so that a test sees whether it is dropped. */
    static final class FakeTables implements BatchTables {
        final ConcurrentLinkedQueue<String> staged = new ConcurrentLinkedQueue<>();
        final AtomicInteger open = new AtomicInteger();
        final AtomicInteger mostOpen = new AtomicInteger();

        @Override
        public Staged stage(String table, String rowsJson) {
            staged.add(table + " " + rowsJson);
            mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
            long count = Input.readRows(rowsJson).size();
            return new FakeStaged(table, count, Input.sha256(rowsJson), open);
        }
    }

    record FakeStaged(String table, long rowCount, String rowsHash, AtomicInteger open)
            implements Staged {
        @Override
        public SqlSource sql() {
            return new SqlSource() {
                @Override
                public ArrayNode query(
                        String sql,
                        List<@Nullable Object> parameters,
                        Duration timeout,
                        int maxRows) {
                    throw new AssertionError("no cell of these tests reads SQL");
                }

                @Override
                public void check(String sql, Duration timeout) {
                    throw new AssertionError("no cell of these tests reads SQL");
                }
            };
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    /** Runs on a thread of its own, so that the test can look at what happens meanwhile. */
    static <T> Future<T> meanwhile(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().name("meanwhile").daemon().start(task);
        return task;
    }
}
