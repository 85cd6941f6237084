package io.rvbbit.gateway.cli;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Asks a server for TLS, as far as the URL wants it. Threading: stateless. */
final class ClientTls {
    private static final int SSL_REQUEST = (1234 << 16) | 5679;

    private ClientTls() {}

    /** The socket to go on with: the same, or one with TLS around it. */
    static Socket negotiate(Socket plain, ServerUrl server) throws IOException {
        if (server.sslMode() == SslMode.DISABLE) {
            return plain;
        }
        DataOutputStream request = new DataOutputStream(plain.getOutputStream());
        request.writeInt(8);
        request.writeInt(SSL_REQUEST);
        request.flush();
        int answer = plain.getInputStream().read();
        if (answer == 'S') {
            return encrypted(plain, server);
        }
        if (answer == 'N' && !server.sslMode().isRequired()) {
            return plain;
        }
        throw new ConnectionFailure(
                "connection to "
                        + server
                        + " failed: "
                        + (answer == 'N'
                                ? "the server speaks no TLS, and sslmode wants it"
                                : "the server refused before TLS"));
    }

    private static Socket encrypted(Socket plain, ServerUrl server) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(server), null);
            SSLSocket socket =
                    (SSLSocket)
                            context.getSocketFactory()
                                    .createSocket(plain, server.host(), server.port(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            parameters.setApplicationProtocols(new String[] {"postgresql"});
            if (server.sslMode() == SslMode.VERIFY_FULL) {
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS: " + e.getMessage(), e);
        }
    }

    private static TrustManager[] trust(ServerUrl server)
            throws GeneralSecurityException, IOException {
        if (server.rootCertificate().isPresent()) {
            return trusting(store(server.rootCertificate().get()));
        }
        if (!server.sslMode().verifies()) {
            // As libpq: without an authority the connection is private, and the server is anybody.
            return new TrustManager[] {new Anybody()};
        }
        return trusting(null);
    }

    private static TrustManager[] trusting(@Nullable KeyStore authorities)
            throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(authorities);
        return factory.getTrustManagers();
    }

    private static KeyStore store(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            int number = 0;
            for (Certificate authority :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + number++, authority);
            }
        }
        return store;
    }

    /** Lets every server pass. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
