package io.rvbbit.gateway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientPasswordTest {
    private static final ServerUrl SERVER = ServerUrl.parse("postgresql://ann@db.example:1/sales");

    @TempDir Path directory;

    private Map<String, String> file(String text, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve("pgpass"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return Map.of("PGPASSFILE", file.toString());
    }

    @Test
    void the_variable_comes_first() throws IOException {
        assertThat(ClientPassword.of(SERVER, Map.of("PGPASSWORD", "direct", "PGPASSFILE", "/none")))
                .isEqualTo("direct");
    }

    @Test
    void the_first_line_that_fits_counts() throws IOException {
        Map<String, String> environment =
                file(
                        """
                        # host:port:database:user:password
                        other:1:sales:ann:wrong
                        db.example:1:sales:bob:wrong
                        db.example:*:*:ann:se\\:sa\\\\me:x
                        *:*:*:*:too late
                        """,
                        "rw-------");

        assertThat(ClientPassword.of(SERVER, environment)).isEqualTo("se:sa\\me:x");
    }

    @Test
    void a_file_that_others_can_read_is_ignored() throws IOException {
        Map<String, String> environment = file("*:*:*:*:secret\n", "rw-r-----");

        assertThatThrownBy(() -> ClientPassword.of(SERVER, environment))
                .isInstanceOf(ConnectionFailure.class)
                .hasMessageContaining("asks for the password of \"ann\"; set PGPASSWORD");
    }

    @Test
    void no_file_is_no_password() {
        assertThatThrownBy(() -> ClientPassword.of(SERVER, Map.of("PGPASSFILE", "/no/such/file")))
                .isInstanceOf(ConnectionFailure.class)
                .hasMessageNotContaining("secret");
    }
}
