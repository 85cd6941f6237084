package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.catalog.PgCatalog;
import io.rvbbit.gateway.dialect.DialectCatalog;
import io.rvbbit.gateway.dialect.DialectFunctions;
import io.rvbbit.gateway.engine.BackendFunction;
import io.rvbbit.gateway.engine.Backends;
import io.rvbbit.gateway.engine.BookQuery;
import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.Databases;
import io.rvbbit.gateway.engine.EngineConfig;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.gateway.engine.EngineExtensions;
import io.rvbbit.gateway.engine.SignalFunction;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.StatementParser;
import io.rvbbit.tracking.Books;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.CallerTotals;
import io.rvbbit.udf.Journals;
import io.rvbbit.udf.QueryScopes;
import io.rvbbit.udf.budget.ServerBudgets;
import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cache.AnswerStore;
import io.rvbbit.udf.cascade.CascadeCatalog;
import io.rvbbit.udf.cascade.PromptPreview;
import io.rvbbit.udf.cascade.StepRunner;
import io.rvbbit.udf.llm.ModelCatalog;
import io.rvbbit.udf.llm.ModelPrices;
import io.rvbbit.udf.llm.Traffic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** A client of real databases in a directory of their own; what it is told is kept. */
final class ClientFixture implements AutoCloseable {
    private static final StatementTally.Counts NO_COUNTS =
            new StatementTally.Counts() {
                @Override
                public void ended(String kind, String outcome, Duration duration) {}

                @Override
                public void stepBegan(CallerId caller) {}

                @Override
                public void stepsOver(CallerId caller) {}
            };

    private static final EngineExtensions DIALECT =
            new EngineExtensions(
                    Stream.concat(
                                    PgCatalog.bootstrap().stream(),
                                    DialectCatalog.bootstrap().stream())
                            .toList(),
                    PgCatalog.stages(),
                    List.of(),
                    connection -> {
                        DialectFunctions.register(connection);
                        SignalFunction.register(connection, (_, _, _) -> false);
                        BackendFunction.register(connection, new Backends(Clock.systemUTC()));
                    });

    final List<String> told = new ArrayList<>();
    final Set<String> prepared = new HashSet<>();
    final Databases databases;
    final EngineConnection connection;
    final ClientContext client;
    private final Books books;
    private final ModelCatalog models;
    private final AnswerStore answers;

    ClientFixture(Path directory) {
        Clock clock = Clock.systemUTC();
        books = Books.open(directory.resolve("books.duckdb"), clock);
        answers = AnswerStore.open(directory.resolve("cache"), 16 << 20);
        models = new ModelCatalog(List.of(), "", new ModelPrices(List.of()), new Traffic(1));
        databases = Databases.open(EngineConfig.in(directory), books, DIALECT);
        connection = databases.connect(Databases.DEFAULT);
        Services services =
                new Services(
                        databases,
                        Roles.open(List.of(), directory.resolve("roles.json"), new SecureRandom()),
                        new CascadeCatalog(List.of(directory)),
                        models,
                        _ -> {
                            throw new AssertionError("no cascade runs here");
                        },
                        new PromptPreview(models, StepRunner.Limits.DEFAULT, clock),
                        new AnswerCache(answers, models, books, clock, null),
                        new Journals(
                                directory.resolve("journals"),
                                new Journals.Bounds(Duration.ofDays(1), 1 << 30),
                                clock),
                        new QueryScopes(new SecureRandom()),
                        books,
                        new BookQuery(books.tables()),
                        new CallerTotals(books),
                        ServerBudgets.none(),
                        new RecentStatements(clock),
                        new FunctionUses(),
                        new Fallbacks(Fallbacks.Names.ALL, false, Map.of(), clock),
                        new Signals(),
                        new Tracing(false, false),
                        NO_COUNTS,
                        clock,
                        1_000);
        client =
                new ClientContext(
                        services,
                        connection,
                        new Settings("ann", 16),
                        new Told(),
                        new Names(),
                        new NoCursors(),
                        new Identity("ann", true),
                        ClientOrigin.WIRE);
        client.prepareConnection(7);
    }

    private final class Told implements Notices {
        @Override
        public void tell(Severity severity, SqlState state, String message, String hint) {
            told.add(severity + " " + state.code() + " " + message);
        }

        @Override
        public void flush() {}

        @Override
        public Aside aside(SqlState state, String hint) {
            return text -> {
                text.get().ifPresent(said -> told.add("WARNING " + state.code() + " " + said));
                return true;
            };
        }

        @Override
        public Repetition repeat(Duration interval, Supplier<Optional<String>> text) {
            throw new AssertionError("no statement runs long here");
        }
    }

    private final class Names implements PreparedNames {
        @Override
        public void prepare(String name, List<String> types, Script.Part statement, String text) {
            prepared.add(name);
        }

        @Override
        public Plan execute(String name, List<Script.Part> arguments) {
            throw new SqlException(SqlState.INVALID_STATEMENT_NAME, name);
        }

        @Override
        public List<PreparedNames.Shown> shown() {
            return List.of();
        }

        @Override
        public boolean deallocate(String name) {
            return prepared.remove(name);
        }

        @Override
        public void deallocateAll() {
            prepared.clear();
        }
    }

    /** No portal is ever open: those are the session's affair. */
    private static final class NoCursors implements Cursors {
        @Override
        public void declare(
                Declaration declaration,
                Plan query,
                List<@Nullable Object> parameters,
                Cancellation declaring) {
            throw new AssertionError("no portal is opened here");
        }

        @Override
        public List<Column> columns(String portal) {
            return List.of();
        }

        @Override
        public void close(String portal) {
            throw new SqlException(SqlState.INVALID_CURSOR_NAME, portal);
        }

        @Override
        public void closeAll() {}

        @Override
        public void transactionEnds(boolean commits) {}

        @Override
        public long nextNumber() {
            return 1;
        }

        @Override
        public void closeFrom(long number) {}

        @Override
        public List<Cursors.Shown> shown() {
            return List.of();
        }
    }

    /** The rows' text, columns parted by a bar; the command's tag where there are no rows. */
    List<String> run(String sql) {
        Transaction transaction = client.transaction();
        transaction.begins(false);
        try {
            List<String> answer = runPart(Script.split(sql).parts().getFirst());
            transaction.messageEnds();
            return answer;
        } catch (SqlException fault) {
            transaction.statementFailed();
            throw fault;
        }
    }

    private List<String> runPart(Script.Part part) {
        List<String> rows = new ArrayList<>();
        try (Plan plan = new StatementPlanner(client).plan(part, List.of())) {
            client.transaction().check(plan.role());
            Optional<JournalEntry> change =
                    client.transaction()
                            .before(plan, CommandTag.of(part.text()).words(), List.of(), true);
            try (Execution execution = plan.start(List.of(), new Cancellation())) {
                for (Chunk chunk = execution.next(); chunk != null; chunk = execution.next()) {
                    for (int row = 0; row < chunk.rows(); row++) {
                        rows.add(text(plan, chunk, row));
                    }
                }
                client.transaction().completed(plan, execution.tag(rows.size()), change);
                return plan.columns().isEmpty() ? List.of(execution.tag(rows.size())) : rows;
            }
        }
    }

    private static String text(Plan plan, Chunk chunk, int row) {
        List<String> values = new ArrayList<>();
        for (int column = 0; column < plan.columns().size(); column++) {
            values.add(new String(chunk.column(column).getBytes(row), StandardCharsets.UTF_8));
        }
        return String.join("|", values);
    }

    /** Whether the gateway answers the statement itself. */
    boolean isOurs(String sql) {
        var statement = StatementParser.parse(Script.split(sql).parts().getFirst());
        return statement instanceof io.rvbbit.rewriter.Statement.PlainStatement plain
                && new SessionCommands(
                                client,
                                (_, _) -> {
                                    throw new AssertionError();
                                })
                        .plan(plain, List.of())
                        .isPresent();
    }

    SqlException failure(String sql) {
        return Assertions.catchThrowableOfType(SqlException.class, () -> run(sql));
    }

    SqlState state(String sql) {
        return failure(sql).state();
    }

    @Override
    public void close() {
        connection.close();
        databases.close();
        models.close();
        answers.close();
        books.close();
    }
}
