package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which names of a statement are the catalogue's.
 *
 * <p>Threading: built and read by one thread.
 */
final class CatalogNames {
    /** Words that PostgreSQL reads as functions without parentheses. */
    static final Set<String> KEYWORDS =
            Set.of(
                    "current_schema",
                    "current_database",
                    "current_user",
                    "session_user",
                    "current_role");

    private static final Set<String> CALLED_WITHOUT_ARGUMENTS =
            Set.of("current_schema", "current_database");

    /**
     * Functions that the engine has too, with another meaning: ours only when asked for as {@code
     * pg_catalog.f} or in a statement that reads the catalogue anyway.
     */
    private static final Set<String> SHARED =
            Set.of(
                    "format",
                    "array_to_string",
                    "age",
                    "txid_current",
                    "current_schemas",
                    "pg_timezone_names");

    private static final Set<String> NOT_A_CALL_AFTER =
            Set.of(
                    "as",
                    "into",
                    "table",
                    "view",
                    "macro",
                    "function",
                    "references",
                    "exists",
                    "with",
                    "recursive",
                    "index");

    private final List<Token> tokens;
    private final SqlShape shape;

    CatalogNames(List<Token> tokens, SqlShape shape) {
        this.tokens = tokens;
        this.shape = shape;
    }

    static Set<String> functions() {
        Set<String> names = new TreeSet<>(Definitions.INSTANCE.functionNames());
        names.removeAll(SHARED);
        names.removeIf(name -> name.startsWith("_") && !name.equals("_pg_expandarray"));
        return names;
    }

    static Set<String> relations() {
        return Definitions.INSTANCE.system().all().keySet().stream()
                .filter(key -> key.startsWith("pgc."))
                .map(key -> key.substring(4))
                .collect(Collectors.toSet());
    }

    /** Whether anything in the statement has to be rewritten. */
    boolean present() {
        for (int i = 0; i < tokens.size() - 1; i++) {
            if (isSchema(i)
                    || isBareRelation(i)
                    || isBareFunction(i)
                    || isKeyword(i)
                    || isRegType(i)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code pg_catalog.} or {@code information_schema.} starts here. */
    boolean isSchema(int at) {
        return tokens.get(at).isIdentifier()
                && !follows(at, ".")
                && tokens.get(at + 1).isOperator(".")
                && tokens.get(at + 2).isIdentifier()
                && isSystemSchema(name(at));
    }

    static boolean isSystemSchema(String name) {
        return name.equals("pg_catalog") || name.equals("information_schema");
    }

    boolean isBareRelation(int at) {
        return tokens.get(at).isIdentifier()
                && shape.isRelation(at)
                && !tokens.get(at + 1).isOperator(".")
                && !tokens.get(at + 1).isOperator("(")
                && !shape.commonTables().contains(name(at))
                && Definitions.INSTANCE.system().contains("pgc." + name(at));
    }

    boolean isBareFunction(int at) {
        return isCall(at)
                && !SHARED.contains(name(at))
                && Definitions.INSTANCE.isFunction("pgc." + name(at))
                && !name(at).startsWith("_")
                && !isEngineSetting(at);
    }

    /** Whether one of the functions that the engine has too is called. */
    boolean isSharedFunction(int at) {
        return isCall(at) && SHARED.contains(name(at));
    }

    boolean isKeyword(int at) {
        Token token = tokens.get(at);
        if (token.kind() != Token.Kind.WORD
                || !KEYWORDS.contains(name(at))
                || !shape.inQuery(at)
                || follows(at, ".")) {
            return false;
        }
        Token next = tokens.get(at + 1);
        if (next.isOperator("(")) {
            return CALLED_WITHOUT_ARGUMENTS.contains(name(at)) && shape.close(at + 1) == at + 2;
        }
        return !next.isOperator(".")
                && !name(at).equals("current_database")
                && (at == 0 || !tokens.get(at - 1).is("as"));
    }

    boolean isRegType(int at) {
        return tokens.get(at).isIdentifier()
                && RegCast.TYPES.contains(name(at))
                && at > 0
                && (follows(at, "::") || tokens.get(at - 1).is("as"));
    }

    private boolean isCall(int at) {
        return tokens.get(at).isIdentifier()
                && tokens.get(at + 1).isOperator("(")
                && shape.inQuery(at)
                && !follows(at, ".")
                && (at == 0 || !NOT_A_CALL_AFTER.contains(name(at - 1)));
    }

    private boolean isEngineSetting(int at) {
        if (!name(at).equals("current_setting")) {
            return false;
        }
        Token argument = tokens.get(at + 2);
        return argument.isString() && !Definitions.INSTANCE.isSetting(argument.string());
    }

    String name(int at) {
        Token token = tokens.get(at);
        return token.isIdentifier() ? token.identifier() : "";
    }

    private boolean follows(int at, String operator) {
        return at > 0 && tokens.get(at - 1).isOperator(operator);
    }
}
