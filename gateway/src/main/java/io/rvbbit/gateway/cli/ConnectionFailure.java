package io.rvbbit.gateway.cli;

/** There is no connection to the server, or not any more; the message says which server. */
final class ConnectionFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConnectionFailure(String message) {
        super(message);
    }
}
