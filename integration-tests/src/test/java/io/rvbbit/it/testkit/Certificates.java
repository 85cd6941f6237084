package io.rvbbit.it.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Makes certificates for localhost with the JDK's keytool. Threading: any thread. */
public final class Certificates {
    private static final String PASSWORD = "changeit";

    /** A certificate that vouches for itself, and its key, both in PEM. */
    public record Pair(Path certificate, Path key) {}

    private Certificates() {}

    /** Written as {@code name.crt} and {@code name.key}; files of that name are replaced. */
    public static Pair make(Path directory, String name) throws Exception {
        Path store = directory.resolve(name + ".p12");
        Files.deleteIfExists(store);
        Processes.Outcome outcome =
                Processes.run(
                        directory,
                        Map.of(),
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "server",
                                "-keyalg",
                                "RSA",
                                "-keysize",
                                "2048",
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "SAN=dns:localhost,ip:127.0.0.1",
                                "-ext",
                                "BC=ca:true",
                                "-storetype",
                                "PKCS12",
                                "-storepass",
                                PASSWORD,
                                "-keystore",
                                store.toString()));
        if (outcome.exitCode() != 0) {
            throw new IllegalStateException("keytool failed: " + outcome);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        Pair pair = new Pair(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
        Files.writeString(
                pair.certificate(), pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
        Files.writeString(
                pair.key(),
                pem("PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded()));
        Files.setPosixFilePermissions(pair.key(), PosixFilePermissions.fromString("rw-------"));
        return pair;
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(what, Base64.getMimeEncoder().encodeToString(der), what);
    }
}
