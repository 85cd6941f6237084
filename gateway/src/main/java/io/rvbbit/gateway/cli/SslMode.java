package io.rvbbit.gateway.cli;

import java.util.Arrays;
import java.util.Optional;

/** How much a client asks of TLS, in libpq's words and with their meaning. */
enum SslMode {
    DISABLE("disable"),
    PREFER("prefer"),
    REQUIRE("require"),
    VERIFY_CA("verify-ca"),
    VERIFY_FULL("verify-full");

    private final String word;

    SslMode(String word) {
        this.word = word;
    }

    static Optional<SslMode> of(String word) {
        return Arrays.stream(values()).filter(mode -> mode.word.equals(word)).findFirst();
    }

    boolean isRequired() {
        return compareTo(REQUIRE) >= 0;
    }

    /** Whether the server's certificate has to come from an authority that the client trusts. */
    boolean verifies() {
        return compareTo(VERIFY_CA) >= 0;
    }
}
