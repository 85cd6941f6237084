package io.rvbbit.udf;

import io.rvbbit.tracking.Event.FallbackEnded;
import io.rvbbit.tracking.Fallback;
import io.rvbbit.udf.cache.AnswerCache;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Decisions that a statement has paid for, until the books have them.
 *
 * <p>The first call of a function takes what deciding it took on its own row. A decision that no
 * call takes, since no row needed an answer or the statement came to nothing, is a row of its own,
 * so that the rows always add up to the bill. Threading: any thread.
 */
final class PaidDecisions {
    private final List<Paid> open = new ArrayList<>();

    private record Paid(String function, FallbackEnded row, AnswerCache books) {}

    /**
     * @param row what is booked if no call of the function is
     */
    synchronized void add(FallbackCall function, FallbackEnded row, AnswerCache books) {
        open.add(new Paid(key(function), row, books));
    }

    /**
     * What the first call of a function takes on its row; empty for all further ones.
     *
     * @param priced whether the call's own cost is known: if not, it would hide the decision's
     */
    synchronized Optional<Fallback> take(FallbackCall function, boolean priced) {
        String key = key(function);
        Iterator<Paid> each = open.iterator();
        while (each.hasNext()) {
            Paid paid = each.next();
            boolean hidden = !priced && paid.row().fallback().costUsd() != null;
            if (paid.function().equals(key) && !hidden) {
                each.remove();
                return Optional.of(paid.row().fallback());
            }
        }
        return Optional.empty();
    }

    /** Books what no call has taken. */
    synchronized void bookRest() {
        open.forEach(paid -> paid.books().book(paid.row()));
        open.clear();
    }

    /** Argument names do not count, as they do not when it is decided. */
    private static String key(FallbackCall function) {
        StringBuilder key = new StringBuilder(function.name());
        function.arguments().forEach(argument -> key.append('\n').append(argument.type()));
        return key.toString();
    }
}
