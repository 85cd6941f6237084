package io.rvbbit.tracking;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How things stand with the event log.
 *
 * @param recorded events over all processes that wrote to this log, as {@code stored}
 * @param bytes what those take that are not stored
 * @param since when the oldest of them happened, to the second; null if there is none
 * @param refusing why nothing new may begin; empty if it may
 * @param room for events of so many bytes, whatever the disk does; 0 where it refuses already
 */
record LogState(
        long recorded,
        long stored,
        long bytes,
        @Nullable Instant since,
        String refusing,
        int room) {
    long pending() {
        return recorded - stored;
    }
}
