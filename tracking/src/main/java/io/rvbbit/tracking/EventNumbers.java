package io.rvbbit.tracking;

import io.rvbbit.tracking.Event.NoteType;
import io.rvbbit.tracking.Event.SessionStatus;
import io.rvbbit.tracking.Event.StatementStatus;
import java.util.function.ToIntFunction;

/**
 * The numbers of an event's words in the event log: once on a disk, they stay.
 *
 * <p>Threading: immutable.
 */
final class EventNumbers {
    private EventNumbers() {}

    static int of(StatementStatus status) {
        return switch (status) {
            case RUNNING -> 0;
            case COMPLETED -> 1;
            case PARTIAL -> 2;
            case ERROR -> 3;
            case CANCELLED -> 4;
            case ORPHANED -> 5;
        };
    }

    static StatementStatus statementStatus(int number) {
        return of(StatementStatus.values(), EventNumbers::of, number);
    }

    static int of(SessionStatus status) {
        return switch (status) {
            case STARTING -> 0;
            case RUNNING -> 1;
            case BLOCKED -> 2;
            case COMPLETED -> 3;
            case ERROR -> 4;
            case CANCELLED -> 5;
            case ORPHANED -> 6;
        };
    }

    static SessionStatus sessionStatus(int number) {
        return of(SessionStatus.values(), EventNumbers::of, number);
    }

    static int of(NoteType type) {
        return switch (type) {
            case VALIDATION -> 0;
            case RETRY -> 1;
            case HANDOFF -> 2;
        };
    }

    static NoteType noteType(int number) {
        return of(NoteType.values(), EventNumbers::of, number);
    }

    private static <E> E of(E[] values, ToIntFunction<E> numbers, int number) {
        for (E value : values) {
            if (numbers.applyAsInt(value) == number) {
                return value;
            }
        }
        throw new IllegalArgumentException("nothing has number " + number);
    }
}
