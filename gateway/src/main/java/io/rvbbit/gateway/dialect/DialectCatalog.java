package io.rvbbit.gateway.dialect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The macros of the schema {@code rvbbit.pg}. Threading: stateless. */
public final class DialectCatalog {
    /** Where unqualified names of operators and functions find the macros. */
    public static final String SCHEMA = "rvbbit.pg";

    private static final String CREATE = "CREATE MACRO ";

    private DialectCatalog() {}

    /** The statements that make the schema; {@link DialectFunctions} must be registered. */
    public static List<String> bootstrap() {
        List<String> statements = new ArrayList<>();
        statements.add("CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
        for (String file : List.of("operators.sql", "casts.sql", "functions.sql")) {
            for (String line : text(file).split("\n", -1)) {
                if (!line.isBlank()) {
                    statements.add(created(line.strip()));
                }
            }
        }
        return List.copyOf(statements);
    }

    private static String created(String line) {
        if (!line.startsWith(CREATE) || !line.endsWith(";")) {
            throw new IllegalStateException("not a macro: " + line);
        }
        return "CREATE OR REPLACE MACRO "
                + SCHEMA
                + "."
                + line.substring(CREATE.length(), line.length() - 1);
    }

    private static String text(String file) {
        try (InputStream in = DialectCatalog.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }
}
