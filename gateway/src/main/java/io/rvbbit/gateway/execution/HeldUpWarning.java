package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.SqlState;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells a client, once for each statement, that it waits for room in the books, and why.
 *
 * <p>Threading: made by the session's thread, which also tells what was late; what waits does so on
 * any thread.
 */
final class HeldUpWarning implements Consumer<String> {
    static final String HINT = "rvbbit.tracking tells what the books wait for";

    private final Notices notices;
    private final Notices.Aside aside;
    private final BooleanSupplier working;
    private final AtomicBoolean heard = new AtomicBoolean();
    private final AtomicReference<@Nullable String> due = new AtomicReference<>();

    /** {@code working}: whether the client waits for this statement, and for no other. */
    HeldUpWarning(Notices notices, BooleanSupplier working) {
        this.notices = notices;
        this.aside = notices.aside(SqlState.WARNING, HINT);
        this.working = working;
    }

    @Override
    public void accept(String why) {
        if (!heard.compareAndSet(false, true)) {
            return;
        }
        String text = "the statement waits for room in the books: " + why;
        due.set(text);
        AtomicBoolean taken = new AtomicBoolean();
        boolean said =
                aside.tell(() -> {
                    Optional<String> mine = working.getAsBoolean() ? taken() : Optional.empty();
                    taken.set(mine.isPresent());
                    return mine;
                });
        if (!said && taken.get()) {
            due.set(text);
        }
    }

    /** On the session's thread: says what was due while the client heard something else. */
    void tellLate() {
        taken().ifPresent(text ->
                notices.tell(Notices.Severity.WARNING, SqlState.WARNING, text, HINT));
    }

    private Optional<String> taken() {
        return Optional.ofNullable(due.getAndSet(null));
    }
}
