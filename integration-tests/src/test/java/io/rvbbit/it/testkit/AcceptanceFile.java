package io.rvbbit.it.testkit;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The statements of the contract, verbatim, from its own file. Threading: immutable. */
public final class AcceptanceFile {
    private final Map<Integer, List<String>> parts;

    private AcceptanceFile(Map<Integer, List<String>> parts) {
        this.parts = parts;
    }

    /** Reads it from beside the project; the test skips where it is not. */
    public static AcceptanceFile read() {
        Path file = file();
        assumeThat(file).as("there is no ACCEPTANCE.sql").exists();
        Map<Integer, List<String>> parts = new LinkedHashMap<>();
        StringBuilder part = new StringBuilder();
        int number = 0;
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.matches("-- \\d+\\. .*")) {
                    parts.put(number, statements(part.toString()));
                    part.setLength(0);
                    number = Integer.parseInt(line.substring(3, line.indexOf('.')));
                } else {
                    part.append(line).append('\n');
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        parts.put(number, statements(part.toString()));
        return new AcceptanceFile(parts);
    }

    /** Each with its semicolon. */
    public List<String> part(int number) {
        return parts.getOrDefault(number, List.of());
    }

    private static List<String> statements(String text) {
        List<String> statements = new ArrayList<>();
        for (String statement : text.split(";\\s*\\n", -1)) {
            if (!statement.replaceAll("(?m)^--.*$", "").isBlank()) {
                statements.add(statement + ";");
            }
        }
        return List.copyOf(statements);
    }

    /** Beside the project, wherever its worktree lies. */
    private static Path file() {
        Path here = Path.of("").toAbsolutePath();
        for (Path at = here; at != null; at = at.getParent()) {
            Path candidate = at.resolve("shared").resolve("ACCEPTANCE.sql");
            if (Files.exists(candidate)) {
                return candidate;
            }
        }
        return here.resolve("../shared/ACCEPTANCE.sql").normalize();
    }
}
