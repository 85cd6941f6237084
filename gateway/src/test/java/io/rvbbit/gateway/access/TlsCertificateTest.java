package io.rvbbit.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.gateway.access.TestCertificates.Pair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TlsCertificateTest {
    @TempDir static Path made;
    private static Pair one;
    private static Pair two;

    @TempDir Path directory;

    @BeforeAll
    static void certificates() throws Exception {
        one = TestCertificates.make(made, "one");
        two = TestCertificates.make(made, "two");
    }

    private static byte[] hash(Path certificate, String algorithm) throws Exception {
        try (var in = Files.newInputStream(certificate)) {
            return MessageDigest.getInstance(algorithm)
                    .digest(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(in)
                                    .getEncoded());
        }
    }

    private static String fault(Path certificate, Path key) {
        return String.valueOf(
                catchThrowableOfType(
                                TlsCertificate.Unusable.class,
                                () -> TlsCertificate.read(certificate, key))
                        .getMessage());
    }

    @ParameterizedTest
    @CsvSource({
        "SHA256withRSA, SHA-256",
        "SHA384withRSA, SHA-384",
        "SHA1withRSA, SHA-256",
        "SHA512withRSA, SHA-512"
    })
    void binding_hashes_as_the_signature_does_and_never_below_sha_256(String signed, String hash)
            throws Exception {
        Pair pair =
                TestCertificates.make(
                        directory, "rsa", "-keyalg", "RSA", "-keysize", "2048", "-sigalg", signed);

        assertThat(TlsCertificate.read(pair.certificate(), pair.key()).endPoint().orElseThrow())
                .isEqualTo(hash(pair.certificate(), hash));
    }

    @Test
    void a_certificate_without_a_hash_can_t_be_bound_to() throws Exception {
        Pair pair = TestCertificates.make(directory, "ed", "-keyalg", "Ed25519");

        assertThat(TlsCertificate.read(pair.certificate(), pair.key()).endPoint()).isEmpty();
    }

    @Test
    void only_current_versions_of_tls_are_spoken() throws Exception {
        assertThat(TlsCertificate.read(one.certificate(), one.key()).engine().getEnabledProtocols())
                .containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
    }

    @Test
    void files_that_can_t_be_used_are_named_with_the_reason() throws Exception {
        Path missing = directory.resolve("missing.pem");
        Path empty = Files.createFile(directory.resolve("empty.pem"));
        Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rw-------"));
        Path open = Files.copy(one.key(), directory.resolve("open.key"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(fault(missing, one.key())).startsWith(missing + ": can't be read");
        assertThat(fault(one.key(), one.key())).contains("certificate");
        assertThat(fault(empty, one.key())).startsWith(empty + ": ");
        assertThat(fault(one.certificate(), missing)).startsWith(missing + ": can't be read");
        assertThat(fault(one.certificate(), empty)).contains("holds no unencrypted PKCS #8 key");
        assertThat(fault(one.certificate(), two.key()))
                .contains("is not the key of the certificate");
        assertThat(fault(one.certificate(), open)).contains("others than its owner have access");
    }

    @Test
    void new_files_are_used_once_they_are_whole() throws Exception {
        Path certificate = Files.copy(one.certificate(), directory.resolve("live.crt"));
        Path key =
                Files.copy(
                        one.key(),
                        directory.resolve("live.key"),
                        StandardCopyOption.COPY_ATTRIBUTES);
        ReloadableTls tls = ReloadableTls.open(certificate, key);
        byte[] before = tls.current().endPoint().orElseThrow();

        Files.copy(two.certificate(), certificate, StandardCopyOption.REPLACE_EXISTING);
        tls.reload();
        assertThat(tls.current().endPoint().orElseThrow()).isEqualTo(before);

        Files.copy(
                two.key(),
                key,
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        tls.reload();
        assertThat(tls.current().endPoint().orElseThrow()).isNotEqualTo(before);
    }
}
