package io.rvbbit.gateway.engine;

import io.rvbbit.rewriter.Token;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which files a statement may name.
 *
 * <p>DuckDB itself refuses everything outside the allowed directories, except the files of the
 * databases it has open: {@code COPY} could write over them. Threading: immutable.
 */
final class ClientPaths {
    private final List<Path> allowed;
    private final Path data;

    ClientPaths(EngineConfig config) {
        this.allowed =
                Stream.concat(Stream.of(config.files()), config.allowDirectories().stream())
                        .toList();
        this.data = config.data();
    }

    void check(List<Token> tokens) {
        boolean copies = copies(tokens);
        int depth = 0;
        for (int i = 0; i + 1 < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.isOperator("(")) {
                depth++;
            } else if (token.isOperator(")")) {
                depth--;
            } else if (token.isString() && isOurs(token.string())) {
                throw ClientGuard.denied(token, "permission denied for file", "");
            } else if (copies && depth == 0 && token.isAny("TO", "FROM")) {
                target(tokens.get(i + 1));
            }
        }
    }

    private static boolean copies(List<Token> tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            boolean starts =
                    i == 0
                            || tokens.get(i - 1).isAny("EXPLAIN", "ANALYZE", "AS")
                            || tokens.get(i - 1).isOperator(")");
            if (starts && tokens.get(i).is("COPY")) {
                return true;
            }
        }
        return false;
    }

    private void target(Token target) {
        if (target.is("DATABASE")) {
            return;
        }
        if (!target.isString()) {
            throw ClientGuard.denied(
                    target, "COPY needs the name of a file as a literal", "COPY … TO 'file.csv'");
        }
        if (allowed.stream().noneMatch(directory -> under(directory, target.string()))) {
            throw ClientGuard.denied(
                    target,
                    "permission denied for file \"" + target.string() + "\"",
                    "clients reach files in \"" + allowed.getFirst() + "\"");
        }
    }

    private boolean isOurs(String text) {
        return under(data, text) && allowed.stream().noneMatch(directory -> under(directory, text));
    }

    private static boolean under(Path directory, String text) {
        if (text.indexOf('/') < 0 && text.indexOf('.') < 0) {
            return false;
        }
        String path = text.startsWith("file:") ? text.substring("file:".length()) : text;
        try {
            Path there = Path.of(path).toAbsolutePath().normalize();
            return there.startsWith(directory) && !there.equals(directory);
        } catch (InvalidPathException _) {
            // No file system has a file of that name, so it is no way to one.
            return false;
        }
    }
}
