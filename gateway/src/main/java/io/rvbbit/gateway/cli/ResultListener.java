package io.rvbbit.gateway.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hears what a statement answers, in the order in which it arrives. */
interface ResultListener {
    /**
     * @param typeOid PostgreSQL's number of the type
     */
    record Column(String name, int typeOid) {}

    void columns(List<Column> columns);

    void row(List<@Nullable String> values);

    /** The statement ended well; {@code tag} is such as {@code SELECT 3}. */
    void complete(String tag);

    void notice(ServerMessage notice);

    void error(ServerMessage error);
}
