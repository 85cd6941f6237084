package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.engine.EngineConnection;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.TraceContext;
import io.rvbbit.udf.FunctionSpec;
import io.rvbbit.udf.OnError;
import io.rvbbit.udf.cascade.Invocation.Overrides;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The client on whose behalf statements run: its connection, settings, name and ear.
 *
 * <p>Threading: the session's thread only.
 */
public final class ClientContext {
    private final Services services;
    private final EngineConnection connection;
    private final Settings settings;
    private final Notices notices;
    private final PreparedNames preparedNames;
    private final Cursors cursors;
    private final Transaction transaction;
    private final StatementTally tally;
    private final Identity identity;
    private final ClientOrigin origin;
    private final SessionBudgets budgets = new SessionBudgets(this);
    private final EngineSettings applied = new EngineSettings();
    private final VolatileNames volatileNames;
    private final TableColumns tableColumns;
    private final AtomicReference<@Nullable Cancellation> planning = new AtomicReference<>();
    private Duration planned = Duration.ZERO;
    private boolean offlineTold;
    private long rolesTold;
    private int processId;
    private String traceparent = "";

    /**
     * @param origin the way by which the client came in
     */
    public ClientContext(
            Services services,
            EngineConnection connection,
            Settings settings,
            Notices notices,
            PreparedNames preparedNames,
            Cursors cursors,
            Identity identity,
            ClientOrigin origin) {
        this.services = services;
        this.connection = connection;
        this.settings = settings;
        this.notices = notices;
        this.preparedNames = preparedNames;
        this.cursors = cursors;
        this.transaction = new Transaction(this);
        this.tally = new StatementTally(services.counts());
        this.volatileNames = new VolatileNames(services.functionUses());
        this.identity = identity;
        this.origin = origin;
        this.tableColumns = new TableColumns(connection, services.functionUses());
    }

    public Services services() {
        return services;
    }

    public EngineConnection connection() {
        return connection;
    }

    public Settings settings() {
        return settings;
    }

    /** Counts the statements that the books do not tell of. */
    public StatementTally tally() {
        return tally;
    }

    SessionBudgets budgets() {
        return budgets;
    }

    EngineSettings applied() {
        return applied;
    }

    VolatileNames volatileNames() {
        return volatileNames;
    }

    public Notices notices() {
        return notices;
    }

    /** What the client's tables are made of, along its search path. */
    TableColumns tableColumns() {
        tableColumns.searchPath(settings.get("search_path"));
        return tableColumns;
    }

    public PreparedNames preparedNames() {
        return preparedNames;
    }

    public Cursors cursors() {
        return cursors;
    }

    public Transaction transaction() {
        return transaction;
    }

    public String user() {
        return identity.user();
    }

    /**
     * @throws SqlException 42501, saying what is not permitted
     */
    void requireAdmin(String message) {
        if (!identity.admin()) {
            throw new SqlException(SqlState.INSUFFICIENT_PRIVILEGE, message);
        }
    }

    Identity identity() {
        return identity;
    }

    ClientOrigin origin() {
        return origin;
    }

    /** Makes what runs from now on part of another service's trace; any other text of none. */
    public void traceparent(String header) {
        traceparent = header;
    }

    /** The trace of a statement that begins; null if it is not traced. */
    @Nullable TraceContext trace(CallerId caller) {
        return services.tracing().of(caller, traceparent, settings);
    }

    /** What BackendKeyData has told the client. */
    int processId() {
        return processId;
    }

    /** Tells the connection what its catalogue macros answer; once, before the first statement. */
    public void prepareConnection(int newProcessId) {
        processId = newProcessId;
        connection.setVariable("_rvbbit_user", SqlText.literal(user()));
        tellRoles();
        connection.setVariable("_rvbbit_pid", Integer.toString(processId));
        connection.setVariable(
                "_rvbbit_databases",
                services.databases().names().stream()
                        .map(SqlText::literal)
                        .collect(Collectors.joining(", ", "[", "]")));
        lastCost(BigDecimal.ZERO);
        new SettingCommands(this).applyChanged();
    }

    /** Keeps what the catalogue tells of roles as it is now. */
    void tellRoles() {
        long version = services.roles().version();
        if (version != rolesTold) {
            connection.setVariable("_rvbbit_roles", RoleList.sql(services.roles(), identity));
            rolesTold = version;
        }
    }

    /** Runs a statement of the gateway's own that gives no rows. */
    void run(String sql) {
        try (var prepared = connection.prepare(sql, List.of());
                var cursor = prepared.execute(List.of())) {
            while (cursor.next() != null) {
                // Whatever it answers is of no interest.
            }
        }
    }

    /** Keeps what {@code rvbbit_last_cost()} answers. */
    void lastCost(BigDecimal costUsd) {
        connection.setVariable(
                "_rvbbit_last_cost",
                "CAST(" + SqlText.literal(costUsd.toPlainString()) + " AS DECIMAL(18,12))");
    }

    /** How the functions behave that the client's statements call. */
    FunctionSpec functionSpec() {
        String onError = settings.get("rvbbit.on_error");
        String model = settings.get("rvbbit.model");
        return new FunctionSpec(
                onError.isEmpty()
                        ? FunctionSpec.DEFAULT.onError()
                        : OnError.valueOf(onError.toUpperCase(Locale.ROOT)),
                // SET does for function calls what WITH (model = …) does for clauses.
                model.isEmpty() ? Overrides.NONE : new Overrides(model, null, null, null),
                settings.cache());
    }

    /**
     * Does for a plan what may take long, so that whoever cancels can stop it, and so does {@code
     * statement_timeout}.
     */
    <T> T planning(Function<Cancellation, T> work) {
        Cancellation cancellation = new Cancellation();
        Duration timeout = settings.statementTimeout();
        CompletableFuture<@Nullable Void> timer = new CompletableFuture<>();
        if (!timeout.isZero()) {
            var _ =
                    timer.orTimeout(left(timeout).toMillis(), TimeUnit.MILLISECONDS)
                            .whenComplete((_, late) -> {
                                if (late != null) {
                                    cancellation.cancel(Cancellation.TIMEOUT);
                                }
                            });
        }
        planning.set(cancellation);
        long began = System.nanoTime();
        try {
            return work.apply(cancellation);
        } finally {
            planned = planned.plusNanos(System.nanoTime() - began);
            timer.complete(null);
            planning.set(null);
            cancellation.over();
        }
    }

    /** What the plans of the client's message have left of a time; a millisecond at least. */
    public Duration left(Duration timeout) {
        Duration left = timeout.minus(planned);
        return left.toMillis() < 1 ? Duration.ofMillis(1) : left;
    }

    /** The client's message is over: the next one has all of its time. */
    void messageEnds() {
        planned = Duration.ZERO;
    }

    /** Stops what is done for a plan now. Threading: any thread. */
    public void cancelPlanning(String reason) {
        Cancellation running = planning.get();
        if (running != null) {
            running.cancel(reason);
        }
    }

    /** Says once per connection that only the cascades' examples answer. */
    void tellOffline() {
        if (!offlineTold && services.models().isOffline()) {
            offlineTold = true;
            notices.tell(
                    Notices.Severity.NOTICE,
                    SqlState.WARNING,
                    "no model endpoint is configured: the offline model answers from the cascades'"
                            + " examples only",
                    "set OPENAI_BASE_URL, OPENAI_API_KEY and RVBBIT_MODEL and restart the server");
        }
    }
}
