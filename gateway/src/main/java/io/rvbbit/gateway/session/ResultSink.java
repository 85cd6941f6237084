package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Chunk;
import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.CopyInExecution;
import io.rvbbit.gateway.execution.CopyOutPlan;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.Format;
import java.util.List;

/** Where the results of statements go, in order. Threading: the session's thread only. */
interface ResultSink {
    /** What a statement that gives rows will give; nothing of it has run yet. */
    void columns(List<Column> columns, List<Format> formats);

    /** Takes the rows that a portal gives from here on. */
    Rows rows(List<Column> columns, List<Format> formats, Settings settings);

    /** A statement begins, perhaps for long. */
    void begins();

    /** Rows that were given leave, however few they are: more has to be waited for. */
    void flushRows();

    /** No further row follows for now. */
    void rowsEnd();

    /** Rows that have not left are dropped: their statement has failed. */
    void abandonRows();

    /** The text was empty. */
    void empty();

    /** The portal has more rows than were asked for. */
    void suspended();

    void complete(String tag);

    /** Sends all that COPY … TO STDOUT gives; returns how many rows. */
    long copyOut(CopyOutPlan plan, RowIterator rows, Settings settings);

    /** Takes all that COPY … FROM STDIN wants. */
    void copyIn(CopyInExecution copy, Cancellation cancellation, Settings settings);

    /** Takes rows, one at a time. */
    @FunctionalInterface
    interface Rows {
        void row(Chunk chunk, int row);
    }
}
