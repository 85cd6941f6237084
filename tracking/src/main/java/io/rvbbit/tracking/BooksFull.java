package io.rvbbit.tracking;

/** Nothing new may begin: the event log or its disk is full and has not emptied in time. */
public final class BooksFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BooksFull(String message) {
        super(message);
    }
}
