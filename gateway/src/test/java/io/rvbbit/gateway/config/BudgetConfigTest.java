package io.rvbbit.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.udf.budget.Period;
import io.rvbbit.udf.budget.ServerBudgets.Terms;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BudgetConfigTest {
    private static final String VERIFIER =
            "SCRAM-SHA-256$4096:8wNlHz+R9UyXjUE5nQXcZQ==$jZ6m2mTQtiTKMffJ/vIECsJuKI7dgQ/aR45DF+EWfA4=:TMDxSzLR6jYZxAMM7bvjKDMe3LCw/sVjLwxfmyOq2BQ=";

    @TempDir Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("rvbbit.yaml"), text);
    }

    private BudgetConfig read(String text) throws IOException {
        return ConfigReader.read(Optional.of(file(text)), Map.of(), Map.of()).budgets();
    }

    @Test
    void nothing_configured_binds_nobody() throws IOException {
        assertThat(read("")).isEqualTo(new BudgetConfig(Optional.empty(), Map.of()));
    }

    @Test
    void the_server_and_users_have_budgets_per_day_or_month() throws IOException {
        String text =
                """
                budget: {dollars: 50, per: day}
                users:
                  - {name: boss, admin: true, verifier: '%s'}
                  - {name: ann, verifier: '%s', budget: {dollars: 0.25, per: month}}
                """
                        .formatted(VERIFIER, VERIFIER);

        assertThat(read(text))
                .isEqualTo(
                        new BudgetConfig(
                                Optional.of(new Terms(new BigDecimal("50"), Period.DAY)),
                                Map.of("ann", new Terms(new BigDecimal("0.25"), Period.MONTH))));
        assertThat(ConfigReader.describe(Optional.of(file(text)), Map.of(), Map.of()))
                .contains("budget: {dollars: 50, per: day}", "budget: {dollars: 0.25, per: month}")
                .doesNotContain(VERIFIER);
    }

    @Test
    void the_environment_gives_it_in_braces() {
        assertThat(
                        ConfigReader.read(
                                        Optional.empty(),
                                        Map.of("RVBBIT_BUDGET", "{dollars: 1_000, per: Month}"),
                                        Map.of())
                                .budgets()
                                .server())
                .contains(new Terms(new BigDecimal("1000"), Period.MONTH));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    budget: 50                                | expected a budget such as {dollars: 50, per: day}
                    budget: {dollars: 50}                     | expected a budget with "per"
                    budget: {per: day}                        | expected a budget with "dollars"
                    budget: {dollars: -1, per: day}           | expected US dollars from 0 to 9000000, not "-1"
                    budget: {dollars: 9000001, per: day}      | expected US dollars from 0 to 9000000
                    budget: {dollars: 1, per: week}           | expected day or month, not "week"
                    budget: {dolars: 1, per: day}             | unknown key "dolars" of a budget; did you mean "dollars"?
                    users: [{name: a, budget: {dollars: x, per: day}}] | expected US dollars
                    """)
    void a_wrong_budget_is_refused_with_its_line(String line, String fault) throws IOException {
        String text =
                line.startsWith("users")
                        ? line.replace(
                                "{name: a,", "{name: a, admin: true, verifier: '" + VERIFIER + "',")
                        : line;

        assertThat(catchThrowableOfType(ConfigException.class, () -> read(text)))
                .hasMessageStartingWith(directory.resolve("rvbbit.yaml") + ":1: ")
                .hasMessageContaining(fault);
    }
}
