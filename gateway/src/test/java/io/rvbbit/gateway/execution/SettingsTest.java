package io.rvbbit.gateway.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.time.Duration;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SettingsTest {
    private final Settings settings = new Settings("ann", 16);

    @Test
    void a_new_session_has_postgresql_s_defaults_and_ours() {
        assertThat(settings.all())
                .containsEntry("session_authorization", "ann")
                .containsEntry("client_encoding", "UTF8")
                .containsEntry("DateStyle", "ISO, MDY")
                .containsEntry("TimeZone", "UTC")
                .containsEntry("rvbbit.cache", "true")
                .containsEntry("rvbbit.notices", "on")
                .containsEntry("rvbbit.on_error", "")
                .containsEntry("rvbbit.parallel", "16");
        assertThat(settings.all()).containsKeys(Settings.REPORTED.toArray(String[]::new));
        assertThat(settings.parallel()).isEqualTo(16);
        assertThat(settings.statementTimeout()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    TIMEZONE               | Europe/Berlin   | Europe/Berlin
                    TimeZone               | europe/berlin   | Europe/Berlin
                    TimeZone               | utc             | UTC
                    TimeZone               | GMT-02:00       | GMT-02:00
                    TimeZone               | +6              | <+06>-06
                    TimeZone               | -11.5           | <-11:30>+11:30
                    client_encoding        | utf-8           | UTF8
                    client_encoding        | unicode         | UTF8
                    client_min_messages    | WARNING         | warning
                    rvbbit.cache           | OFF             | false
                    rvbbit.cache           | Only            | only
                    rvbbit.cache           | ' 30M '         | 30m
                    rvbbit.notices         | 0               | off
                    rvbbit.on_error        | Column          | column
                    rvbbit.parallel        | 10000           | 10000
                    extra_float_digits     | -15             | -15
                    DateStyle              | iso             | ISO, MDY
                    DateStyle              | german          | German, DMY
                    DateStyle              | YMD, ISO        | ISO, YMD
                    DateStyle              | sql, european   | SQL, DMY
                    bytea_output           | escape          | escape
                    statement_timeout      | 0               | 0
                    statement_timeout      | 1500            | 1500ms
                    statement_timeout      | 30 s            | 30s
                    statement_timeout      | 120s            | 2min
                    statement_timeout      | 7200s           | 2h
                    statement_timeout      | 2d              | 48h
                    statement_timeout      | 999us           | 0
                    application_name       | 'a b'           | a b
                    """)
    void a_value_is_kept_in_one_spelling(String name, String value, String kept) {
        settings.set(name, value);

        assertThat(settings.get(name)).isEqualTo(kept);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    TimeZone            | Mars/Olympus
                    client_encoding     | LATIN1
                    client_min_messages | loud
                    rvbbit.cache        | sometimes
                    rvbbit.cache        | 0s
                    rvbbit.notices      | maybe
                    rvbbit.on_error     | ignore
                    rvbbit.parallel     | 0
                    rvbbit.parallel     | 10001
                    rvbbit.parallel     | many
                    extra_float_digits  | 4
                    statement_timeout   | -1
                    statement_timeout   | soon
                    statement_timeout   | 25d
                    DateStyle           | Roman
                    DateStyle           | ISO, SQL
                    IntervalStyle       | iso
                    rvbbit.dialect      | mysql
                    bytea_output        | base64
                    standard_conforming_strings | off
                    """)
    void a_wrong_value_is_refused_with_what_is_right(String name, String value) {
        String before = settings.get(name);
        SqlException fault =
                catchThrowableOfType(SqlException.class, () -> settings.set(name, value));

        assertThat(fault.state()).isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
        assertThat(fault).hasMessage("invalid value for parameter \"%s\": \"%s\"", name, value);
        assertThat(fault.hint()).isPresent();
        assertThat(settings.get(name)).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server_version", "is_superuser", "rvbbit.last_caller_id"})
    void what_the_server_alone_knows_cannot_be_set_nor_come_with_the_startup(String name) {
        assertThat(catchThrowableOfType(SqlException.class, () -> settings.set(name, "x")))
                .hasMessage("parameter \"" + name + "\" cannot be changed");
        assertThat(catchThrowableOfType(SqlException.class, () -> settings.setDefault(name, "x")))
                .hasMessage("parameter \"" + name + "\" cannot be changed");
    }

    @Test
    void an_unknown_name_is_told_with_the_nearest() {
        SqlException fault =
                catchThrowableOfType(SqlException.class, () -> settings.set("rvbbit.paralel", "4"));

        assertThat(fault.state()).isEqualTo(SqlState.UNDEFINED_OBJECT);
        assertThat(fault).hasMessage("unrecognized configuration parameter \"rvbbit.paralel\"");
        assertThat(fault.hint()).hasValue("did you mean \"rvbbit.parallel\"?");
    }

    @Test
    void reset_goes_back_to_what_the_client_connected_with() {
        settings.setDefault("application_name", "psql");
        settings.set("application_name", "other");
        settings.set("rvbbit.parallel", "2");

        settings.reset("APPLICATION_NAME");
        assertThat(settings.get("application_name")).isEqualTo("psql");

        settings.resetAll();
        assertThat(settings.parallel()).isEqualTo(16);
        assertThat(settings.get("session_authorization")).isEqualTo("ann");
    }

    @Test
    void every_set_of_the_session_s_budget_is_another_budget() {
        settings.set("rvbbit.session_budget_dollars", "5.0");
        String first = settings.sessionBudgetBegun();
        settings.beginTransaction();
        settings.set("rvbbit.session_budget_dollars", "5.0");
        String second = settings.sessionBudgetBegun();
        settings.endTransaction(true);

        assertThat(second).isNotEqualTo(first);
        assertThat(settings.sessionBudgetBegun()).isEqualTo(first);
        assertThat(settings.get("rvbbit.session_budget_dollars")).isEqualTo("5.0");

        settings.beginTransaction();
        settings.setLocal("rvbbit.session_budget_dollars", ".5");
        assertThat(settings.sessionBudgetBegun()).isNotIn(first, second);
        settings.endTransaction(false);
        assertThat(settings.sessionBudgetBegun()).isEqualTo(first);

        settings.resetAll();
        assertThat(settings.get("rvbbit.session_budget_dollars")).isEmpty();
        assertThat(settings.all()).doesNotContainKey("rvbbit.session_budget_begun");
    }

    @Test
    void reset_all_keeps_the_last_caller() {
        settings.assign("rvbbit.last_caller_id", "sql-clever-fox-abc123");
        settings.resetAll();

        assertThat(settings.get("rvbbit.last_caller_id")).isEqualTo("sql-clever-fox-abc123");
    }

    @Test
    void rollback_undoes_every_change_of_the_transaction() {
        settings.set("rvbbit.parallel", "2");
        settings.beginTransaction();
        settings.set("rvbbit.parallel", "3");
        settings.set("rvbbit.notices", "off");
        settings.endTransaction(true);

        assertThat(settings.parallel()).isEqualTo(2);
        assertThat(settings.isOn("rvbbit.notices")).isTrue();
    }

    @Test
    void commit_keeps_the_changes() {
        settings.beginTransaction();
        settings.set("rvbbit.parallel", "3");
        settings.endTransaction(false);
        settings.beginTransaction();
        settings.endTransaction(true);

        assertThat(settings.parallel()).isEqualTo(3);
    }

    @Test
    void rollback_undoes_a_set_but_never_forgets_the_last_caller() {
        settings.beginTransaction();
        settings.assign("rvbbit.last_caller_id", "sql-clever-fox-abc123");
        settings.set("rvbbit.parallel", "3");
        settings.assign("rvbbit.last_caller_id", "sql-brave-owl-abc124");
        settings.endTransaction(true);

        assertThat(settings.parallel()).isEqualTo(16);
        assertThat(settings.get("rvbbit.last_caller_id")).isEqualTo("sql-brave-owl-abc124");
    }

    @ParameterizedTest
    @CsvSource({
        "error,   false, false, true",
        "warning, true,  false, true",
        "notice,  true,  true,  true",
        "debug1,  true,  true,  true"
    })
    void client_min_messages_decides_what_is_shown(
            String level, boolean warning, boolean notice, boolean info) {
        settings.set("client_min_messages", level);

        assertThat(settings.shows(Notices.Severity.WARNING)).isEqualTo(warning);
        assertThat(settings.shows(Notices.Severity.NOTICE)).isEqualTo(notice);
        assertThat(settings.shows(Notices.Severity.INFO)).isEqualTo(info);
        assertThat(settings.shows(Notices.Severity.DEBUG)).isEqualTo(level.equals("debug1"));
    }

    @Test
    void typed_readers_give_what_was_set() {
        settings.set("statement_timeout", "30s");
        settings.set("TimeZone", "Europe/Berlin");

        assertThat(settings.statementTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.timeZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    }
}
