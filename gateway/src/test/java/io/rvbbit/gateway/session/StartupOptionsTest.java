package io.rvbbit.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.FrontendMessage.StartupMessage;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerMetadata.CommandLine;
import java.util.LinkedHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StartupOptionsTest {
    @Test
    void user_and_database_are_told_apart_from_settings() {
        StartupOptions options =
                options("user", "ann", "database", "sales", "application_name", "psql");

        assertThat(options.user()).isEqualTo("ann");
        assertThat(options.database()).isEqualTo("sales");
        assertThat(options.settings()).containsOnlyKeys("application_name");
        assertThat(options.commandLine()).isEmpty();
    }

    @Test
    void without_a_database_it_is_the_default_one() {
        assertThat(options("user", "ann").database()).isEqualTo("default");
        assertThat(options("user", "ann", "database", "").database()).isEqualTo("default");
    }

    @Test
    void nobody_without_a_name_gets_in() {
        assertThat(refused("database", "default").state())
                .isEqualTo(SqlState.INVALID_AUTHORIZATION);
        assertThat(refused("user", "").state()).isEqualTo(SqlState.INVALID_AUTHORIZATION);
    }

    @Test
    void replication_is_not_offered() {
        assertThat(refused("user", "ann", "replication", "database").state())
                .isEqualTo(SqlState.FEATURE_NOT_SUPPORTED);
        assertThat(options("user", "ann", "replication", "false").settings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -c rvbbit.parallel=4                       | rvbbit.parallel  | 4
                    -crvbbit.parallel=4                        | rvbbit.parallel  | 4
                    --rvbbit.parallel=4                        | rvbbit.parallel  | 4
                    --statement-timeout=5s                     | statement_timeout | 5s
                    '  -c a=1   -c application_name=x\\ y '    | application_name | x y
                    -c search_path=a,b                         | search_path      | a,b
                    -c application_name=                       | application_name | ''
                    """)
    void options_are_settings_in_the_server_s_command_line_form(
            String text, String name, String value) {
        assertThat(options("user", "ann", "options", text).settings()).containsEntry(name, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-c", "-c novalue", "-d 5", "fast", "--=x", "-c =x"})
    void options_of_another_form_are_refused(String text) {
        SqlException fault = refused("user", "ann", "options", text);

        assertThat(fault.state()).isEqualTo(SqlState.SYNTAX_ERROR);
        assertThat(fault.hint()).hasValue("options=-c name=value");
    }

    @Test
    void our_own_command_line_says_what_it_runs() {
        StartupOptions options =
                options(
                        "user",
                        "ann",
                        "rvbbit.origin",
                        "cli",
                        "rvbbit.command",
                        "run",
                        "rvbbit.target",
                        "traits/sentiment.yaml");

        assertThat(options.commandLine())
                .hasValue(new CommandLine("run", "traits/sentiment.yaml", ""));
        assertThat(options.settings()).isEmpty();
        assertThat(options("user", "ann", "rvbbit.origin", "web").commandLine()).isEmpty();
    }

    @Test
    void what_the_client_connected_with_is_what_reset_goes_back_to() {
        Settings settings = new Settings("ann", 16);
        options("user", "ann", "application_name", "psql", "options", "-c rvbbit.parallel=4")
                .applyTo(settings);
        settings.set("rvbbit.parallel", "9");
        settings.resetAll();

        assertThat(settings.parallel()).isEqualTo(4);
        assertThat(settings.get("application_name")).isEqualTo("psql");
    }

    private static SqlException refused(String... parameters) {
        return catchThrowableOfType(SqlException.class, () -> options(parameters));
    }

    private static StartupOptions options(String... parameters) {
        LinkedHashMap<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < parameters.length; i += 2) {
            map.put(parameters[i], parameters[i + 1]);
        }
        return StartupOptions.of(new StartupMessage(3, 0, map));
    }
}
