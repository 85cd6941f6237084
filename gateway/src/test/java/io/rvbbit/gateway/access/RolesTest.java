package io.rvbbit.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RolesTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ScramVerifier SESAME = ScramVerifier.of("sesame", RANDOM);
    private static final Role BOSS = new Role("boss", true, true, Optional.of(SESAME), false);
    private static final Role ANN = new Role("ann", false, true, Optional.of(SESAME), false);

    @TempDir Path directory;

    private Path file() {
        return directory.resolve("roles.json");
    }

    private Roles roles(Role... configured) {
        return Roles.open(List.of(configured), file(), RANDOM);
    }

    private static SqlState state(Runnable change) {
        return catchThrowableOfType(SqlException.class, change::run).state();
    }

    @Test
    void roles_made_by_statements_are_there_after_a_restart() {
        Roles first = roles();
        first.create(BOSS);
        first.create(ANN);
        first.alter("ann", role -> role.withAdmin(true));
        first.create(new Role("group", false, false, Optional.empty(), false));
        first.drop(List.of("group"));

        Roles second = roles();

        assertThat(second.all()).extracting(Role::name).containsExactly("ann", "boss");
        assertThat(second.find("ann").orElseThrow().admin()).isTrue();
        assertThat(second.credentials("ann").verifier().text()).isEqualTo(SESAME.text());
        assertThat(second.credentials("ann").genuine()).isTrue();
    }

    @Test
    void the_file_holds_no_password_and_is_its_owner_s_alone() throws IOException {
        roles().create(BOSS);

        assertThat(Files.readString(file())).doesNotContain("sesame").contains("SCRAM-SHA-256$");
        assumeTrue(
                Files.getFileStore(file()).supportsFileAttributeView("posix"),
                "this file system has no permissions");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void a_role_that_is_none_looks_the_same_at_each_try_and_after_a_restart() {
        String first = roles().credentials("nobody").verifier().text();

        assertThat(roles().credentials("nobody").verifier().text()).isEqualTo(first);
        assertThat(roles().credentials("nobody").genuine()).isFalse();
        assertThat(roles().credentials("somebody").verifier().text()).isNotEqualTo(first);
    }

    @Test
    void everybody_is_trusted_until_a_role_may_log_in() {
        Roles roles = roles();
        assertThat(roles.isTrusting()).isTrue();

        roles.create(new Role("group", false, false, Optional.empty(), false));
        assertThat(roles.isTrusting()).isTrue();

        roles.create(BOSS);
        assertThat(roles.isTrusting()).isFalse();
    }

    @Test
    void nobody_is_locked_out() {
        Roles roles = roles();
        assertThat(state(() -> roles.create(ANN)))
                .isEqualTo(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE);
        assertThat(state(() -> roles.create(BOSS.withVerifier(Optional.empty()))))
                .isEqualTo(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE);
        roles.create(BOSS);
        roles.create(ANN);

        assertThat(state(() -> roles.drop(List.of("boss"))))
                .isEqualTo(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE);
        assertThat(state(() -> roles.alter("boss", role -> role.withLogin(false))))
                .isEqualTo(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE);
        assertThat(roles.find("boss")).contains(BOSS);

        roles.drop(List.of("ann", "boss"));
        assertThat(roles.isTrusting()).isTrue();
    }

    @Test
    void roles_of_the_configuration_are_out_of_reach_and_win() {
        Roles before = roles();
        before.create(BOSS);
        Role configured = Role.configured("boss", true, ScramVerifier.of("other", RANDOM));

        Roles roles = roles(configured);

        assertThat(roles.find("boss")).contains(configured);
        assertThat(state(() -> roles.drop(List.of("boss"))))
                .isEqualTo(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE);
        assertThat(state(() -> roles.alter("boss", role -> role.withAdmin(false))))
                .isEqualTo(SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE);
        assertThat(state(() -> roles.create(BOSS))).isEqualTo(SqlState.DUPLICATE_OBJECT);
    }

    @Test
    void dropping_several_drops_all_or_none() {
        Roles roles = roles();
        roles.create(BOSS);
        roles.create(ANN);
        long version = roles.version();

        assertThat(state(() -> roles.drop(List.of("ann", "nobody"))))
                .isEqualTo(SqlState.UNDEFINED_OBJECT);
        assertThat(roles.find("ann")).contains(ANN);
        assertThat(roles.version()).isEqualTo(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pg_read", "PG_READ", "public", "none"})
    void reserved_names_are_refused(String name) {
        Role role = new Role(name, false, false, Optional.empty(), false);

        assertThat(state(() -> roles().create(role))).isEqualTo(SqlState.RESERVED_NAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[", "{\"mock_secret\": \"AAAA\"}"})
    void a_damaged_file_stops_the_start_and_stays(String text) throws IOException {
        Files.writeString(file(), text);

        assertThat(state(this::roles)).isEqualTo(SqlState.IO_ERROR);
        assertThat(Files.readString(file())).isEqualTo(text);
    }

    @Test
    void what_a_server_left_halfway_does_not_hinder() throws IOException {
        Roles roles = roles();
        Files.writeString(directory.resolve("roles.json.new"), "half of");

        roles.create(BOSS);

        assertThat(roles().find("boss")).isPresent();
    }
}
