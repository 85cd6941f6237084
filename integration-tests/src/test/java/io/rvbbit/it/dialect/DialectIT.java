package io.rvbbit.it.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.rvbbit.it.testkit.GatewayTest;
import io.rvbbit.it.testkit.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every recorded statement, answered by the gateway as PostgreSQL 15 answered it.
 *
 * <p>What differs is named in {@code docs/compatibility.md}, and nothing else is. To record anew,
 * start an empty PostgreSQL 15 ({@code initdb --locale=C.UTF-8}), create a database, and run {@link
 * DialectRecorder} with the directory of the files, its port, the database and a user.
 */
@GatewayTest
class DialectIT {
    private static final Path RESOURCES = Path.of("src/test/resources/dialect");
    private static final Path DOCUMENT = Path.of("../docs/compatibility.md");
    private static final String HEADING = "## Statements that are answered otherwise";
    private static final int LEAST_STATEMENTS = 400;
    private static final int MOST_DIFFERENT_PERCENT = 5;

    @Test
    void statements_are_answered_as_postgresql_answers_them(TestGateway gateway)
            throws IOException {
        List<String> different = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        int all = 0;
        for (Path file : files()) {
            try (WireSession session =
                    new WireSession("127.0.0.1", gateway.port(), "rvbbit", "memory")) {
                for (RecordedStatement recorded :
                        RecordedStatement.read(Files.readAllLines(file))) {
                    all++;
                    List<String> answer = session.query(recorded.sql());
                    if (!same(recorded.answer(), answer)) {
                        different.add(recorded.sql());
                        reasons.add(
                                "%s\n  recorded %s\n  answered %s"
                                        .formatted(recorded.sql(), recorded.answer(), answer));
                    }
                }
            }
        }
        assertThat(different)
                .as(String.join("\n", reasons))
                .containsExactlyInAnyOrderElementsOf(documented());
        assertThat(all).isGreaterThanOrEqualTo(LEAST_STATEMENTS);
        assertThat(different.size() * 100).isLessThanOrEqualTo(all * MOST_DIFFERENT_PERCENT);
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(RESOURCES)) {
            return files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
        }
    }

    /** Errors count by their SQLSTATE; texts of messages may differ. */
    private static boolean same(List<String> recorded, List<String> answered) {
        boolean failed = recorded.size() == 1 && recorded.getFirst().startsWith("! ");
        if (!failed) {
            return recorded.equals(answered);
        }
        return answered.size() == 1
                && answered.getFirst().startsWith(recorded.getFirst().substring(0, 7));
    }

    /** Statements stand in the document as code, in lines that begin with it. */
    private static List<String> documented() throws IOException {
        List<String> statements = new ArrayList<>();
        boolean within = false;
        for (String line : Files.readAllLines(DOCUMENT)) {
            if (line.startsWith("## ")) {
                within = line.equals(HEADING);
            } else if (within && line.startsWith("- `")) {
                statements.add(line.substring(3, line.indexOf("`", 3)));
            }
        }
        return statements;
    }
}
