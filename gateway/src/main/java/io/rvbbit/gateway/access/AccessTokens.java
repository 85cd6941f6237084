package io.rvbbit.gateway.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * Tokens that stand for a password until they expire: {@code rvbbit1.role.expiry.signature}.
 *
 * <p>Nothing is kept of them. The signature covers the role's verifier, so a new password, or the
 * end of the role, ends all of its tokens. Threading: any thread.
 */
public final class AccessTokens {
    private static final String FORM = "rvbbit1";
    private static final int PARTS = 4;

    private final Roles roles;
    private final Clock clock;

    /** A token, and when it expires. */
    public record Issued(String token, Instant expiresAt) {
        /** Without the token. */
        @Override
        public String toString() {
            return "Issued[expiresAt=" + expiresAt + "]";
        }
    }

    public AccessTokens(Roles roles, Clock clock) {
        this.roles = roles;
        this.clock = clock;
    }

    /** Empty for a role that no password lets in. */
    public Optional<Issued> issue(String name, Duration life) {
        Instant expiry = Instant.ofEpochSecond(clock.instant().plus(life).getEpochSecond());
        String content = FORM + '.' + encoded(utf8(name)) + '.' + expiry.getEpochSecond();
        return roles.find(name)
                .filter(Role::login)
                .flatMap(role -> roles.signed(role, content))
                .map(signature -> new Issued(content + '.' + encoded(signature), expiry));
    }

    /** Whose token it is; empty for one that is forged, expired or not valid any more. */
    public Optional<Role> holder(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != PARTS || !parts[0].equals(FORM) || !parts[2].matches("\\d{1,12}")) {
            return Optional.empty();
        }
        try {
            String name = new String(decoded(parts[1]), StandardCharsets.UTF_8);
            byte[] given = decoded(parts[3]);
            String content = token.substring(0, token.lastIndexOf('.'));
            boolean alive =
                    clock.instant().isBefore(Instant.ofEpochSecond(Long.parseLong(parts[2])));
            return roles.find(name)
                    .filter(role -> role.login() && alive)
                    .filter(role ->
                            roles.signed(role, content)
                                    .filter(right -> MessageDigest.isEqual(right, given))
                                    .isPresent());
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] decoded(String text) {
        return Base64.getUrlDecoder().decode(text);
    }
}
