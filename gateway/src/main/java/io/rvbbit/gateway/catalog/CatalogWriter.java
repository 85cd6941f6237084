package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Token;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes one catalogue statement anew, token by token.
 *
 * <p>Threading: used once, by one thread.
 */
final class CatalogWriter {
    private final String sql;
    private final List<Token> tokens;
    private final SqlShape shape;
    private final CatalogNames names;
    private final Map<Integer, String> aliases = new HashMap<>();
    private final Map<String, String> readAs = new HashMap<>();
    private final Set<String> relations = new LinkedHashSet<>();
    private final Set<Integer> procedures;

    CatalogWriter(String sql, List<Token> tokens, SqlShape shape) {
        this.sql = sql;
        this.tokens = tokens;
        this.shape = shape;
        names = new CatalogNames(tokens, shape);
        ColumnNames columns = new ColumnNames(tokens, shape);
        for (SqlShape.Item item : shape.items()) {
            columns.alias(item).ifPresent(alias -> aliases.put(item.end(), alias));
        }
        for (int i = 0; i < tokens.size() - 1; i++) {
            if (shape.isRelation(i) && (names.isSchema(i) || names.isBareRelation(i))) {
                int last = names.isSchema(i) ? i + 2 : i;
                int alias = tokens.get(last + 1).is("as") ? last + 2 : last + 1;
                readAs.put(names.name(last), names.name(last));
                readAs.put(names.name(alias), names.name(last));
            }
        }
        procedures = SystemColumns.procedures(this);
        for (SqlShape.Item item : shape.items()) {
            boolean named = item.end() - item.start() > 1 && tokens.get(item.end() - 2).is("as");
            if (procedures.contains(item.start()) && !named) {
                aliases.put(item.end(), names.name(item.end() - 1).replace("\"", "\"\""));
            }
        }
    }

    /** The relations of the catalogue that the written statement reads. */
    Set<String> relations() {
        return relations;
    }

    static String commonTable(String key) {
        return "_" + key.replace('.', '_');
    }

    String write() {
        String text = new StatementPart(this, 0, tokens.size() - 1).write();
        Definitions.commonTables(text).forEach(relations::add);
        return text;
    }

    String sql() {
        return sql;
    }

    List<Token> tokens() {
        return tokens;
    }

    SqlShape shape() {
        return shape;
    }

    CatalogNames names() {
        return names;
    }

    /** Aliases for result columns, each by the token that it stands before. */
    Map<Integer, String> aliases() {
        return aliases;
    }

    /** The tokens where a column begins whose number is to be printed as a function's name. */
    Set<Integer> procedures() {
        return procedures;
    }

    /** Which relation of {@code pg_catalog} an alias stands for. */
    Map<String, String> readAs() {
        return readAs;
    }
}
