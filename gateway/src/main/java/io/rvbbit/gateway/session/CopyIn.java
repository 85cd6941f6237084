package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.ChunkFill;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.CopyInExecution;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.BackendMessage.CopyInResponse;
import io.rvbbit.gateway.wire.CopyReader;
import io.rvbbit.gateway.wire.Format;
import io.rvbbit.gateway.wire.FrontendMessage;
import io.rvbbit.gateway.wire.FrontendMessage.CopyData;
import io.rvbbit.gateway.wire.FrontendMessage.CopyDone;
import io.rvbbit.gateway.wire.FrontendMessage.CopyFail;
import io.rvbbit.gateway.wire.FrontendMessage.Flush;
import io.rvbbit.gateway.wire.FrontendMessage.Malformed;
import io.rvbbit.gateway.wire.FrontendMessage.Sync;
import io.rvbbit.rewriter.CopyOptions;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * Takes the rows of one COPY FROM STDIN from the client.
 *
 * <p>While it works on a message nobody reads the socket beyond what the mailbox holds, so a fast
 * client waits. Threading: the session's thread only.
 */
final class CopyIn {
    private final CopyInExecution copy;
    private final Mailbox mailbox;
    private final Cancellation cancellation;
    private final CopyReader reader;
    private final ColumnLoader[] loaders;
    private final boolean binary;

    CopyIn(CopyInExecution copy, Mailbox mailbox, Cancellation cancellation, Settings settings) {
        this.copy = copy;
        this.mailbox = mailbox;
        this.cancellation = cancellation;
        this.binary = copy.options().format() == CopyOptions.Format.BINARY;
        List<String> names = copy.columns().stream().map(Column::name).toList();
        this.reader = CopyReader.of(copy.options(), copy.table(), names);
        TextStyle style = TextStyle.of(settings);
        this.loaders =
                copy.columns().stream()
                        .map(column -> ColumnLoader.of(column, format(), style))
                        .toArray(ColumnLoader[]::new);
    }

    private Format format() {
        return binary ? Format.BINARY : Format.TEXT;
    }

    /**
     * Takes all rows, or none.
     *
     * @throws SqlException for whatever goes wrong, with PostgreSQL's context; the rest that the
     *     client sends has then no one to read it
     */
    void receive(Replies replies) {
        replies.send(new CopyInResponse(format(), Collections.nCopies(loaders.length, format())));
        replies.flush();
        cancellation.onCancel(mailbox::wake);
        try {
            load(); // nothing is there, but from now on the first line is awaited
            while (!takeMessage()) {
                cancellation.check();
            }
            finish();
        } catch (RuntimeException | Error failure) {
            copy.abort();
            throw failure;
        }
    }

    /** True once the client is done. */
    private boolean takeMessage() {
        FrontendMessage message = await();
        cancellation
                .cause()
                .ifPresent(cause -> {
                    throw reader.inWait(cause);
                });
        switch (message) {
            case CopyData data -> {
                reader.put(data.bytes());
                load();
            }
            case CopyDone _ -> {
                reader.end();
                load();
                return true;
            }
            case CopyFail fail ->
                    throw reader.inWait(
                            new SqlException(
                                    SqlState.QUERY_CANCELED,
                                    "COPY from stdin failed: " + fail.reason()));
            case Flush _, Sync _ -> {
                // A client may send them with its statement, before it knows that it is a COPY.
            }
            case Malformed malformed -> {
                if (malformed.fatal()) {
                    mailbox.putBack(malformed);
                }
                throw reader.inWait(malformed.failure());
            }
            default -> throw outOfPlace(message);
        }
        return false;
    }

    private FrontendMessage await() {
        try {
            Optional<FrontendMessage> message = mailbox.take();
            if (message.isPresent()) {
                return message.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SqlException(SqlState.ADMIN_SHUTDOWN, "the session was ended", e);
        }
        mailbox.close(); // for the session's loop, which ends by it
        cancellation.check();
        throw reader.inWait(
                new SqlException(
                        SqlState.CONNECTION_FAILURE,
                        "unexpected EOF on client connection with an open transaction"));
    }

    /** PostgreSQL ends the connection: who speaks of something else has lost the thread. */
    private SqlException outOfPlace(FrontendMessage message) {
        mailbox.putBack(
                new Malformed(
                        (char) 0,
                        new SqlException(
                                SqlState.PROTOCOL_VIOLATION,
                                "terminating connection because protocol synchronization was lost"),
                        true));
        return reader.inWait(
                new SqlException(
                        SqlState.PROTOCOL_VIOLATION,
                        "unexpected message type 0x%02X during COPY from stdin"
                                .formatted((int) message.code())));
    }

    private void load() {
        while (reader.next() == CopyReader.Found.ROW) {
            ChunkFill row = copy.rows().row();
            for (int column = 0; column < loaders.length; column++) {
                if (reader.isNull(column)) {
                    setNull(row, column);
                } else {
                    load(row, column);
                }
            }
            try {
                copy.rows().rowEnded();
            } catch (SqlException failure) {
                throw inTable(failure);
            }
        }
    }

    private void load(ChunkFill row, int column) {
        try {
            loaders[column].load(
                    reader.bytes(), reader.start(column), reader.length(column), row, column);
        } catch (SqlException failure) {
            throw reader.inColumn(failure, column);
        }
    }

    private void setNull(ChunkFill row, int column) {
        try {
            copy.checkNull(column);
        } catch (SqlException refused) {
            SqlException told =
                    binary || !copy.isWholeRow()
                            ? refused
                            : refused.detail("Failing row contains (" + fields() + ").");
            throw reader.inRow(told);
        }
        row.setNull(column);
    }

    private String fields() {
        StringJoiner fields = new StringJoiner(", ");
        for (int column = 0; column < loaders.length; column++) {
            fields.add(
                    reader.isNull(column)
                            ? "null"
                            : new String(
                                    reader.bytes(),
                                    reader.start(column),
                                    reader.length(column),
                                    StandardCharsets.UTF_8));
        }
        return fields.toString();
    }

    private void finish() {
        try {
            copy.finish();
        } catch (SqlException failure) {
            throw inTable(failure);
        }
    }

    /** The engine takes rows by the batch, so it cannot tell the line. */
    private SqlException inTable(SqlException failure) {
        return cancellation.cause().orElseGet(() -> failure.at(0).context("COPY " + copy.table()));
    }
}
