package io.rvbbit.gateway.session;

import io.rvbbit.gateway.dialect.ParameterCasts;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.ClientContext;
import io.rvbbit.gateway.execution.Plan;
import io.rvbbit.gateway.execution.StatementPlanner;
import io.rvbbit.gateway.wire.BackendMessage.BindComplete;
import io.rvbbit.gateway.wire.BackendMessage.CloseComplete;
import io.rvbbit.gateway.wire.BackendMessage.EmptyQueryResponse;
import io.rvbbit.gateway.wire.BackendMessage.NoData;
import io.rvbbit.gateway.wire.BackendMessage.ParameterDescription;
import io.rvbbit.gateway.wire.BackendMessage.ParseComplete;
import io.rvbbit.gateway.wire.BackendMessage.RowDescription;
import io.rvbbit.gateway.wire.BackendMessage.TransactionStatus;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.FrontendMessage.Bind;
import io.rvbbit.gateway.wire.FrontendMessage.Close;
import io.rvbbit.gateway.wire.FrontendMessage.Describe;
import io.rvbbit.gateway.wire.FrontendMessage.Execute;
import io.rvbbit.gateway.wire.FrontendMessage.Parse;
import io.rvbbit.gateway.wire.FrontendMessage.Query;
import io.rvbbit.gateway.wire.ParameterDecoder;
import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.rewriter.CommandTag;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The simple and the extended query protocol over the statements and portals of one session.
 *
 * <p>Threading: the session's thread only.
 */
final class Conversation implements AutoCloseable, ClientContext.PreparedNames {
    private static final Script.Part ROLLBACK = new Script.Part("ROLLBACK", 0);

    private static final Set<String> ON_THEIR_OWN =
            Set.of(
                    "BEGIN",
                    "START TRANSACTION",
                    "COMMIT",
                    "ROLLBACK",
                    "CREATE DATABASE",
                    "DROP DATABASE",
                    "DISCARD ALL",
                    "VACUUM",
                    "CHECKPOINT");

    private final Map<String, Prepared> statements = new HashMap<>();
    private final Map<String, Portal> portals = new HashMap<>();
    private final Replies replies;
    private @Nullable ClientContext client;
    private @Nullable StatementPlanner planner;
    private @Nullable PortalRunner runner;

    Conversation(Replies replies) {
        this.replies = replies;
    }

    void begin(ClientContext newClient, PortalRunner newRunner) {
        client = newClient;
        planner = new StatementPlanner(newClient);
        runner = newRunner;
    }

    private static <T> T begun(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the session has not begun");
        }
        return part;
    }

    TransactionStatus status() {
        return begun(runner).status();
    }

    void statementFailed() {
        begun(runner).statementFailed();
        closePortalsOutsideTransaction();
    }

    void query(Query query) {
        List<Script.Part> parts = Script.split(query.sql()).parts();
        if (parts.isEmpty()) {
            replies.send(new EmptyQueryResponse());
            return;
        }
        dropPortal("");
        if (parts.size() > 1 && status() == TransactionStatus.IDLE && formOneTransaction(parts)) {
            begun(client).inImplicitTransaction(() -> parts.forEach(this::runPart));
        } else {
            parts.forEach(this::runPart);
        }
    }

    /** Several statements of one message stand or fall together, unless they say otherwise. */
    private static boolean formOneTransaction(List<Script.Part> parts) {
        return parts.stream()
                .map(part -> CommandTag.of(part.text()).words())
                .noneMatch(ON_THEIR_OWN::contains);
    }

    private void runPart(Script.Part part) {
        try (Prepared prepared = prepare(part, List.of());
                Portal portal = new Portal(prepared, List.of(), List.of())) {
            refuseParameters(prepared);
            List<Column> columns = columns(prepared);
            if (!columns.isEmpty()) {
                replies.send(new RowDescription(TypeMapping.fields(columns, List.of())));
            }
            begun(runner).run(portal, 0);
        }
    }

    private static void refuseParameters(Prepared prepared) {
        if (!prepared.parameterOids().isEmpty()) {
            throw new SqlException(SqlState.UNDEFINED_TABLE, "there is no parameter $1")
                    .hint("bind parameters by the extended query protocol");
        }
    }

    private Prepared prepare(Script.Part written, List<Integer> declared) {
        Script.Part part = begun(runner).isFailed() ? endOnly(written) : written;
        List<String> types = declared.stream().map(TypeMapping::engineName).toList();
        Plan plan = begun(planner).plan(part, types);
        List<String> inferred = plan.parameterTypes();
        Map<Integer, PgType> casts = ParameterCasts.of(part.text());
        List<Integer> oids = new ArrayList<>();
        for (int index = 0; index < inferred.size(); index++) {
            int oid = index < declared.size() ? declared.get(index) : 0;
            boolean open = oid == 0 || oid == PgType.UNKNOWN.oid();
            PgType known =
                    casts.getOrDefault(index + 1, TypeMapping.parameterType(inferred.get(index)));
            oids.add(open ? known.oid() : oid);
        }
        return new Prepared(Optional.of(plan), oids);
    }

    /** In a failed transaction COMMIT rolls back, and nothing else is even looked at. */
    private Script.Part endOnly(Script.Part written) {
        String words = CommandTag.of(written.text()).words();
        if (words.equals("COMMIT") || words.equals("ROLLBACK")) {
            return ROLLBACK;
        }
        begun(runner).checkTransaction(Optional.empty());
        return written;
    }

    private static List<Column> columns(Prepared prepared) {
        return prepared.plan().map(Plan::columns).orElse(List.of());
    }

    void parse(Parse parse) {
        List<Script.Part> parts = Script.split(parse.sql()).parts();
        if (parts.size() > 1) {
            throw new SqlException(
                    SqlState.SYNTAX_ERROR,
                    "cannot insert multiple commands into a prepared statement");
        }
        if (!parse.statement().isEmpty() && statements.containsKey(parse.statement())) {
            throw new SqlException(
                    SqlState.DUPLICATE_PREPARED_STATEMENT,
                    "prepared statement \"" + parse.statement() + "\" already exists");
        }
        dropStatement(parse.statement());
        Prepared prepared =
                parts.isEmpty()
                        ? new Prepared(Optional.empty(), List.of())
                        : prepare(parts.getFirst(), parse.parameterTypes());
        statements.put(parse.statement(), prepared);
        replies.send(new ParseComplete());
    }

    void bind(Bind bind) {
        Prepared prepared = statement(bind.statement());
        if (!bind.portal().isEmpty() && portals.containsKey(bind.portal())) {
            throw new SqlException(
                    SqlState.DUPLICATE_CURSOR, "portal \"" + bind.portal() + "\" already exists");
        }
        int expected = prepared.parameterOids().size();
        if (bind.parameters().size() != expected) {
            throw new SqlException(
                    SqlState.PROTOCOL_VIOLATION,
                    "bind message supplies %d parameters, but prepared statement \"%s\" requires %d"
                            .formatted(bind.parameters().size(), bind.statement(), expected));
        }
        int columns = columns(prepared).size();
        if (bind.resultFormats().size() > 1 && bind.resultFormats().size() != columns) {
            throw new SqlException(
                    SqlState.PROTOCOL_VIOLATION,
                    "bind message has %d result formats but query has %d columns"
                            .formatted(bind.resultFormats().size(), columns));
        }
        begun(runner).checkTransaction(prepared.plan());
        List<@Nullable Object> values = new ArrayList<>();
        for (int index = 0; index < expected; index++) {
            byte @Nullable [] bytes = bind.parameters().get(index);
            values.add(
                    bytes == null
                            ? null
                            : ParameterDecoder.decode(
                                    prepared.parameterOids().get(index),
                                    Format.at(bind.parameterFormats(), index),
                                    bytes,
                                    begun(client).settings().timeZone()));
        }
        dropPortal(bind.portal());
        portals.put(bind.portal(), new Portal(prepared, values, bind.resultFormats()));
        replies.send(new BindComplete());
    }

    void describe(Describe describe) {
        switch (describe.target()) {
            case STATEMENT -> {
                Prepared prepared = statement(describe.name());
                replies.send(new ParameterDescription(prepared.parameterOids()));
                describe(columns(prepared), List.of());
            }
            case PORTAL -> {
                Portal portal = portal(describe.name());
                describe(columns(portal.prepared()), portal.formats());
            }
        }
    }

    private void describe(List<Column> columns, List<Format> formats) {
        replies.send(
                columns.isEmpty()
                        ? new NoData()
                        : new RowDescription(TypeMapping.fields(columns, formats)));
    }

    void execute(Execute execute) {
        begun(runner).run(portal(execute.portal()), Math.max(0, execute.maxRows()));
    }

    void close(Close close) {
        switch (close.target()) {
            case STATEMENT -> dropStatement(close.name());
            case PORTAL -> dropPortal(close.name());
        }
        replies.send(new CloseComplete());
    }

    /** At Sync: portals live no longer than their transaction. */
    void closePortalsOutsideTransaction() {
        if (status() == TransactionStatus.IDLE) {
            portals.values().forEach(Portal::close);
            portals.clear();
        }
    }

    private Prepared statement(String name) {
        Prepared prepared = statements.get(name);
        if (prepared == null) {
            throw new SqlException(
                    SqlState.INVALID_STATEMENT_NAME,
                    name.isEmpty()
                            ? "unnamed prepared statement does not exist"
                            : "prepared statement \"" + name + "\" does not exist");
        }
        return prepared;
    }

    private Portal portal(String name) {
        Portal portal = portals.get(name);
        if (portal == null) {
            throw new SqlException(
                    SqlState.INVALID_CURSOR_NAME, "portal \"" + name + "\" does not exist");
        }
        return portal;
    }

    private void dropPortal(String name) {
        Portal portal = portals.remove(name);
        if (portal != null) {
            portal.close();
        }
    }

    private boolean dropStatement(String name) {
        Prepared prepared = statements.remove(name);
        if (prepared == null) {
            return false;
        }
        prepared.close();
        return true;
    }

    @Override
    public boolean deallocate(String name) {
        return dropStatement(name);
    }

    @Override
    public void deallocateAll() {
        List.copyOf(statements.keySet()).stream()
                .filter(name -> !name.isEmpty())
                .forEach(this::dropStatement);
    }

    @Override
    public void close() {
        portals.values().forEach(Portal::close);
        portals.clear();
        statements.values().forEach(Prepared::close);
        statements.clear();
    }
}
