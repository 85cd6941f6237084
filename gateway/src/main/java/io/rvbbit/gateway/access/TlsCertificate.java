package io.rvbbit.gateway.access;

import com.ongres.scram.common.util.TlsServerEndpoint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * The certificate with which the server speaks TLS 1.2 and 1.3, and its key.
 *
 * <p>Threading: immutable.
 */
public final class TlsCertificate {
    /** The name of PostgreSQL's protocol in ALPN. */
    public static final String PROTOCOL = "postgresql";

    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
    private static final Set<PosixFilePermission> FOREIGN =
            Set.of(
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.GROUP_EXECUTE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE,
                    PosixFilePermission.OTHERS_EXECUTE);
    private static final byte[] PROBE =
            "is this the certificate's key?".getBytes(StandardCharsets.UTF_8);

    private final SSLContext context;
    private final Optional<byte[]> endPoint;

    private TlsCertificate(SSLContext context, Optional<byte[]> endPoint) {
        this.context = context;
        this.endPoint = endPoint;
    }

    /** The files can't be used; the message names the file and says why. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(Path file, String why) {
            super(file + ": " + why);
        }
    }

    /**
     * @param certificates PEM: the server's own first, then those that lead to its authority
     * @param key PEM, PKCS #8, not encrypted, readable for the server alone
     */
    public static TlsCertificate read(Path certificates, Path key) throws Unusable {
        X509Certificate[] chain = chain(certificates);
        PrivateKey privateKey = key(key, chain[0].getPublicKey());
        checkPair(privateKey, chain[0].getPublicKey(), key);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", privateKey, new char[0], chain);
            KeyManagerFactory managers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return new TlsCertificate(context, endPoint(chain[0]));
        } catch (GeneralSecurityException | IOException e) {
            throw new Unusable(certificates, String.valueOf(e.getMessage()));
        }
    }

    /** For one new connection. */
    public SSLEngine engine() {
        return engine(PROTOCOL);
    }

    /** For one connection of the HTTP port. */
    public SSLEngine httpEngine() {
        return engine("http/1.1");
    }

    private SSLEngine engine(String protocol) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(VERSIONS);
        parameters.setUseCipherSuitesOrder(true);
        parameters.setApplicationProtocols(new String[] {protocol});
        engine.setSSLParameters(parameters);
        return engine;
    }

    /**
     * The hash that channel binding compares ({@code tls-server-end-point}); empty for a
     * certificate whose signature names no hash, such as Ed25519.
     */
    public Optional<byte[]> endPoint() {
        return endPoint.map(byte[]::clone);
    }

    private static Optional<byte[]> endPoint(X509Certificate certificate)
            throws GeneralSecurityException {
        String algorithm = certificate.getSigAlgName();
        boolean hashed = algorithm.contains("with") || algorithm.equals("RSASSA-PSS");
        byte[] hash = hashed ? TlsServerEndpoint.getChannelBindingData(certificate) : new byte[0];
        return hash.length == 0 ? Optional.empty() : Optional.of(hash);
    }

    private static X509Certificate[] chain(Path file) throws Unusable {
        try {
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes(file)));
            if (read.isEmpty()) {
                throw new Unusable(file, "holds no certificate");
            }
            return read.toArray(X509Certificate[]::new);
        } catch (CertificateException _) {
            throw new Unusable(file, "is no list of certificates in PEM");
        }
    }

    private static PrivateKey key(Path file, PublicKey publicKey) throws Unusable {
        checkPermissions(file);
        String text = new String(bytes(file), StandardCharsets.ISO_8859_1);
        Matcher matcher = KEY.matcher(text);
        if (!matcher.find()) {
            throw new Unusable(
                    file,
                    "holds no unencrypted PKCS #8 key (BEGIN PRIVATE KEY); openssl pkcs8 -topk8"
                            + " -nocrypt -in FILE makes one of others");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
            return KeyFactory.getInstance(publicKey.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (InvalidKeySpecException _) {
            throw new Unusable(file, "is not the key of the certificate");
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            throw new Unusable(file, "holds a key that can't be read");
        }
    }

    /** As PostgreSQL has it: nobody else reads the key, but root's group may. */
    private static void checkPermissions(Path file) throws Unusable {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try {
            PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
            boolean roots = attributes.owner().getName().equals("root");
            for (PosixFilePermission permission : attributes.permissions()) {
                boolean groupReads = permission == PosixFilePermission.GROUP_READ && !roots;
                if (FOREIGN.contains(permission) || groupReads) {
                    throw new Unusable(file, "others than its owner have access; chmod 600 it");
                }
            }
        } catch (IOException e) {
            throw new Unusable(file, "can't be read: " + e);
        }
    }

    private static void checkPair(PrivateKey key, PublicKey publicKey, Path file) throws Unusable {
        String algorithm =
                switch (publicKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> publicKey.getAlgorithm();
                };
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key, new SecureRandom());
            signer.update(PROBE);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(PROBE);
            if (!verifier.verify(signature)) {
                throw new Unusable(file, "is not the key of the certificate");
            }
        } catch (InvalidKeyException _) {
            throw new Unusable(file, "is not the key of the certificate");
        } catch (GeneralSecurityException e) {
            throw new Unusable(file, String.valueOf(e.getMessage()));
        }
    }

    private static byte[] bytes(Path file) throws Unusable {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Unusable(file, "can't be read: " + e);
        }
    }
}
