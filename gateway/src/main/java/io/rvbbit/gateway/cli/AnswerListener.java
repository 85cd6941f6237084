package io.rvbbit.gateway.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what one statement answers, for a small result. Threading: one. */
final class AnswerListener implements ResultListener {
    private static final String CALLER = "caller_id ";

    private final Consumer<ServerMessage> warnings;
    private final List<List<@Nullable String>> rows = new ArrayList<>();
    private Optional<ServerMessage> error = Optional.empty();
    private String callerId = "";

    AnswerListener(Consumer<ServerMessage> warnings) {
        this.warnings = warnings;
    }

    List<List<@Nullable String>> rows() {
        return rows;
    }

    Optional<ServerMessage> error() {
        return error;
    }

    /** Empty if the statement is not accounted for. */
    String callerId() {
        return callerId;
    }

    @Override
    public void columns(List<Column> columns) {
        rows.clear();
    }

    @Override
    public void row(List<@Nullable String> values) {
        rows.add(values);
    }

    @Override
    public void complete(String tag) {
        // The rows say it.
    }

    @Override
    public void notice(ServerMessage notice) {
        if (notice.message().startsWith(CALLER)) {
            callerId = notice.message().substring(CALLER.length());
        } else {
            warnings.accept(notice);
        }
    }

    @Override
    public void error(ServerMessage message) {
        // A position would count in a statement that the user has not written.
        error = Optional.of(message.withoutPosition());
    }
}
