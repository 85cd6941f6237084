package io.rvbbit.gateway.access;

import com.ongres.scram.common.ScramFunctions;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The server's side of one SCRAM-SHA-256 login, with or without channel binding.
 *
 * <pre>
 * client                                        server
 *                                               {@link #mechanisms}
 * n,,n=user,r=nonce                             {@link #first}: r=nonce…,s=salt,i=4096
 * c=biws,r=nonce…,p=proof                       {@link #last}: v=signature
 * </pre>
 *
 * <p>The user's name in the first message is ignored, as in PostgreSQL: the startup packet has it.
 * The binding is {@code tls-server-end-point}. Threading: one thread; used once.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5802">RFC 5802</a>
 */
public final class ScramExchange {
    static final String PLAIN = "SCRAM-SHA-256";
    static final String BOUND = "SCRAM-SHA-256-PLUS";
    private static final String BINDING = "tls-server-end-point";
    private static final int NONCE_BYTES = 18;

    private final ScramVerifier verifier;
    private final boolean genuine;
    private final Optional<byte[]> endPoint;
    private final String serverNonce;
    private String header = "";
    private String firstBare = "";
    private String serverFirst = "";
    private String nonce = "";

    /**
     * @param genuine false where nothing may pass, whatever the verifier
     * @param endPoint hash of the certificate that this connection was shown; empty without TLS
     */
    ScramExchange(
            ScramVerifier verifier,
            boolean genuine,
            Optional<byte[]> endPoint,
            String serverNonce) {
        this.verifier = verifier;
        this.genuine = genuine;
        this.endPoint = endPoint;
        this.serverNonce = serverNonce;
    }

    /**
     * The login of a role, or of nobody: both take the same steps, and one of them never passes.
     */
    public static ScramExchange of(
            Roles.Credentials credentials, Optional<byte[]> endPoint, SecureRandom random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return new ScramExchange(
                credentials.verifier(),
                credentials.genuine(),
                endPoint,
                Base64.getEncoder().encodeToString(nonce));
    }

    /** What the client may choose from, best first. */
    public List<String> mechanisms() {
        return endPoint.isPresent() ? List.of(BOUND, PLAIN) : List.of(PLAIN);
    }

    /**
     * Answers the client's first message.
     *
     * @throws SqlException 08P01 for what is no such message, 28000 where somebody between client
     *     and server hid that channel binding is there
     */
    public String first(String mechanism, String message) {
        if (!mechanisms().contains(mechanism)) {
            throw new SqlException(
                    SqlState.PROTOCOL_VIOLATION,
                    "client selected an invalid SASL authentication mechanism");
        }
        String[] parts = message.split(",", -1);
        if (parts.length < 4) {
            throw malformed("The message ends too early.");
        }
        checkBinding(parts[0], mechanism.equals(BOUND));
        if (!parts[1].isEmpty()) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    "client uses authorization identity, but it is not supported");
        }
        if (parts[2].startsWith("m=")) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED,
                    "client requires an unsupported SCRAM extension");
        }
        if (!parts[2].startsWith("n=")) {
            throw malformed("Attribute \"n\" is missing.");
        }
        String clientNonce = value(parts[3], 'r');
        boolean printable = clientNonce.chars().allMatch(c -> c >= 0x21 && c <= 0x7E);
        if (clientNonce.isEmpty() || !printable) {
            throw malformed("The nonce is empty or holds characters that are not printable.");
        }
        header = parts[0] + ",,";
        firstBare = message.substring(header.length());
        nonce = clientNonce + serverNonce;
        serverFirst = "r=%s,s=%s,i=%d".formatted(nonce, verifier.saltText(), verifier.iterations());
        return serverFirst;
    }

    private void checkBinding(String flag, boolean bound) {
        if (flag.startsWith("p=")) {
            if (!bound) {
                throw malformed(
                        "The client selected "
                                + PLAIN
                                + ", but the message includes channel binding data.");
            }
            if (!flag.equals("p=" + BINDING)) {
                throw new SqlException(
                        SqlState.PROTOCOL_VIOLATION, "unsupported SCRAM channel-binding type");
            }
            return;
        }
        if (!flag.equals("n") && !flag.equals("y")) {
            throw malformed("The channel-binding flag is none.");
        }
        if (bound) {
            throw malformed(
                    "The client selected "
                            + BOUND
                            + ", but the message does not include channel binding data.");
        }
        if (flag.equals("y") && endPoint.isPresent()) {
            throw new SqlException(
                            SqlState.INVALID_AUTHORIZATION,
                            "SCRAM channel binding negotiation error")
                    .detail(
                            "The client supports SCRAM channel binding but thinks the server does"
                                    + " not. However, this server does support channel binding.");
        }
    }

    /**
     * The server's signature if the proof is right, which also tells the client that this server
     * knows the verifier; empty if it is wrong.
     *
     * @throws SqlException 08P01 for what is no such message, 28000 if the client was shown another
     *     certificate than this connection's
     */
    public Optional<String> last(String message) {
        if (serverFirst.isEmpty()) {
            throw new IllegalStateException("the first message comes first");
        }
        int proofAt = message.lastIndexOf(",p=");
        if (proofAt < 0) {
            throw malformed("Attribute \"p\" is missing.");
        }
        String withoutProof = message.substring(0, proofAt);
        byte[] proof = decoded(message.substring(proofAt + 3));
        if (proof.length != ScramVerifier.KEY_BYTES) {
            throw malformed("The proof has another length.");
        }
        String[] parts = withoutProof.split(",", -1);
        if (parts.length < 2) {
            throw malformed("The message ends too early.");
        }
        checkBinding(decoded(value(parts[0], 'c')));
        if (!value(parts[1], 'r').equals(nonce)) {
            throw new SqlException(SqlState.PROTOCOL_VIOLATION, "invalid SCRAM response")
                    .detail("Nonce does not match.");
        }
        String authentication = firstBare + "," + serverFirst + "," + withoutProof;
        boolean right =
                ScramFunctions.verifyClientProof(
                        ScramVerifier.MECHANISM, proof, verifier.storedKey(), authentication);
        byte[] signature =
                ScramFunctions.serverSignature(
                        ScramVerifier.MECHANISM, verifier.serverKey(), authentication);
        return right && genuine
                ? Optional.of("v=" + Base64.getEncoder().encodeToString(signature))
                : Optional.empty();
    }

    private void checkBinding(byte[] told) {
        byte[] start = header.getBytes(StandardCharsets.US_ASCII);
        byte[] data = header.startsWith("p=") ? endPoint.orElseThrow() : new byte[0];
        byte[] expected = new byte[start.length + data.length];
        System.arraycopy(start, 0, expected, 0, start.length);
        System.arraycopy(data, 0, expected, start.length, data.length);
        if (MessageDigest.isEqual(told, expected)) {
            return;
        }
        throw header.startsWith("p=")
                ? new SqlException(
                        SqlState.INVALID_AUTHORIZATION, "SCRAM channel binding check failed")
                : new SqlException(
                        SqlState.PROTOCOL_VIOLATION,
                        "unexpected SCRAM channel-binding attribute in client-final-message");
    }

    private static String value(String attribute, char name) {
        if (attribute.length() < 2 || attribute.charAt(0) != name || attribute.charAt(1) != '=') {
            throw malformed("Attribute \"" + name + "\" is missing.");
        }
        return attribute.substring(2);
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException _) {
            throw malformed("The message holds what is no base64.");
        }
    }

    private static SqlException malformed(String why) {
        return new SqlException(SqlState.PROTOCOL_VIOLATION, "malformed SCRAM message").detail(why);
    }
}
