package io.rvbbit.gateway;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The edges between packages that no module border keeps, and the size of files. */
final class ArchitectureTest {
    private static final String GATEWAY = "io.rvbbit.gateway";
    private static final int MOST_LINES = 400;
    private static final List<String> MODULES =
            List.of("rewriter", "tracking", "udf", "gateway", "integration-tests");

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes =
                new ClassFileImporter()
                        .withImportOption(new DoNotIncludeTests())
                        .importPackages("io.rvbbit", "org.duckdb");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    access    | catalog config cli engine execution http session wire
                    wire      | access catalog config cli engine execution http session
                    engine    | access catalog config cli execution http session wire
                    catalog   | access config cli engine execution http session wire
                    dialect   | access catalog config cli engine execution http session
                    config    | catalog cli engine execution http session wire
                    execution | config cli http session wire
                    session   | catalog config cli http
                    http      | catalog cli wire
                    webhook   | access catalog config cli engine execution http session wire
                    metrics   | access catalog config cli engine execution http session wire
                    cli       | catalog execution http session wire
                    """)
    void a_package_of_the_gateway_knows_only_those_below_it(String from, String unknown) {
        String[] forbidden =
                Stream.of(unknown.split(" ", -1))
                        .map(name -> GATEWAY + "." + name + "..")
                        .toArray(String[]::new);
        check(
                noClasses()
                        .that()
                        .resideInAPackage(GATEWAY + "." + from + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(forbidden));
    }

    @Test
    void netty_stays_where_the_sockets_are() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                GATEWAY + ".wire..", GATEWAY + ".session..", GATEWAY + ".http..")
                        .and()
                        .doNotHaveFullyQualifiedName(Gateway.class.getName())
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("io.netty.."));
    }

    @Test
    void the_driver_s_natives_are_the_engine_s_affair() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(
                                GATEWAY + ".engine..",
                                GATEWAY + ".dialect..",
                                "org.duckdb..",
                                "io.rvbbit.udf..",
                                "io.rvbbit.tracking..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.duckdb.."));
    }

    @Test
    void nothing_hangs_on_the_thread() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage("io.rvbbit..")
                        .should()
                        .dependOnClassesThat(
                                assignableTo(ThreadLocal.class)
                                        .or(resideInAnyPackage("java.util.logging.."))));
    }

    @Test
    void a_file_is_short_enough_to_be_read() {
        List<String> tooLong =
                sources()
                        .filter(file -> lines(file) > MOST_LINES)
                        .map(file -> root().relativize(file) + " has " + lines(file) + " lines")
                        .toList();

        assertThat(tooLong).isEmpty();
    }

    @Test
    void every_package_introduces_itself() {
        List<Path> silent =
                sources()
                        .filter(file -> root().relativize(file).toString().contains("/main/"))
                        .map(Path::getParent)
                        .distinct()
                        .filter(folder -> !introduces(folder.resolve("package-info.java")))
                        .toList();

        assertThat(silent).isEmpty();
    }

    private static boolean introduces(Path file) {
        return Files.exists(file)
                && read(file).contains("@NullMarked")
                && read(file).contains("/**");
    }

    private static void check(ArchRule rule) {
        rule.check(classes);
    }

    private static Stream<Path> sources() {
        List<Path> files =
                MODULES.stream()
                        .map(module -> root().resolve(module).resolve("src"))
                        .flatMap(ArchitectureTest::javaFiles)
                        .toList();
        // An empty walk would prove nothing.
        assertThat(files).hasSizeGreaterThan(300);
        return files.stream();
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long lines(Path file) {
        return read(file).lines().count();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The project's top: the folder above the module in which tests run. */
    private static Path root() {
        return Path.of("..").toAbsolutePath().normalize();
    }
}
