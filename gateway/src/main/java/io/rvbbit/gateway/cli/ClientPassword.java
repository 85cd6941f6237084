package io.rvbbit.gateway.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a client's password comes from, as in libpq: {@code PGPASSWORD}, else the first fitting
 * line of {@code PGPASSFILE} or {@code ~/.pgpass}.
 *
 * <p>A line is {@code host:port:database:user:password}, where {@code *} fits everything and a
 * backslash keeps a colon from ending a field. Threading: stateless.
 */
final class ClientPassword {
    private static final int FIELDS = 5;

    private ClientPassword() {}

    /**
     * @throws ConnectionFailure if there is none
     */
    static String of(ServerUrl server, Map<String, String> environment) {
        String direct = environment.getOrDefault("PGPASSWORD", "");
        if (!direct.isEmpty()) {
            return direct;
        }
        Path file =
                Path.of(
                        environment.getOrDefault(
                                "PGPASSFILE", System.getProperty("user.home") + "/.pgpass"));
        return inFile(file, server)
                .orElseThrow(() ->
                        new ConnectionFailure(
                                server
                                        + " asks for the password of \""
                                        + server.user()
                                        + "\"; set PGPASSWORD, or add it to "
                                        + file));
    }

    private static Optional<String> inFile(Path file, ServerUrl server) {
        try {
            if (!Files.isRegularFile(file) || isOpenToOthers(file)) {
                return Optional.empty();
            }
            List<String> wanted =
                    List.of(
                            server.host(),
                            Integer.toString(server.port()),
                            server.database(),
                            server.user());
            return Files.readAllLines(file).stream()
                    .filter(line -> !line.startsWith("#"))
                    .map(ClientPassword::fields)
                    .filter(fields -> fields.size() == FIELDS && fits(fields, wanted))
                    .map(List::getLast)
                    .findFirst();
        } catch (IOException e) {
            throw new ConnectionFailure("can't read " + file + ": " + e.getMessage());
        }
    }

    private static boolean fits(List<String> fields, List<String> wanted) {
        for (int at = 0; at < wanted.size(); at++) {
            if (!fields.get(at).equals("*") && !fields.get(at).equals(wanted.get(at))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        for (int at = 0; at < line.length(); at++) {
            char c = line.charAt(at);
            if (c == '\\' && at + 1 < line.length()) {
                field.append(line.charAt(++at));
            } else if (c == ':' && fields.size() < FIELDS - 1) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    /** libpq ignores such a file as well. */
    private static boolean isOpenToOthers(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                && Files.getPosixFilePermissions(file).stream()
                        .map(PosixFilePermission::name)
                        .anyMatch(name -> name.startsWith("GROUP") || name.startsWith("OTHERS"));
    }
}
