package io.rvbbit.gateway.access;

import java.time.Duration;
import java.util.Optional;

/**
 * The rules by which connections are let in.
 *
 * @param tls empty where no certificate is configured
 * @param tlsRequired whether sessions without TLS are refused
 * @param cleartext whether clients on TLS are asked for the password itself, for the sake of those
 *     that know nothing better; without TLS it is always SCRAM
 * @param patience for a login, the TLS handshake included
 */
public record Access(
        Roles roles,
        Optional<ReloadableTls> tls,
        boolean tlsRequired,
        boolean cleartext,
        Duration patience) {}
