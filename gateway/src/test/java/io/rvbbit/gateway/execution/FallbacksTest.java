package io.rvbbit.gateway.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.gateway.execution.Fallbacks.Names;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FallbacksTest {
    private static Fallbacks of(Names names) {
        return new Fallbacks(names, true, Map.of(), Clock.systemUTC());
    }

    @Test
    void a_star_stands_for_line_breaks_too() {
        Fallbacks denying = of(new Names(List.of(), List.of("secret_*", "evil.*")));

        assertThat(denying.refusal("sql", "secret_\nname")).isPresent();
        assertThat(denying.refusal("evil", "a\nb")).isPresent();
        assertThat(denying.refusal("sql", "other\nname")).isEmpty();
    }

    @Test
    void a_question_to_the_catalogue_is_one_in_two_lines_too() {
        assertThat(of(Names.ALL).refusal("sql", "pg_\nname")).contains("");
    }
}
