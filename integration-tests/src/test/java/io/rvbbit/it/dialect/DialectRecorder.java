package io.rvbbit.it.dialect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes down what a real PostgreSQL 15 answers to the statements of {@code resources/dialect}.
 *
 * <p>Arguments: directory of the files, port, database, user. Every file is a session of its own;
 * the database should be empty and made with {@code --locale=C.UTF-8}.
 */
final class DialectRecorder {
    private DialectRecorder() {}

    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        int port = Integer.parseInt(arguments[1]);
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".sql")).toList()) {
                record(file, port, arguments[2], arguments[3]);
            }
        }
    }

    private static void record(Path file, int port, String database, String user)
            throws IOException {
        List<String> lines = new ArrayList<>();
        try (WireSession session = new WireSession("127.0.0.1", port, user, database)) {
            for (RecordedStatement statement : RecordedStatement.read(Files.readAllLines(file))) {
                lines.add(statement.sql());
                lines.addAll(session.query(statement.sql()));
                lines.add("");
            }
        }
        Files.write(file, lines);
    }
}
