package io.rvbbit.gateway.cli;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.util.TlsServerEndpoint;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Answers a server that asks for a password: by SCRAM-SHA-256, bound to the server's certificate
 * where both can, or in clear where there is TLS around it.
 *
 * <p>Threading: one thread.
 */
final class ClientLogin {
    private static final int OK = 0;
    private static final int CLEARTEXT = 3;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private final ServerUrl server;
    private final Socket socket;
    private final DataOutputStream out;
    private final Supplier<String> password;
    private @Nullable ScramClient scram;
    private boolean serverProved = true;

    /** {@code password} is asked for only if the server asks. */
    ClientLogin(ServerUrl server, Socket socket, DataOutputStream out, Supplier<String> password) {
        this.server = server;
        this.socket = socket;
        this.out = out;
        this.password = password;
    }

    /**
     * Takes the body of one Authentication message.
     *
     * @throws ConnectionFailure if the server asks for what can't be done, or is an impostor
     */
    void answer(ByteBuffer body) throws IOException {
        int request = body.getInt();
        try {
            switch (request) {
                case OK -> {
                    if (!serverProved) {
                        throw failed("the server did not prove that it knows the password");
                    }
                }
                case CLEARTEXT -> cleartext();
                case SASL -> begin(mechanisms(body));
                case SASL_CONTINUE -> {
                    var _ = begun().serverFirstMessage(text(body));
                    send(bytes(begun().clientFinalMessage().toString()));
                }
                case SASL_FINAL -> {
                    var _ = begun().serverFinalMessage(text(body));
                    serverProved = true;
                }
                default ->
                        throw failed(
                                "it asks for a login of kind "
                                        + request
                                        + ", which this command can't do");
            }
        } catch (ScramException | IllegalArgumentException | IllegalStateException e) {
            throw failed("SCRAM: " + e.getMessage());
        }
    }

    private void cleartext() throws IOException {
        if (!(socket instanceof SSLSocket)) {
            throw failed("it asks for the password in clear, without TLS");
        }
        send(bytes(password.get() + '\0'));
    }

    private void begin(List<String> mechanisms) throws IOException {
        serverProved = false;
        ScramClient client =
                ScramClient.builder()
                        .advertisedMechanisms(mechanisms)
                        // The startup packet names the user; the library wants some name.
                        .username("*")
                        .password(password.get().toCharArray())
                        .channelBinding(TlsServerEndpoint.TLS_SERVER_END_POINT, endPoint())
                        .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION)
                        .build();
        scram = client;
        byte[] name = bytes(client.getScramMechanism().getName() + '\0');
        byte[] first = bytes(client.clientFirstMessage().toString());
        send(
                ByteBuffer.allocate(name.length + 4 + first.length)
                        .put(name)
                        .putInt(first.length)
                        .put(first)
                        .array());
    }

    /** Empty where there is nothing to bind to. */
    private byte[] endPoint() throws IOException {
        if (!(socket instanceof SSLSocket tls)) {
            return new byte[0];
        }
        try {
            return tls.getSession().getPeerCertificates()[0] instanceof X509Certificate certificate
                    ? TlsServerEndpoint.getChannelBindingData(certificate)
                    : new byte[0];
        } catch (CertificateException e) {
            throw new IOException(e);
        }
    }

    private ScramClient begun() {
        ScramClient client = scram;
        if (client == null) {
            throw failed("it goes on with a login that did not begin");
        }
        return client;
    }

    private void send(byte[] data) throws IOException {
        out.writeByte('p');
        out.writeInt(data.length + 4);
        out.write(data);
        out.flush();
    }

    private static List<String> mechanisms(ByteBuffer body) {
        return new ArrayList<>(List.of(text(body).split("\0", -1)))
                .stream().filter(name -> !name.isEmpty()).toList();
    }

    private static String text(ByteBuffer body) {
        return StandardCharsets.UTF_8.decode(body).toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ConnectionFailure failed(String why) {
        return new ConnectionFailure("connection to " + server + " failed: " + why);
    }
}
