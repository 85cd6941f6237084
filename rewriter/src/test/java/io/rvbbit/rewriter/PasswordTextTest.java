package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PasswordTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    CREATE ROLE a LOGIN PASSWORD 'secret' SUPERUSER | CREATE ROLE a LOGIN PASSWORD '********'
                    alter user a password $$secret$$                | alter user a password '********'
                    CREATE /* 'x' */ ROLE a PASSWORD E'sec\\'ret'   | CREATE /* 'x' */ ROLE a PASSWORD '********'
                    CREATE ROLE a PASSWORD 'secret                  | CREATE ROLE a PASSWORD '********'
                    CREATE ROLE a SUPERUSER                         | CREATE ROLE a SUPERUSER
                    SELECT 'secret'                                 | SELECT 'secret'
                    CREATE TABLE role AS SELECT 'x'                 | CREATE TABLE role AS SELECT 'x'
                    """)
    void strings_of_role_statements_are_hidden(String statement, String shown) {
        assertThat(PasswordText.hidden(statement)).isEqualTo(shown);
    }

    @Test
    void each_statement_of_a_script_is_looked_at() {
        assertThat(
                        PasswordText.hiddenInScript(
                                "SELECT 'a'; CREATE ROLE b PASSWORD 'secret'; SELECT 1"))
                .isEqualTo("SELECT 'a'; CREATE ROLE b PASSWORD '********'; SELECT 1");
        assertThat(PasswordText.hiddenInScript("ALTER ROLE b PASSWORD 'secret"))
                .isEqualTo("ALTER ROLE b PASSWORD '********'");
    }
}
