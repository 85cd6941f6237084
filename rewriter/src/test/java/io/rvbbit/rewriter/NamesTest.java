package io.rvbbit.rewriter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {

    @Test
    void fingerprints_ignore_literals_blanks_comments_and_case() {
        Fingerprint one = Fingerprint.of("SELECT a, 'x' FROM t WHERE b = 5 -- c");
        Fingerprint other = Fingerprint.of("select  A,'y''z'\nfrom T where b=/* d */$1");

        assertThat(one).isEqualTo(other);
        assertThat(one.text()).isEqualTo("select a , ? from t where b = ?");
        assertThat(one.hash()).isEqualTo("b05c9a840c951645");
    }

    @Test
    void fingerprints_differ_by_cascade_and_by_quoted_names() {
        assertThat(Fingerprint.of("RVBBIT MAP PARALLEL 5 'a' USING (SELECT 'x' AS \"B\")").text())
                .isEqualTo("rvbbit map parallel ? 'a' using ( select ? as \"B\" )");
        assertThat(Fingerprint.of("RVBBIT RUN 'a' USING (SELECT 1)"))
                .isNotEqualTo(Fingerprint.of("RVBBIT RUN 'b' USING (SELECT 1)"));
    }

    @Test
    void text_that_cannot_be_read_has_a_fingerprint_too() {
        assertThat(Fingerprint.of("SELECT 'never ends").text()).isEqualTo("select ?");
    }

    @Test
    void identifiers_are_folded_and_found_inside_query_literals() {
        assertThat(Identifiers.of("SELECT \"RVBBIT_Run\"(x, 'y') FROM query('FROM All_Data') -- z"))
                .contains("rvbbit_run", "x", "all_data")
                .doesNotContain("y", "z");
    }

    @Test
    void the_nearest_name_is_a_slip_away() {
        List<String> names = List.of("extract_brand", "brand", "sentiment");

        assertThat(NearestName.of("extrcat_brand", names)).contains("extract_brand");
        assertThat(NearestName.of("BRNAD", names)).contains("brand");
        assertThat(NearestName.of("completely_else", names)).isEmpty();
        assertThat(NearestName.of("", names)).isEmpty();
        assertThat(NearestName.among("bran", List.of("brand", "bring", "bean"), 2))
                .containsExactly("bean", "brand");
    }

    @Test
    void quoting_doubles_quotes() {
        assertThat(SqlText.literal("it's")).isEqualTo("'it''s'");
        assertThat(SqlText.identifier("a\"b")).isEqualTo("\"a\"\"b\"");
    }
}
