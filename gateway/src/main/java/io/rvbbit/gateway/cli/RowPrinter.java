package io.rvbbit.gateway.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one result after the other. Threading: one thread. */
interface RowPrinter {
    /** A result begins. */
    void columns(List<ResultListener.Column> columns);

    void row(List<@Nullable String> values);

    /** The statement ended, with rows or without. */
    void complete(String tag);

    /** The statement failed in the middle of its rows: those that are kept back are shown. */
    void failed();
}
