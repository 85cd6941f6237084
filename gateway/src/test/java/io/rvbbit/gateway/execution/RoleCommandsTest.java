package io.rvbbit.gateway.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RoleCommandsTest {
    private static final String BOSS = "CREATE ROLE boss SUPERUSER LOGIN PASSWORD 'sesame'";

    @TempDir Path directory;

    private ClientFixture fixture;

    @BeforeEach
    void open() {
        fixture = new ClientFixture(directory);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private String kept() throws IOException {
        return Files.readString(directory.resolve("roles.json"));
    }

    @Test
    void a_role_is_made_changed_and_dropped() throws IOException {
        assertThat(fixture.run(BOSS)).containsExactly("CREATE ROLE");
        assertThat(fixture.run("CREATE USER Carl WITH ENCRYPTED PASSWORD 'open'"))
                .containsExactly("CREATE ROLE");
        assertThat(kept()).contains("\"carl\"").doesNotContain("sesame", "open\"");

        assertThat(fixture.run("ALTER USER carl WITH SUPERUSER NOLOGIN;"))
                .containsExactly("ALTER ROLE");
        assertThat(fixture.client.services().roles().find("carl").orElseThrow())
                .satisfies(role -> {
                    assertThat(role.admin()).isTrue();
                    assertThat(role.login()).isFalse();
                    assertThat(role.verifier().orElseThrow().matches("open")).isTrue();
                });

        assertThat(fixture.run("DROP ROLE carl")).containsExactly("DROP ROLE");
        assertThat(fixture.run("DROP ROLE IF EXISTS carl")).containsExactly("DROP ROLE");
        assertThat(fixture.told)
                .containsExactly("NOTICE 00000 role \"carl\" does not exist, skipping");
    }

    @Test
    void a_verifier_is_kept_as_it_is() throws IOException {
        String verifier =
                "SCRAM-SHA-256$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=";

        fixture.run("CREATE ROLE boss SUPERUSER LOGIN PASSWORD '" + verifier + "'");

        assertThat(kept()).contains(verifier);
    }

    @Test
    void an_empty_password_is_none_and_so_is_null() {
        fixture.run("CREATE ROLE group_a PASSWORD ''");
        fixture.run("CREATE ROLE group_b PASSWORD NULL");

        assertThat(fixture.told)
                .containsExactly(
                        "NOTICE 00000 empty string is not a valid password, clearing password");
        assertThat(fixture.client.services().roles().all())
                .allSatisfy(role -> assertThat(role.verifier()).isEmpty());
    }

    @Test
    void the_books_names_are_free_for_roles() {
        assertThat(fixture.run("CREATE ROLE rvbbit")).containsExactly("CREATE ROLE");
        assertThat(fixture.run("ALTER ROLE rvbbit SUPERUSER")).containsExactly("ALTER ROLE");
        assertThat(fixture.run("DROP ROLE rvbbit")).containsExactly("DROP ROLE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    CREATE ROLE a; LOGIN                     | 42601
                    CREATE ROLE                              | 42601
                    CREATE ROLE a WITH                       | 42601
                    CREATE ROLE a LOGIN NOLOGIN              | 42601
                    CREATE ROLE a PASSWORD secret            | 42601
                    CREATE ROLE a PASSWORD 'x' PASSWORD 'y'  | 42601
                    CREATE ROLE a VALID UNTIL 'tomorrow'     | 0A000
                    CREATE ROLE a CONNECTION LIMIT 3         | 0A000
                    CREATE ROLE a CREATEDB                   | 0A000
                    CREATE ROLE a IN ROLE b                  | 0A000
                    CREATE ROLE a PASSWORD 'md5d41d8cd98f00b204e9800998ecf8427e' | 0A000
                    CREATE USER MAPPING FOR a SERVER b       | 0A000
                    ALTER ROLE a RENAME TO b                 | 0A000
                    ALTER ROLE a SET search_path = x         | 0A000
                    ALTER ROLE ALL SET search_path = x       | 0A000
                    ALTER ROLE nobody SUPERUSER              | 42704
                    DROP ROLE nobody                         | 42704
                    DROP ROLE ann                            | 55006
                    CREATE ROLE pg_x                         | 42939
                    CREATE USER carl PASSWORD 'first'        | 55000
                    """)
    void what_can_t_be_right_is_refused(String statement, String code) {
        assertThat(fixture.state(statement.replace("; LOGIN", " b")).code()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE ROLE a LOGIN 'hidden'",
                "CREATE ROLE a PASSWORD 'hidden' 'hidden'",
                "CREATE ROLE 'hidden'",
                "ALTER ROLE a PASSWORD hidden"
            })
    void an_error_does_not_repeat_a_string(String statement) {
        assertThat(fixture.failure(statement).getMessage()).doesNotContain("'hidden");
    }

    @Test
    void a_transaction_block_is_no_place_for_roles() {
        fixture.run("BEGIN");

        assertThat(fixture.state(BOSS)).isEqualTo(SqlState.ACTIVE_TRANSACTION);

        fixture.run("ROLLBACK");
        assertThat(fixture.client.services().roles().all()).isEmpty();
    }
}
