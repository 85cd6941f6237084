package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.CopyInExecution;
import io.rvbbit.gateway.execution.CopyOutPlan;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.BackendMessage.CommandComplete;
import io.rvbbit.gateway.wire.BackendMessage.EmptyQueryResponse;
import io.rvbbit.gateway.wire.BackendMessage.PortalSuspended;
import io.rvbbit.gateway.wire.BackendMessage.RowDescription;
import io.rvbbit.gateway.wire.Format;
import java.util.List;

/** Results as messages of the PostgreSQL protocol. Threading: the session's thread only. */
final class WireResults implements ResultSink {
    private final Replies replies;
    private final RowWriter writer;
    private final Mailbox mailbox;

    WireResults(Replies replies, RowWriter writer, Mailbox mailbox) {
        this.replies = replies;
        this.writer = writer;
        this.mailbox = mailbox;
    }

    @Override
    public void columns(List<Column> columns, List<Format> formats) {
        replies.send(new RowDescription(TypeMapping.fields(columns, formats)));
    }

    @Override
    public Rows rows(List<Column> columns, List<Format> formats, Settings settings) {
        RowEncoder encoder = new RowEncoder(columns, formats, settings);
        return (chunk, row) -> {
            encoder.encode(chunk, row, writer.buffer());
            writer.rowEnded();
        };
    }

    @Override
    public void begins() {
        replies.flushNotices();
    }

    @Override
    public void flushRows() {
        writer.flush();
    }

    @Override
    public void rowsEnd() {
        writer.finish();
    }

    @Override
    public void abandonRows() {
        writer.abandon();
    }

    @Override
    public void empty() {
        replies.send(new EmptyQueryResponse());
    }

    @Override
    public void suspended() {
        replies.send(new PortalSuspended());
    }

    @Override
    public void complete(String tag) {
        replies.send(new CommandComplete(tag));
    }

    @Override
    public long copyOut(CopyOutPlan plan, RowIterator rows, Settings settings) {
        return new CopyOut(plan, writer, replies, settings).send(rows);
    }

    @Override
    public void copyIn(CopyInExecution copy, Cancellation cancellation, Settings settings) {
        new CopyIn(copy, mailbox, cancellation, settings).receive(replies);
    }
}
