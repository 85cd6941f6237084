package io.rvbbit.tracking;

import java.util.Set;

/** Which rows of the log are starts and ends of calls. Threading: immutable. */
final class CallParts {
    private static final Set<String> TYPES = Set.of("turn_start", "turn_complete", "turn_error");

    private CallParts() {}

    static boolean isPart(Row<LogColumn> row) {
        return TYPES.contains(row.text(LogColumn.EVENT_TYPE))
                && !row.text(LogColumn.REQUEST_ID).isEmpty();
    }
}
