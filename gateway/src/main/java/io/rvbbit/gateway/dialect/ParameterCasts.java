package io.rvbbit.gateway.dialect;

import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Types of parameters that the statement itself casts, as in {@code $1::jsonb}.
 *
 * <p>Threading: stateless.
 */
public final class ParameterCasts {
    private static final Map<String, PgType> NAMED =
            Map.of(
                    "jsonb", PgType.JSONB,
                    "varchar", PgType.VARCHAR,
                    "bpchar", PgType.BPCHAR,
                    "name", PgType.NAME,
                    "oid", PgType.OID,
                    "bit", PgType.BIT,
                    "varbit", PgType.VARBIT);

    private ParameterCasts() {}

    /** By the parameter's number; only what the engine's own types do not tell. */
    public static Map<Integer, PgType> of(String sql) {
        if (sql.indexOf('$') < 0 || !sql.contains("::")) {
            return Map.of();
        }
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        Brackets brackets = Brackets.of(tokens);
        Map<Integer, PgType> types = new HashMap<>();
        for (int i = 0; i + 2 < tokens.size(); i++) {
            boolean cast =
                    tokens.get(i).kind() == Token.Kind.PARAMETER
                            && tokens.get(i).text().matches("\\$\\d{1,5}")
                            && tokens.get(i + 1).isOperator("::");
            TypeSpec type = cast ? TypeSpec.at(tokens, i + 2, brackets) : null;
            Optional<PgType> told = type == null ? Optional.empty() : told(type);
            if (type != null && told.isPresent()) {
                int number = Integer.parseInt(tokens.get(i).text().substring(1));
                PgType element = told.get();
                types.put(
                        number, type.dimensions() == 0 ? element : element.array().orElse(element));
            }
        }
        return types;
    }

    private static Optional<PgType> told(TypeSpec type) {
        PgType known = NAMED.get(type.name());
        return known == null ? named(type.written()) : Optional.of(known);
    }

    /** The types of the catalogue's numbers that are read and shown as names. */
    private static Optional<PgType> named(String written) {
        String name = written.toLowerCase(Locale.ROOT);
        return switch (name.substring(name.indexOf('.') + 1)) {
            case "regclass" -> Optional.of(PgType.REGCLASS);
            case "regtype" -> Optional.of(PgType.REGTYPE);
            case "regproc" -> Optional.of(PgType.REGPROC);
            case "regnamespace" -> Optional.of(PgType.REGNAMESPACE);
            case "regrole" -> Optional.of(PgType.REGROLE);
            default -> Optional.empty();
        };
    }
}
