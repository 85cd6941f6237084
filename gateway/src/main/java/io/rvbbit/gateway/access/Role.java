package io.rvbbit.gateway.access;

import java.util.Optional;

/**
 * Somebody who may connect, or a name that may not.
 *
 * @param verifier empty where no password is right
 * @param configured stands in the configuration, so no statement can change it
 */
public record Role(
        String name,
        boolean admin,
        boolean login,
        Optional<ScramVerifier> verifier,
        boolean configured) {

    /** A user from the configuration. */
    public static Role configured(String name, boolean admin, ScramVerifier verifier) {
        return new Role(name, admin, true, Optional.of(verifier), true);
    }

    public Role withAdmin(boolean newAdmin) {
        return new Role(name, newAdmin, login, verifier, configured);
    }

    public Role withLogin(boolean newLogin) {
        return new Role(name, admin, newLogin, verifier, configured);
    }

    public Role withVerifier(Optional<ScramVerifier> newVerifier) {
        return new Role(name, admin, login, newVerifier, configured);
    }
}
