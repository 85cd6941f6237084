package io.rvbbit.tracking;

import java.util.UUID;

/**
 * An event with what the log gave it, the same at every reading.
 *
 * @param position 1-based number among all events of the log
 */
record LoggedEvent(long position, UUID messageId, Event event) {}
