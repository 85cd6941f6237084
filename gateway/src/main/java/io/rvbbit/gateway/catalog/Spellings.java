package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Set;

/**
 * Writes functions that the engine spells differently: TRIM, and series in FROM.
 *
 * <p>Threading: used by the thread that writes the part.
 */
final class Spellings {
    private static final Set<String> SERIES =
            Set.of("generate_series", "generate_subscripts", "unnest", "string_to_array");

    private final StatementPart part;
    private final List<Token> tokens;
    private final SqlShape shape;
    private final CatalogNames names;

    Spellings(StatementPart part) {
        this.part = part;
        tokens = part.tokens;
        shape = part.shape;
        names = part.names;
    }

    /** Whether a function is written as a table whose alias also names its column. */
    static boolean isSeries(String name) {
        return SERIES.contains(name);
    }

    /** The engine has no TRIM (TRAILING characters FROM text). */
    void trim(int open) {
        int close = shape.close(open);
        int comma = open + 2;
        while (comma < close && !tokens.get(comma).is("from")) {
            comma = shape.close(comma) + 1;
        }
        String characters = open + 2 < comma ? ", " + part.text(open + 2, comma) : "";
        part.out
                .append(part.text(Math.min(comma + 1, close), close))
                .append(characters)
                .append(')');
        part.at = close + 1;
    }

    /** PostgreSQL lets the alias of a function also name its one column. */
    void series(int open) {
        int close = shape.close(open);
        boolean scalar = names.name(open - 1).equals("string_to_array");
        part.out.append(scalar ? "unnest([" : "");
        part.copy(open);
        part.out.append('(').append(part.text(open + 1, close)).append(scalar ? ")])" : ")");
        part.at = close + 1;
        int alias = tokens.get(part.at).is("as") ? part.at + 1 : part.at;
        if (part.hasAlias(part.at)
                && tokens.get(alias).isIdentifier()
                && !tokens.get(alias + 1).isOperator("(")
                && !tokens.get(part.at).is("with")) {
            String name = tokens.get(alias).text();
            part.out.append(" AS ").append(name).append('(').append(name).append(')');
            part.at = alias + 1;
        }
    }
}
