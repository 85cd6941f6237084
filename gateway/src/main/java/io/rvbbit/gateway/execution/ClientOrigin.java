package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Fingerprint;
import io.rvbbit.tracking.CallerMetadata;
import io.rvbbit.tracking.CallerMetadata.CommandLine;
import io.rvbbit.tracking.CallerMetadata.Sql;
import java.time.Instant;
import java.util.Optional;

/**
 * By which way a client came in, as its callers tell.
 *
 * @param callerPrefix of the ids that its callers get
 * @param protocol {@code postgresql_wire} or {@code http}
 * @param commandLine what the gateway's own command line says of itself; empty for any other client
 */
public record ClientOrigin(
        String callerPrefix, String protocol, Optional<CommandLine> commandLine) {
    /** A client of the PostgreSQL port. */
    public static final ClientOrigin WIRE =
            new ClientOrigin("sql", CallerMetadata.WIRE, Optional.empty());

    /** A client of the HTTP port. */
    public static final ClientOrigin HTTP =
            new ClientOrigin("http", CallerMetadata.HTTP, Optional.empty());

    /** The PostgreSQL port, with what the client said of a command line. */
    public static ClientOrigin wire(Optional<CommandLine> commandLine) {
        return commandLine.isEmpty()
                ? WIRE
                : new ClientOrigin("cli", CallerMetadata.WIRE, commandLine);
    }

    Sql sql(String text, Fingerprint fingerprint, int parallel) {
        return Sql.of(text, fingerprint.hash(), protocol, parallel);
    }

    CallerMetadata metadata(Sql sql, Instant began) {
        if (commandLine.isPresent()) {
            return CallerMetadata.ofCommandLine(commandLine.get(), sql, began);
        }
        return protocol.equals(CallerMetadata.HTTP)
                ? CallerMetadata.ofHttp(sql, began)
                : CallerMetadata.ofWire(sql, began);
    }
}
