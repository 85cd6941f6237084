package io.rvbbit.gateway.engine;

import io.rvbbit.gateway.dialect.DialectCatalog;
import io.rvbbit.rewriter.SqlText;
import java.util.ArrayList;
import java.util.List;

/** The order in which unqualified names are looked up. */
final class SearchPath {
    private SearchPath() {}

    /** Users' tables first, so that CREATE TABLE goes there and theirs win; then ours. */
    static String ofDatabase(String name) {
        String database = SqlText.identifier(name);
        return String.join(
                ",",
                database + ".public",
                database + ".main",
                RvbbitCatalog.NAME + ".main",
                RvbbitCatalog.EXAMPLES + ".main");
    }

    /** The path of a connection of our own, whose statements are the engine's. */
    static String withoutDialect(String path) {
        return path.replace("," + DialectCatalog.SCHEMA, "")
                .replace("," + quoted(DialectCatalog.SCHEMA), "");
    }

    /** The engine's own spelling, which leaves quotes out that reading it back needs. */
    static String quoted(String path) {
        List<String> entries = new ArrayList<>();
        StringBuilder entry = new StringBuilder();
        StringBuilder part = new StringBuilder();
        boolean inQuotes = false;
        for (int i = 0; i < path.length(); i++) {
            char character = path.charAt(i);
            if (character == '"') {
                inQuotes = !inQuotes;
                if (inQuotes && i > 0 && path.charAt(i - 1) == '"') {
                    part.append('"');
                }
            } else if (!inQuotes && (character == '.' || character == ',')) {
                entry.append(SqlText.identifier(part.toString()));
                part.setLength(0);
                if (character == '.') {
                    entry.append('.');
                } else {
                    entries.add(entry.toString());
                    entry.setLength(0);
                }
            } else {
                part.append(character);
            }
        }
        entry.append(SqlText.identifier(part.toString()));
        entries.add(entry.toString());
        return String.join(",", entries);
    }
}
