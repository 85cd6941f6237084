package io.rvbbit.gateway.engine;

import io.rvbbit.gateway.engine.ClientGuard.RefusedToken;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Names that no client may give: one who could would read and write other clients' books, or put
 * words into the mouth of a function that every client's statements are made of.
 *
 * <p>Threading: immutable.
 */
final class ReservedNames {
    private final Set<String> names;
    private final Set<String> functions;
    private final Set<String> types;

    /**
     * All in lower case.
     *
     * @param names of whatever kind, besides everything that begins with {@code rvbbit}
     * @param functions built in, which DuckDB would let a macro stand before
     */
    ReservedNames(Set<String> names, Set<String> functions, Set<String> types) {
        this.names = Set.copyOf(names);
        this.functions = Set.copyOf(functions);
        this.types = Set.copyOf(types);
    }

    void check(List<Token> tokens) {
        for (int i = 0; i + 2 < tokens.size(); i++) {
            if (tokens.get(i).is("CREATE")) {
                created(tokens, i + 1);
            } else if (tokens.get(i).is("RENAME") && tokens.get(i + 1).is("TO")) {
                refuse(tokens.get(i + 2));
            }
        }
    }

    private void created(List<Token> tokens, int from) {
        int at = from;
        while (tokens.get(at)
                .isAny(
                        "OR",
                        "REPLACE",
                        "TEMP",
                        "TEMPORARY",
                        "LOCAL",
                        "UNLOGGED",
                        "RECURSIVE",
                        "PERSISTENT",
                        "UNIQUE")) {
            at++;
        }
        if (!tokens.get(at)
                .isAny(
                        "TABLE",
                        "VIEW",
                        "MACRO",
                        "FUNCTION",
                        "SCHEMA",
                        "TYPE",
                        "SEQUENCE",
                        "INDEX")) {
            return;
        }
        Set<String> builtIn =
                tokens.get(at).isAny("MACRO", "FUNCTION")
                        ? functions
                        : tokens.get(at).is("TYPE") ? types : Set.of();
        at++;
        if (tokens.get(at).is("TABLE")) {
            at++;
        }
        if (tokens.get(at).is("IF")) {
            at += 3;
        }
        while (at < tokens.size() && tokens.get(at).isIdentifier()) {
            refuse(tokens.get(at));
            refuseBuiltIn(tokens.get(at), builtIn);
            if (!tokens.get(at + 1).isOperator(".")) {
                return;
            }
            at += 2;
        }
    }

    private void refuse(Token token) {
        if (!token.isIdentifier()) {
            return;
        }
        String name = token.identifier().toLowerCase(Locale.ROOT);
        if (names.contains(name) || name.startsWith("rvbbit") || name.startsWith("_rvbbit")) {
            throw new RefusedToken(
                    token,
                    new SqlException(
                            SqlState.RESERVED_NAME, "the name \"" + name + "\" is reserved"));
        }
    }

    private static void refuseBuiltIn(Token token, Set<String> builtIn) {
        String name = token.identifier().toLowerCase(Locale.ROOT);
        if (builtIn.contains(name)) {
            throw new RefusedToken(
                    token,
                    new SqlException(
                                    SqlState.RESERVED_NAME, "the name \"" + name + "\" is built in")
                            .hint("choose another name"));
        }
    }
}
