package io.rvbbit.gateway.execution;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Tells a client that wants to know how far its own statement is. Threading: stateless. */
final class ProgressNotices {
    private ProgressNotices() {}

    /**
     * Begins, if the client wants it.
     *
     * @param working whether the client waits for this statement; asked on any thread
     */
    static Notices.Repetition begin(
            ClientContext client, RunningStatement statement, BooleanSupplier working) {
        if (!client.settings().isOn("rvbbit.progress")) {
            return () -> {};
        }
        return client.notices()
                .repeat(
                        client.settings().progressInterval(),
                        () ->
                                working.getAsBoolean()
                                        ? Optional.of(statement.state().inWords())
                                        : Optional.empty());
    }
}
