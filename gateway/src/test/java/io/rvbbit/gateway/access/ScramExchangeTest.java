package io.rvbbit.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.StringPreparation;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScramExchangeTest {
    private static final byte[] HASH = "the certificate's hash".getBytes(StandardCharsets.UTF_8);
    private static final ScramVerifier SESAME = ScramVerifier.of("sesame", new SecureRandom());

    private static ScramExchange exchange(Optional<byte[]> endPoint) {
        return new ScramExchange(SESAME, true, endPoint, "servernonce");
    }

    private static ScramClient client(String password, List<String> mechanisms, byte[] endPoint) {
        return ScramClient.builder()
                .advertisedMechanisms(mechanisms)
                .username("ann")
                .password(password.toCharArray())
                .channelBinding("tls-server-end-point", endPoint)
                .stringPreparation(StringPreparation.POSTGRESQL_PREPARATION)
                .build();
    }

    /** The server's last message, checked by the client; empty if the server refuses. */
    private static Optional<String> converse(ScramExchange server, ScramClient client)
            throws Exception {
        String first =
                server.first(
                        client.getScramMechanism().getName(),
                        client.clientFirstMessage().toString());
        var _ = client.serverFirstMessage(first);
        Optional<String> last = server.last(client.clientFinalMessage().toString());
        if (last.isPresent()) {
            var _ = client.serverFinalMessage(last.get());
        }
        return last;
    }

    /** The example of RFC 7677, section 3, word for word. */
    @Test
    void the_example_of_the_rfc_passes() {
        ScramVerifier pencil =
                ScramVerifier.of(
                        "pencil", Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="), 4_096);
        ScramExchange server =
                new ScramExchange(pencil, true, Optional.empty(), "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");

        assertThat(server.first("SCRAM-SHA-256", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"))
                .isEqualTo(
                        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        assertThat(
                        server.last(
                                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))
                .contains("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    @Test
    void a_client_that_knows_the_password_passes_with_and_without_binding() throws Exception {
        assertThat(
                        converse(
                                exchange(Optional.empty()),
                                client("sesame", List.of("SCRAM-SHA-256"), new byte[0])))
                .isPresent();

        ScramExchange bound = exchange(Optional.of(HASH));
        ScramClient binding = client("sesame", bound.mechanisms(), HASH);
        assertThat(binding.getScramMechanism().getName()).isEqualTo("SCRAM-SHA-256-PLUS");
        assertThat(converse(bound, binding)).isPresent();
    }

    @Test
    void a_wrong_password_gets_no_signature() throws Exception {
        ScramExchange server = exchange(Optional.of(HASH));

        assertThat(converse(server, client("Sesame", server.mechanisms(), HASH))).isEmpty();
    }

    @Test
    void nobody_passes_as_a_role_that_is_none_even_with_its_verifier_s_password() throws Exception {
        ScramExchange server = new ScramExchange(SESAME, false, Optional.empty(), "nonce");

        assertThat(converse(server, client("sesame", server.mechanisms(), new byte[0]))).isEmpty();
    }

    @Test
    void a_client_that_was_shown_another_certificate_is_refused() {
        ScramExchange server = exchange(Optional.of(HASH));
        ScramClient deceived =
                client(
                        "sesame",
                        server.mechanisms(),
                        "another hash".getBytes(StandardCharsets.UTF_8));

        SqlException fault =
                catchThrowableOfType(SqlException.class, () -> converse(server, deceived));

        assertThat(fault.state()).isEqualTo(SqlState.INVALID_AUTHORIZATION);
        assertThat(fault).hasMessage("SCRAM channel binding check failed");
    }

    @Test
    void a_client_that_was_told_there_is_no_binding_learns_of_it() {
        SqlException fault = firstFault(Optional.of(HASH), "SCRAM-SHA-256", "y,,n=,r=abc");

        assertThat(fault.state()).isEqualTo(SqlState.INVALID_AUTHORIZATION);
        assertThat(fault).hasMessage("SCRAM channel binding negotiation error");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
                    SCRAM-SHA-1        | n,,n=,r=abc                        | client selected an invalid SASL
                    SCRAM-SHA-256      | p=tls-server-end-point,,n=,r=abc   | malformed SCRAM message
                    SCRAM-SHA-256-PLUS | n,,n=,r=abc                        | malformed SCRAM message
                    SCRAM-SHA-256-PLUS | p=tls-unique,,n=,r=abc             | unsupported SCRAM channel-binding type
                    SCRAM-SHA-256      | x,,n=,r=abc                        | malformed SCRAM message
                    SCRAM-SHA-256      | n,a=other,n=,r=abc                 | client uses authorization identity
                    SCRAM-SHA-256      | n,,m=ext,n=,r=abc                  | client requires an unsupported SCRAM extension
                    SCRAM-SHA-256      | n,,r=abc,n=                        | malformed SCRAM message
                    SCRAM-SHA-256      | n,,n=,r=                           | malformed SCRAM message
                    SCRAM-SHA-256      | n,,n=,r=a b                        | malformed SCRAM message
                    SCRAM-SHA-256      | n,,n=                              | malformed SCRAM message
                    SCRAM-SHA-256      | garbage                            | malformed SCRAM message
                    """)
    void a_first_message_that_is_none_is_refused(String mechanism, String message, String why) {
        assertThat(firstFault(Optional.of(HASH), mechanism, message)).hasMessageContaining(why);
    }

    private static SqlException firstFault(
            Optional<byte[]> endPoint, String mechanism, String message) {
        return catchThrowableOfType(
                SqlException.class, () -> exchange(endPoint).first(mechanism, message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    c=biws,r=abcservernonce                                                 | malformed SCRAM message
                    c=biws,r=abcservernonce,p=AAAA                                          | malformed SCRAM message
                    c=biws,r=abcservernonce,p=!                                             | malformed SCRAM message
                    c=!,r=abcservernonce,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=     | malformed SCRAM message
                    r=abcservernonce,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=         | malformed SCRAM message
                    c=biws,r=abc,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=              | invalid SCRAM response
                    c=eSws,r=abcservernonce,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=  | unexpected SCRAM channel-binding
                    """)
    void a_last_message_that_is_none_is_refused(String message, String why) {
        ScramExchange server = exchange(Optional.empty());
        var _ = server.first("SCRAM-SHA-256", "n,,n=,r=abc");

        assertThat(catchThrowableOfType(SqlException.class, () -> server.last(message)))
                .hasMessageContaining(why);
    }
}
