package io.rvbbit.gateway.session;

import io.rvbbit.gateway.execution.ClientContext;
import io.rvbbit.gateway.execution.Cursors;
import io.rvbbit.gateway.execution.PreparedNames;
import io.rvbbit.gateway.execution.Transaction;
import io.rvbbit.gateway.wire.BackendMessage.BindComplete;
import io.rvbbit.gateway.wire.BackendMessage.CloseComplete;
import io.rvbbit.gateway.wire.BackendMessage.NoData;
import io.rvbbit.gateway.wire.BackendMessage.ParameterDescription;
import io.rvbbit.gateway.wire.BackendMessage.ParseComplete;
import io.rvbbit.gateway.wire.BackendMessage.RowDescription;
import io.rvbbit.gateway.wire.BackendMessage.TransactionStatus;
import io.rvbbit.gateway.wire.DateStyle;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.FrontendMessage.Bind;
import io.rvbbit.gateway.wire.FrontendMessage.Close;
import io.rvbbit.gateway.wire.FrontendMessage.Describe;
import io.rvbbit.gateway.wire.FrontendMessage.Execute;
import io.rvbbit.gateway.wire.FrontendMessage.Parse;
import io.rvbbit.gateway.wire.FrontendMessage.Query;
import io.rvbbit.gateway.wire.ParameterDecoder;
import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The simple and the extended query protocol over the statements and portals of one session.
 *
 * <p>Threading: the session's thread only.
 */
final class Conversation implements AutoCloseable {
    private final Statements statements = new Statements();
    private final Portals portals = new Portals();
    private final Replies replies;
    private final BooleanSupplier syncFollows;
    private @Nullable ClientContext client;
    private @Nullable PortalRunner runner;
    private @Nullable SimpleQuery simple;

    /**
     * @param syncFollows whether the client's next message is there already and is a Sync
     */
    Conversation(Replies replies, BooleanSupplier syncFollows) {
        this.replies = replies;
        this.syncFollows = syncFollows;
    }

    PreparedNames names() {
        return statements;
    }

    Cursors cursors() {
        return portals;
    }

    Portals portals() {
        return portals;
    }

    void begin(ClientContext newClient, PortalRunner newRunner, ResultSink results) {
        client = newClient;
        statements.begin(newClient);
        portals.begin(newClient);
        runner = newRunner;
        simple = new SimpleQuery(statements, portals, results, newClient.transaction(), newRunner);
    }

    private static <T> T begun(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the session has not begun");
        }
        return part;
    }

    private Transaction transaction() {
        return begun(client).transaction();
    }

    TransactionStatus status() {
        return switch (transaction().status()) {
            case IDLE -> TransactionStatus.IDLE;
            case OPEN -> TransactionStatus.IN_TRANSACTION;
            case FAILED -> TransactionStatus.FAILED;
        };
    }

    void statementFailed(Exception failure) {
        begun(client).tally().failed(failure);
        transaction().statementFailed();
    }

    /** At Sync: what was sent since the last one is one transaction, if none is open. */
    void sync() {
        transaction().messageEnds();
    }

    void query(Query query) {
        begun(simple).run(query.sql());
    }

    void parse(Parse parse) {
        transaction().begins(false);
        List<Script.Part> parts = Script.split(parse.sql()).parts();
        if (parts.size() > 1) {
            throw new SqlException(
                    SqlState.SYNTAX_ERROR,
                    "cannot insert multiple commands into a prepared statement");
        }
        statements.checkFree(parse.statement());
        statements.drop(parse.statement());
        Prepared prepared =
                parts.isEmpty()
                        ? new Prepared(
                                Optional.empty(),
                                parse.sql(),
                                "",
                                parse.parameterTypes(),
                                parse.parameterTypes(),
                                false)
                        : statements.plan(parts.getFirst(), parse.parameterTypes());
        statements.add(parse.statement(), prepared);
        replies.send(new ParseComplete());
    }

    void bind(Bind bind) {
        transaction().begins(false);
        Prepared prepared = statements.existing(bind.statement());
        int expected = prepared.parameterOids().size();
        if (bind.parameters().size() != expected) {
            throw new SqlException(
                    SqlState.PROTOCOL_VIOLATION,
                    "bind message supplies %d parameters, but prepared statement \"%s\" requires %d"
                            .formatted(bind.parameters().size(), bind.statement(), expected));
        }
        prepared.plan().ifPresent(plan -> transaction().check(plan.role()));
        portals.checkFree(bind.portal());
        int columns = prepared.columns().size();
        if (bind.resultFormats().size() > 1 && bind.resultFormats().size() != columns) {
            throw new SqlException(
                    SqlState.PROTOCOL_VIOLATION,
                    "bind message has %d result formats but query has %d columns"
                            .formatted(bind.resultFormats().size(), columns));
        }
        List<@Nullable Object> values = new ArrayList<>();
        for (int index = 0; index < expected; index++) {
            byte @Nullable [] bytes = bind.parameters().get(index);
            values.add(
                    bytes == null
                            ? null
                            : ParameterDecoder.decode(
                                    prepared.valueOids().get(index),
                                    prepared.valueFormat(
                                            index, Format.at(bind.parameterFormats(), index)),
                                    bytes,
                                    begun(client).settings().timeZone(),
                                    DateStyle.of(begun(client).settings().get("DateStyle"))
                                            .order()));
        }
        Portal portal = new Portal(prepared, values, bind.resultFormats());
        portals.add(bind.portal(), portal);
        if (prepared.isConstant()) {
            begun(runner).begin(portal);
        }
        replies.send(new BindComplete());
    }

    void describe(Describe describe) {
        transaction().begins(false);
        switch (describe.target()) {
            case STATEMENT -> {
                Prepared prepared = statements.existing(describe.name());
                checkDescribed(prepared);
                replies.send(new ParameterDescription(prepared.parameterOids()));
                describe(prepared, List.of());
            }
            case PORTAL -> {
                Portal portal = portal(describe.name());
                checkDescribed(portal.prepared());
                describe(portal.prepared(), portal.shownFormats());
            }
        }
    }

    /** A failed transaction looks up no columns. */
    private void checkDescribed(Prepared prepared) {
        if (prepared.givesRows()) {
            prepared.plan().ifPresent(plan -> transaction().check(plan.role()));
        }
    }

    private void describe(Prepared prepared, List<Format> formats) {
        replies.send(
                prepared.givesRows()
                        ? new RowDescription(TypeMapping.fields(prepared.columns(), formats))
                        : new NoData());
    }

    void execute(Execute execute) {
        transaction().begins(false);
        begun(runner)
                .run(
                        portal(execute.portal()),
                        Math.max(0, execute.maxRows()),
                        syncFollows.getAsBoolean());
    }

    void close(Close close) {
        switch (close.target()) {
            case STATEMENT -> statements.drop(close.name());
            case PORTAL -> portals.drop(close.name());
        }
        replies.send(new CloseComplete());
    }

    private Portal portal(String name) {
        return portals.find(name)
                .orElseThrow(() ->
                        new SqlException(
                                SqlState.INVALID_CURSOR_NAME,
                                "portal \"" + name + "\" does not exist"));
    }

    @Override
    public void close() {
        portals.close();
        statements.close();
        ClientContext begun = client;
        if (begun != null) {
            begun.transaction().close();
        }
    }
}
