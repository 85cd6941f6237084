package io.rvbbit.gateway.dialect;

import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
            PgType told = type == null ? null : NAMED.get(type.name());
            if (type != null && told != null) {
                int number = Integer.parseInt(tokens.get(i).text().substring(1));
                types.put(number, type.dimensions() == 0 ? told : told.array().orElse(told));
            }
        }
        return types;
    }
}
