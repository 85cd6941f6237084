package io.rvbbit.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.rvbbit.rewriter.SqlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sends what real tools ask and compares the columns of the answers with PostgreSQL's. */
class CatalogConformanceIT {
    private static final Pattern HEADER =
            Pattern.compile("-- (?:tool|purpose|source|params|note):.*");
    private static final Pattern VALUE = Pattern.compile("\\$(\\d+) = ('(?:[^']|'')*'|NULL)");
    private static final Pattern PARAMETER = Pattern.compile("\\$(\\d+)");
    private static final Pattern OBJECT = Pattern.compile("\\{\\{(\\w+):([^}]*)}}");
    // What the session answers without asking the catalogue.
    private static final Pattern OTHER_STATEMENT =
            Pattern.compile(
                    "(?is)(?:set|show|begin|start|commit|rollback|savepoint|release|discard|declare|fetch|close"
                            + "|prepare|execute|deallocate|listen|unlisten|notify|reset)\\b.*");

    @ParameterizedTest
    @CsvSource({
        "psql, 251, 251",
        "pgjdbc, 54, 52",
        "dbeaver, 65, 65",
        "metabase, 6, 6",
        "grafana, 8, 7",
        "npgsql, 3, 3",
        "powerbi, 8, 8"
    })
    void every_question_of_a_tool_is_answered_with_the_columns_of_postgresql(
            String tool, int answeredAtLeast, int columnsAtLeast) throws Exception {
        Path conformance = conformance();
        List<String> failures = new ArrayList<>();
        List<String> otherColumns = new ArrayList<>();
        int asked = 0;
        try (CatalogInstance sql = new CatalogInstance()) {
            for (String statement :
                    Files.readString(conformance.resolve("schema_gateway.sql")).split(";\n", -1)) {
                if (!statement.isBlank()) {
                    sql.execute(statement);
                }
            }
            for (Path file : questions(conformance.resolve("catalog").resolve(tool))) {
                Path expected =
                        conformance
                                .resolve("expected")
                                .resolve(tool)
                                .resolve(file.getFileName().toString().replace(".sql", ".csv"));
                Optional<String> question = question(sql, file);
                if (question.isEmpty() || !Files.exists(expected)) {
                    continue;
                }
                asked++;
                try {
                    List<String> columns = sql.query(question.get()).columns();
                    String header = Files.readString(expected).lines().findFirst().orElse("");
                    if (!String.join(",", columns).equals(header)) {
                        otherColumns.add(file.getFileName() + ": " + columns);
                    }
                } catch (SqlException e) {
                    failures.add(file.getFileName() + ": " + e.getMessage());
                }
            }
        }
        assertThat(failures).isEmpty();
        assertThat(asked).isGreaterThanOrEqualTo(answeredAtLeast);
        assertThat(asked - otherColumns.size())
                .as("other columns: %s", otherColumns)
                .isGreaterThanOrEqualTo(columnsAtLeast);
    }

    private static Path conformance() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path found = at.resolve("shared/conformance");
            if (Files.isDirectory(found)) {
                return found;
            }
        }
        assumeTrue(false, "skipped: no directory shared/conformance beside the project");
        throw new IllegalStateException("the assumption above ends the test");
    }

    private static List<Path> questions(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    /** The statement with its parameters' values and the numbers of the objects it names. */
    private static Optional<String> question(CatalogInstance sql, Path file) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        Map<String, String> values = new HashMap<>();
        while (!lines.isEmpty() && HEADER.matcher(lines.getFirst()).matches()) {
            Matcher value = VALUE.matcher(lines.removeFirst());
            while (value.find()) {
                values.put(value.group(1), value.group(2));
            }
        }
        String text = String.join("\n", lines).strip().replaceAll(";$", "");
        if (OTHER_STATEMENT.matcher(text).matches()) {
            return Optional.empty();
        }
        String bound =
                PARAMETER
                        .matcher(text)
                        .replaceAll(match ->
                                Matcher.quoteReplacement(
                                        values.getOrDefault(match.group(1), match.group())));
        StringBuilder complete = new StringBuilder();
        Matcher object = OBJECT.matcher(bound);
        while (object.find()) {
            object.appendReplacement(complete, oid(sql, object.group(1), object.group(2)));
        }
        return Optional.of(object.appendTail(complete).toString());
    }

    private static String oid(CatalogInstance sql, String kind, String name) {
        int dot = name.indexOf('.');
        String schema = dot < 0 ? name : name.substring(0, dot);
        String object = dot < 0 ? "" : name.substring(dot + 1);
        String query =
                switch (kind) {
                    case "oid" ->
                            "SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '%s' AND c.relname = '%s'";
                    case "proc" ->
                            "SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = '%s' AND p.proname = '%s'";
                    case "type" ->
                            "SELECT t.oid FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = '%s' AND t.typname = '%s'";
                    default -> "SELECT oid FROM pg_namespace WHERE nspname = '%s'";
                };
        List<List<String>> rows = sql.query(query.formatted(schema, object)).rows();
        return rows.isEmpty() ? "0" : rows.getFirst().getFirst();
    }
}
