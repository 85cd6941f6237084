package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CascadeCatalogTest {
    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path folder;
    private Path root;
    private CascadeCatalog catalog;

    @BeforeEach
    void two_roots() throws IOException {
        root = Files.createDirectories(folder.resolve("root"));
        Path second = Files.createDirectories(folder.resolve("second"));
        catalog =
                new CascadeCatalog(
                        List.of(root, folder.resolve("absent"), second),
                        InstantSource.fixed(Instant.parse("2026-06-01T00:00:00Z")));
    }

    private static void write(Path file, String id, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                "cascade_id: " + id + "\ncells: [{name: a, instructions: \"" + text + "\"}]\n");
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    }

    private SqlException fault(String path) {
        return catchThrowableOfType(SqlException.class, () -> catalog.load(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"brand", "brand.yaml", "traits/brand", "traits/brand.yaml", "./brand"})
    void a_cascade_is_found_by_any_spelling_of_its_path(String path) throws IOException {
        write(root.resolve("traits/brand.yaml"), "mine", "x");
        assertThat(catalog.load(path).id()).isEqualTo("mine");
        assertThat(catalog.load(path).file()).isEqualTo("traits/brand.yaml");
    }

    @Test
    void roots_and_folders_are_searched_in_order() throws IOException {
        write(folder.resolve("second/x.yaml"), "second", "x");
        assertThat(catalog.load("x").id()).isEqualTo("second");
        write(root.resolve("cascades/x.yml"), "cascades", "x");
        assertThat(catalog.load("x").id()).isEqualTo("cascades");
        write(root.resolve("traits/x.yaml"), "traits", "x");
        assertThat(catalog.load("x").id()).isEqualTo("traits");
        write(root.resolve("x.yaml"), "top", "x");
        assertThat(catalog.load("x").id()).isEqualTo("top");
    }

    @Test
    void a_users_own_cascade_wins_over_a_shipped_one() throws IOException {
        assertThat(catalog.load("extract_brand").id()).isEqualTo("extract_brand");
        write(root.resolve("traits/extract_brand.yaml"), "mine", "x");
        assertThat(catalog.load("extract_brand").id()).isEqualTo("mine");
    }

    @Test
    void a_changed_file_is_loaded_again_and_an_unchanged_one_is_not() throws IOException {
        Path file = root.resolve("x.yaml");
        write(file, "one", "x");
        Cascade first = catalog.load("x");
        assertThat(catalog.load("x")).isSameAs(first);
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO.plusSeconds(60)));
        assertThat(catalog.load("x")).isSameAs(first);
        write(file, "three", "x");
        assertThat(catalog.load("x").id()).isEqualTo("three");
    }

    @Test
    void a_file_too_young_for_its_time_stamp_is_read_again() throws IOException {
        Path file = root.resolve("x.yaml");
        FileTime now = FileTime.from(Instant.parse("2026-05-31T23:59:59.500Z"));
        write(file, "one", "x");
        Files.setLastModifiedTime(file, now);
        assertThat(catalog.load("x").id()).isEqualTo("one");
        write(file, "two", "x");
        Files.setLastModifiedTime(file, now);
        assertThat(catalog.load("x").id()).isEqualTo("two");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "../secret.yaml",
                "traits/../../secret",
                "a/../b",
                "..",
                "traits\\..\\..\\secret",
            })
    void a_path_never_leaves_its_root(String path) throws IOException {
        write(folder.resolve("secret.yaml"), "secret", "x");
        assertThat(fault(path).state()).isEqualTo(SqlState.INSUFFICIENT_PRIVILEGE);
    }

    @Test
    void a_link_out_of_the_root_is_refused_and_one_within_is_followed() throws IOException {
        write(folder.resolve("secret.yaml"), "secret", "x");
        Files.createSymbolicLink(root.resolve("link.yaml"), folder.resolve("secret.yaml"));
        Files.createSymbolicLink(root.resolve("out"), folder);
        write(root.resolve("traits/real.yaml"), "real", "x");
        Files.createSymbolicLink(root.resolve("near.yaml"), root.resolve("traits/real.yaml"));
        assertThat(fault("link").state()).isEqualTo(SqlState.INSUFFICIENT_PRIVILEGE);
        assertThat(fault("out/secret").state()).isEqualTo(SqlState.INSUFFICIENT_PRIVILEGE);
        assertThat(catalog.load("near").id()).isEqualTo("real");
    }

    @Test
    void an_unknown_cascade_tells_the_nearest_names() {
        SqlException fault = fault("traits/extract_brnd.yaml");
        assertThat(fault.state()).isEqualTo(SqlState.UNDEFINED_OBJECT);
        assertThat(fault).hasMessage("there is no cascade \"traits/extract_brnd.yaml\"");
        assertThat(fault.hint()).hasValue("did you mean 'traits/extract_brand.yaml'?");
        assertThat(fault("sentimant").hint()).hasValue("did you mean 'traits/sentiment.yaml'?");
        assertThat(fault("qqqqqqqqqqqq").hint().orElse("")).startsWith("there are traits/");
        for (String odd : List.of("", ".", "a\0b", "x".repeat(100_000), "traits", "é/ü")) {
            assertThat(fault(odd).state()).isEqualTo(SqlState.UNDEFINED_OBJECT);
        }
    }

    @Test
    void a_file_that_is_too_big_or_not_utf8_is_refused() throws IOException {
        Files.write(root.resolve("big.yaml"), new byte[CascadeCatalog.MAX_BYTES + 1]);
        assertThat(fault("big").state()).isEqualTo(SqlState.PROGRAM_LIMIT_EXCEEDED);
        Files.write(root.resolve("latin.yaml"), new byte[] {'a', ':', ' ', (byte) 0xE9});
        assertThat(fault("latin")).hasMessageStartingWith("latin.yaml:1:1: the file is not UTF-8");
    }

    @Test
    void the_names_of_all_cascades_are_listed() throws IOException {
        write(root.resolve("traits/deep/er/x.yaml"), "x", "x");
        write(root.resolve("elsewhere/no.yaml"), "x", "x");
        write(root.resolve("top.json"), "x", "x");
        assertThat(catalog.names())
                .contains("traits/deep/er/x.yaml", "top.json", "traits/analyze_batch.yaml")
                .doesNotContain("elsewhere/no.yaml")
                .isSorted();
    }

    private void writeOuter(String name, String inner) throws IOException {
        Path file = root.resolve(name + ".yaml");
        Files.writeString(
                file,
                "cascade_id: " + name + "\ncells:\n- {name: s, sub_cascade: " + inner + "}\n");
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    }

    @Test
    void an_outer_cascade_is_read_again_when_an_inner_one_changes() throws IOException {
        write(root.resolve("inner.yaml"), "inner", "{{ input.a }}");
        writeOuter("middle", "inner");
        writeOuter("outer", "middle");
        Cascade before = catalog.load("outer");
        assertThat(catalog.load("outer")).isSameAs(before);
        assertThat(before.requiredInputs()).containsExactly("a");

        write(root.resolve("inner.yaml"), "inner", "longer {{ input.b }}");

        Cascade after = catalog.load("outer");
        assertThat(after.requiredInputs()).containsExactly("b");
        assertThat(after.definition()).isEqualTo(before.definition());
        assertThat(after.contentHash()).isNotEqualTo(before.contentHash());
    }

    @Test
    void cascades_run_each_other_eight_levels_deep_and_no_deeper() throws IOException {
        write(root.resolve("c0.yaml"), "c0", "x");
        for (int i = 1; i <= 9; i++) {
            writeOuter("c" + i, "c" + (i - 1));
        }

        assertThat(catalog.load("c8").id()).isEqualTo("c8");
        assertThat(fault("c9"))
                .hasMessage(
                        "c9.yaml:3:26: sub_cascade of cell \"s\" lies too deep: cascades may run"
                                + " each other up to 8 levels deep")
                .extracting(SqlException::state)
                .isEqualTo(SqlState.INVALID_PARAMETER_VALUE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{path: brand, input: {b: 1}} | 3:40 | cascade \"brand\" needs the input \"a\"",
                "{path: brand, output: bb} | 3:48 | \"output\" of sub_cascade of cell \"s\" must be",
                "{path: brand, output: '{{ outputs.bb }}'} | 3:48 | outputs.bb is not there",
                "{path: brand, cascade: brand} | 3:27 | say the same",
                "{input: {a: 1}} | 3:26 | needs \"cascade\"",
                "7 | 3:26 | is a mapping",
                "brand, instructions: hello | 3:33 | does not go with sub_cascade"
            })
    void what_is_wrong_in_a_sub_cascade_is_told_with_its_place(
            String value, String place, String message) throws IOException {
        write(root.resolve("brand.yaml"), "brand", "{{ input.a }}");
        writeOuter("outer", value);

        assertThat(fault("outer")).hasMessageStartingWith("outer.yaml:" + place + ": ");
        assertThat(fault("outer")).hasMessageContaining(message);
    }
}
