package io.rvbbit.it.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.it.testkit.Certificates;
import io.rvbbit.it.testkit.HttpCaller;
import io.rvbbit.it.testkit.HttpCaller.Reply;
import io.rvbbit.it.testkit.TestGateway;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP port speaks TLS with the wire's certificate, beside plain HTTP or instead of it. */
class HttpTlsIT {
    @TempDir static Path directory;
    private static Certificates.Pair pair;

    @BeforeAll
    static void make_a_certificate() throws Exception {
        pair = Certificates.make(directory, "server");
    }

    private static TestGateway gateway(String required) {
        return TestGateway.withStub(
                Map.of(
                        "RVBBIT_TLS_CERTIFICATE_FILE",
                        pair.certificate().toString(),
                        "RVBBIT_TLS_KEY_FILE",
                        pair.key().toString(),
                        "RVBBIT_TLS_REQUIRED",
                        required));
    }

    /** Trusts this certificate alone, and checks the name in it. */
    private static HttpClient trusting(Path certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static HttpResponse<String> post(HttpClient client, TestGateway gateway, String format)
            throws Exception {
        return client.send(
                HttpRequest.newBuilder(
                                URI.create(
                                        "https://localhost:"
                                                + gateway.httpPort()
                                                + "/api/sql/execute"))
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        "{\"query\": \"SELECT 7 AS n\", \"format\": \"%s\"}"
                                                .formatted(format)))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void one_port_speaks_both_unless_tls_is_required() throws Exception {
        try (TestGateway gateway = gateway("false");
                HttpClient client = trusting(pair.certificate())) {
            HttpResponse<String> encrypted = post(client, gateway, "json");
            assertThat(encrypted.statusCode()).isEqualTo(200);
            assertThat(encrypted.body()).contains("\"data\":[[7]]");
            assertThat(encrypted.sslSession())
                    .hasValueSatisfying(
                            session -> assertThat(session.getProtocol()).isEqualTo("TLSv1.3"));
            assertThat(post(client, gateway, "ndjson").body()).startsWith("{\"n\":7}\n");
            assertThat(gateway.http().execute("SELECT 1").status()).isEqualTo(200);
        }
    }

    @Test
    void where_tls_is_required_plain_http_is_refused() throws Exception {
        try (TestGateway gateway = gateway("true");
                HttpClient client = trusting(pair.certificate())) {
            HttpCaller plain = gateway.http();
            Reply refused = plain.execute("SELECT 1");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().path("sqlstate").textValue()).isEqualTo("42501");
            assertThat(refused.json().path("hint").textValue()).isEqualTo("use https");
            assertThat(plain.get("/metrics").status()).isEqualTo(403);
            // A load balancer may look without a certificate.
            assertThat(plain.get("/api/sql/health").status()).isEqualTo(200);
            assertThat(post(client, gateway, "json").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_client_that_does_not_trust_the_certificate_says_nothing() throws Exception {
        Certificates.Pair other = Certificates.make(directory, "other");
        try (TestGateway gateway = gateway("false");
                HttpClient client = trusting(other.certificate())) {
            assertThatThrownBy(() -> post(client, gateway, "json"))
                    .isInstanceOf(SSLHandshakeException.class);
            assertThat(gateway.http().execute("SELECT 1").status()).isEqualTo(200);
        }
    }
}
