package io.rvbbit.gateway.access;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What checks a password by SCRAM-SHA-256 and is not the password: PostgreSQL's own form, {@code
 * SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}.
 *
 * <p>Passwords are prepared as PostgreSQL does: by SASLprep, or as they are where that refuses
 * them. Threading: immutable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7677">RFC 7677</a>
 */
public final class ScramVerifier {
    public static final int DEFAULT_ITERATIONS = 4_096;

    /**
     * One check of a password that comes in clear takes this many rounds at most, about a second.
     */
    public static final int MOST_ITERATIONS = 1_000_000;

    static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
    static final int SALT_BYTES = 16;
    static final int KEY_BYTES = 32;
    private static final Pattern FORM =
            Pattern.compile(
                    "SCRAM-SHA-256\\$(\\d{1,7}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]{44}):([A-Za-z0-9+/=]{44})");

    private final int iterations;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;

    ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
        this.iterations = iterations;
        this.salt = salt.clone();
        this.storedKey = storedKey.clone();
        this.serverKey = serverKey.clone();
    }

    /** Empty if the text is no verifier, or one that asks for too many rounds. */
    public static Optional<ScramVerifier> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int iterations = Integer.parseInt(parts.group(1));
        if (iterations < 1 || iterations > MOST_ITERATIONS) {
            return Optional.empty();
        }
        try {
            Base64.Decoder decoder = Base64.getDecoder();
            byte[] salt = decoder.decode(parts.group(2));
            byte[] storedKey = decoder.decode(parts.group(3));
            byte[] serverKey = decoder.decode(parts.group(4));
            return storedKey.length == KEY_BYTES && serverKey.length == KEY_BYTES
                    ? Optional.of(new ScramVerifier(iterations, salt, storedKey, serverKey))
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** Takes some milliseconds, and more with more rounds: they make guessing dear. */
    public static ScramVerifier of(String password, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return of(password, salt, DEFAULT_ITERATIONS);
    }

    static ScramVerifier of(String password, byte[] salt, int iterations) {
        byte[] salted =
                ScramFunctions.saltedPassword(
                        MECHANISM,
                        StringPreparation.POSTGRESQL_PREPARATION,
                        password.toCharArray(),
                        salt,
                        iterations);
        byte[] clientKey = ScramFunctions.clientKey(MECHANISM, salted);
        return new ScramVerifier(
                iterations,
                salt,
                ScramFunctions.storedKey(MECHANISM, clientKey),
                ScramFunctions.serverKey(MECHANISM, salted));
    }

    /** Whether this is the password; takes as long as making a verifier. */
    public boolean matches(String password) {
        return !password.isEmpty()
                && MessageDigest.isEqual(of(password, salt, iterations).storedKey, storedKey);
    }

    int iterations() {
        return iterations;
    }

    String saltText() {
        return Base64.getEncoder().encodeToString(salt);
    }

    byte[] storedKey() {
        return storedKey.clone();
    }

    byte[] serverKey() {
        return serverKey.clone();
    }

    /**
     * The form that PostgreSQL keeps; whoever has it can guess passwords and pose as the server.
     */
    public String text() {
        Base64.Encoder encoder = Base64.getEncoder();
        return "SCRAM-SHA-256$%d:%s$%s:%s"
                .formatted(
                        iterations,
                        saltText(),
                        encoder.encodeToString(storedKey),
                        encoder.encodeToString(serverKey));
    }

    /** Fit for a log. */
    @Override
    public String toString() {
        return "SCRAM-SHA-256$" + iterations + ":***";
    }
}
