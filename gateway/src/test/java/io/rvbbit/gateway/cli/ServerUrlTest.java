package io.rvbbit.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rvbbit.gateway.config.ConfigException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerUrlTest {
    @ParameterizedTest
    @CsvSource({
        "postgresql://localhost, localhost, 15432, rvbbit, default",
        "postgresql://ann@db.example:5433/sales, db.example, 5433, ann, sales",
        "jdbc:postgresql://localhost:15432/memory, localhost, 15432, rvbbit, memory",
        "postgres://[::1]:1/d?user=bob&sslmode=disable, ::1, 1, bob, d"
    })
    void a_url_names_host_port_user_and_database(
            String url, String host, int port, String user, String database) {
        ServerUrl server = ServerUrl.parse(url);

        assertThat(server.host()).isEqualTo(host);
        assertThat(server.port()).isEqualTo(port);
        assertThat(server.user()).isEqualTo(user);
        assertThat(server.database()).isEqualTo(database);
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost, does not begin with postgresql://",
        "postgresql:///default, names no host",
        "postgresql://localhost?sslmode=allow, has an sslmode that is none of",
        "postgresql://localhost?sslmod=x, unknown parameter"
    })
    void what_it_does_not_understand_is_refused(String url, String why) {
        assertThatThrownBy(() -> ServerUrl.parse(url))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(why);
    }

    @Test
    void a_url_says_how_much_it_asks_of_tls() {
        ServerUrl plain = ServerUrl.parse("postgresql://localhost");
        ServerUrl strict =
                ServerUrl.parse("postgresql://localhost?sslmode=verify-full&sslrootcert=/ca.crt");

        assertThat(plain.sslMode()).isEqualTo(SslMode.PREFER);
        assertThat(plain.rootCertificate()).isEmpty();
        assertThat(strict.sslMode()).isEqualTo(SslMode.VERIFY_FULL);
        assertThat(strict.withDatabase("d").rootCertificate()).contains(Path.of("/ca.crt"));
    }

    @Test
    void a_password_is_refused_and_not_repeated() {
        assertThatThrownBy(() -> ServerUrl.parse("postgresql://ann:secret@localhost"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("password")
                .hasMessageNotContaining("secret");
    }

    @Test
    void an_address_is_shown_as_it_is_written() {
        assertThat(ServerUrl.ofAddress("[::1]:15432")).hasToString("[::1]:15432");
    }
}
