package io.rvbbit.gateway.dialect;

import io.rvbbit.gateway.wire.PgType;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

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
        Map<Integer, PgType> types = new HashMap<>();
        each(
                sql,
                (number, type) ->
                        type.flatMap(cast -> told(cast).map(told -> dimensioned(cast, told)))
                                .ifPresent(told -> types.put(number, told)));
        return types;
    }

    /**
     * The types that texts have to be read as: of parameters that stand nowhere but under casts to
     * one type, whose text PostgreSQL reads and the engine would read otherwise.
     */
    public static Map<Integer, PgType> ofTexts(String sql) {
        Map<Integer, Optional<PgType>> types = new HashMap<>();
        each(
                sql,
                (number, type) -> {
                    Optional<PgType> read = type.flatMap(ParameterCasts::readable);
                    types.merge(
                            number,
                            read,
                            (one, other) -> one.equals(other) ? one : Optional.empty());
                });
        Map<Integer, PgType> read = new HashMap<>();
        types.forEach((number, type) -> type.ifPresent(known -> read.put(number, known)));
        return read;
    }

    /** Tells each parameter with the type that it is cast to, if it is. */
    private static void each(String sql, BiConsumer<Integer, Optional<TypeSpec>> casts) {
        if (sql.indexOf('$') < 0) {
            return;
        }
        List<Token> tokens = Lexer.tokensUpToFault(sql);
        Brackets brackets = Brackets.of(tokens);
        for (int i = 0; i + 1 < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.kind() == Token.Kind.PARAMETER && token.text().matches("\\$\\d{1,5}")) {
                boolean function =
                        i > 1
                                && tokens.get(i - 1).isOperator("(")
                                && tokens.get(i - 2).is("CAST")
                                && tokens.get(i + 1).is("AS");
                boolean cast = function || tokens.get(i + 1).isOperator("::");
                casts.accept(
                        Integer.parseInt(token.text().substring(1)),
                        Optional.ofNullable(cast ? TypeSpec.at(tokens, i + 2, brackets) : null));
            }
        }
    }

    private static PgType dimensioned(TypeSpec type, PgType element) {
        return type.dimensions() == 0 ? element : element.array().orElse(element);
    }

    /** Arrays of types that a database defines are read as arrays of text. */
    private static Optional<PgType> readable(TypeSpec type) {
        boolean texts = Set.of("text", "varchar", "bpchar", "name", "oid").contains(type.name());
        if (type.dimensions() == 0 && (texts || !type.isKnown())) {
            return Optional.empty();
        }
        PgType element = texts ? PgType.TEXT : type.element().orElse(PgType.TEXT);
        return Optional.of(dimensioned(type, element));
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
