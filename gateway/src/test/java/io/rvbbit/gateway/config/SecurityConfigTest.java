package io.rvbbit.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.gateway.access.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SecurityConfigTest {
    private static final String VERIFIER =
            "SCRAM-SHA-256$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=";
    private static final String USERS =
            "users: [{name: boss, admin: true, verifier: '%s'}, {name: ann, verifier: '%s'}]\n"
                    .formatted(VERIFIER, VERIFIER);

    @TempDir Path directory;

    private GatewayConfig read(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("rvbbit.yaml"), text);
        return ConfigReader.read(Optional.of(file), Map.of(), Map.of());
    }

    @Test
    void nothing_configured_is_no_users_no_tls_and_a_minute_to_log_in() throws IOException {
        SecurityConfig security = read("").security();

        assertThat(security.users()).isEmpty();
        assertThat(security.tls()).isEmpty();
        assertThat(security.tlsRequired()).isFalse();
        assertThat(security.cleartext()).isFalse();
        assertThat(security.authenticationTimeout()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void the_file_gives_every_key() throws IOException {
        SecurityConfig security =
                read(USERS
                                + """
                                passwords: cleartext
                                authentication-timeout: 5s
                                tls-certificate-file: /etc/rvbbit/server.crt
                                tls-key-file: /etc/rvbbit/server.key
                                tls-required: true
                                """)
                        .security();

        assertThat(security.users()).extracting(Role::name).containsExactly("boss", "ann");
        assertThat(security.users()).extracting(Role::admin).containsExactly(true, false);
        assertThat(security.users())
                .allSatisfy(user -> {
                    assertThat(user.login()).isTrue();
                    assertThat(user.configured()).isTrue();
                    assertThat(user.verifier().orElseThrow().matches("pencil")).isTrue();
                });
        assertThat(security.cleartext()).isTrue();
        assertThat(security.tlsRequired()).isTrue();
        assertThat(security.authenticationTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(security.tls())
                .contains(
                        new SecurityConfig.TlsFiles(
                                Path.of("/etc/rvbbit/server.crt"),
                                Path.of("/etc/rvbbit/server.key")));
    }

    @Test
    void users_open_addresses_beyond_loopback() throws IOException {
        assertThat(read("host: 0.0.0.0\n" + USERS).host().isAnyLocalAddress()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    users: [{name: a}]                                      | user "a" needs a verifier
                    users: [{name: a, verifier: hidden}]                    | user "a" needs a verifier
                    users: [{verifier: '{v}'}]                              | each user needs a name
                    users: [{name: a, verifier: '{v}'}]                     | at least one of the users needs admin: true
                    users: [{name: a, verifier: '{v}', admin: maybe}]       | admin of user "a" is true or false
                    users: [{name: a, password: hidden}]                    | unknown key "password" of a user
                    users: [{name: a, verifier: '{v}', admin: true}, {name: a, verifier: '{v}'}] | the user "a" stands twice
                    users: [a]                                              | a list of keys and values
                    passwords: md5                                          | expected scram-sha-256 or cleartext
                    passwords: cleartext                                    | cleartext passwords need TLS
                    tls-required: true                                      | tls-required needs tls-certificate-file
                    tls-required: perhaps                                   | expected false or true
                    tls-certificate-file: a.crt                             | go together
                    tls-key-file: a.key                                     | go together
                    authentication-timeout: 0s                              | a duration such as
                    """)
    void what_can_t_be_right_is_refused_with_its_line(String line, String why) {
        ConfigException fault =
                catchThrowableOfType(
                        ConfigException.class, () -> read(line.replace("{v}", VERIFIER) + "\n"));

        assertThat(fault)
                .hasMessageStartingWith(directory.resolve("rvbbit.yaml") + ":1: ")
                .hasMessageContaining(why);
        assertThat(fault.getMessage()).doesNotContain("hidden");
    }

    @Test
    void verifiers_are_never_shown() throws IOException {
        Path file = Files.writeString(directory.resolve("rvbbit.yaml"), USERS);

        assertThat(ConfigReader.describe(Optional.of(file), Map.of(), Map.of()))
                .contains("{name: boss, admin: true, verifier: ***}")
                .doesNotContain("4096");
        assertThat(read(USERS).toString() + read(USERS).security())
                .contains("users=2")
                .doesNotContain("4096");
    }
}
