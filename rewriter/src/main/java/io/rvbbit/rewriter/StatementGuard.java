package io.rvbbit.rewriter;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Refuses statements by their verb: other files and settings, and objects that are ours. */
final class StatementGuard {
    private static final Set<String> READING_PRAGMAS =
            Set.of(
                    "table_info",
                    "show",
                    "show_tables",
                    "show_tables_expanded",
                    "show_databases",
                    "database_list",
                    "database_size",
                    "storage_info",
                    "version",
                    "platform",
                    "collations",
                    "functions");
    private static final String FILES_HINT =
            "databases are made with CREATE DATABASE; files are read from the allowed directories";

    private final TokenCursor cursor;
    private final List<Token> tokens;

    private StatementGuard(TokenCursor cursor, List<Token> tokens) {
        this.cursor = cursor;
        this.tokens = tokens;
    }

    static void check(TokenCursor cursor, List<Token> tokens) {
        new StatementGuard(cursor, tokens).checkStatement();
    }

    private void checkStatement() {
        skipPrefixes();
        Token verb = cursor.peek();
        if (verb.isAny("ATTACH", "DETACH", "INSTALL", "LOAD", "IMPORT", "EXPORT")
                || (verb.is("FORCE") && cursor.peek(1).is("INSTALL"))
                || (verb.is("UPDATE") && cursor.peek(1).is("EXTENSIONS"))) {
            throw refused(verb.text().toUpperCase(Locale.ROOT) + " is not allowed", verb)
                    .hint(FILES_HINT);
        }
        cursor.next();
        switch (verb.text().toUpperCase(Locale.ROOT)) {
            case "PRAGMA" -> pragma();
            case "USE" -> use();
            case "SET", "RESET" -> set();
            case "CREATE" -> create();
            case "ALTER" -> alter();
            case "DROP" -> drop();
            case "COMMENT" -> comment();
            case "INSERT", "MERGE" -> into();
            case "DELETE" -> written("FROM");
            case "UPDATE" -> written("OR");
            case "TRUNCATE" -> written("TABLE");
            case "COPY" -> copy();
            default -> {}
        }
    }

    /** Passes EXPLAIN, PREPARE … AS and the WITH list before the verb. */
    private void skipPrefixes() {
        if (cursor.accept("EXPLAIN")) {
            while (cursor.peek().isAny("ANALYZE", "ANALYSE", "VERBOSE")) {
                cursor.next();
            }
            if (cursor.peek().isOperator("(")) {
                skipParentheses();
            }
        }
        if (cursor.accept("PREPARE")) {
            cursor.next();
            skipParentheses();
            cursor.accept("AS");
        }
        CommonTables.at(tokens, cursor.index()).ifPresent(list -> cursor.moveTo(list.end()));
    }

    private void skipParentheses() {
        int close = CommonTables.closing(tokens, cursor.index());
        if (close >= 0) {
            cursor.moveTo(close + 1);
        }
    }

    private void pragma() {
        Token name = cursor.peek();
        boolean reads =
                name.isIdentifier()
                        && READING_PRAGMAS.contains(Identifiers.folded(name))
                        && !cursor.peek(1).isOperator("=");
        if (!reads) {
            throw refused("PRAGMA " + name.text() + " is not allowed", name)
                    .hint("settings of this connection are changed with SET");
        }
    }

    private void use() {
        Token name = cursor.peek();
        if (isOurs(name)) {
            throw refused("schema \"" + name.text() + "\" cannot be the current one", name)
                    .hint("its objects are found by name already");
        }
    }

    private void set() {
        while (cursor.peek().isAny("SESSION", "LOCAL", "GLOBAL")) {
            cursor.next();
        }
        Token name = cursor.peek();
        if (name.is("VARIABLE")) {
            Token variable = cursor.peek(1);
            boolean reserved =
                    variable.isIdentifier() && Identifiers.folded(variable).startsWith("rvbbit");
            if (reserved) {
                throw refused("variable \"" + variable.text() + "\" is reserved", variable);
            }
            return;
        }
        if (name.isAny("SEARCH_PATH", "SCHEMA")) {
            for (Token token = cursor.next(); !token.isEnd(); token = cursor.next()) {
                if (isOurs(token)) {
                    throw refused("\"" + token.text() + "\" cannot be set as schema", token)
                            .hint("the schemas rvbbit and examples are always searched last");
                }
            }
        }
    }

    private boolean isOurs(Token token) {
        String text =
                token.isString() ? token.string() : token.isIdentifier() ? token.identifier() : "";
        return Lexer.tokensUpToFault(text.replace('\'', ' ')).stream()
                .anyMatch(part -> part.isIdentifier() && ReservedNames.isSchema(part.identifier()));
    }

    private void create() {
        while (cursor.peek()
                .isAny(
                        "OR",
                        "REPLACE",
                        "TEMP",
                        "TEMPORARY",
                        "PERSISTENT",
                        "LOCAL",
                        "GLOBAL",
                        "UNLOGGED",
                        "RECURSIVE",
                        "MATERIALIZED",
                        "UNIQUE")) {
            cursor.next();
        }
        Token kind = cursor.next();
        if (isRole(kind)) {
            return;
        }
        if (kind.is("SECRET")) {
            throw refused("CREATE SECRET is not allowed", kind)
                    .hint("the server's configuration holds its secrets");
        }
        cursor.accept("CONCURRENTLY");
        skipIfExists();
        boolean names = !(kind.is("INDEX") && cursor.peek().is("ON"));
        if (names) {
            named(kind.isAny("SCHEMA", "DATABASE"));
        }
        if (kind.is("INDEX") && cursor.accept("ON")) {
            written("ONLY");
        }
    }

    /** Roles have names of their own, apart from those of tables. */
    private static boolean isRole(Token kind) {
        return kind.isAny("ROLE", "USER", "GROUP");
    }

    private void alter() {
        if (isRole(cursor.next())) {
            return;
        }
        skipIfExists();
        written("ONLY");
        for (; !cursor.peek().isEnd(); cursor.next()) {
            if (cursor.peek().is("RENAME") && cursor.peek(1).is("TO")) {
                cursor.moveTo(cursor.index() + 2);
                named(false);
                return;
            }
        }
    }

    private void drop() {
        while (cursor.peek().isAny("PERSISTENT", "TEMP", "TEMPORARY", "MATERIALIZED")) {
            cursor.next();
        }
        Token kind = cursor.next();
        if (isRole(kind)) {
            return;
        }
        if (kind.is("SECRET")) {
            throw refused("DROP SECRET is not allowed", kind);
        }
        cursor.accept("TABLE");
        skipIfExists();
        do {
            if (kind.isAny("SCHEMA", "DATABASE") && isOurs(cursor.peek())) {
                throw readOnly(cursor.peek());
            }
            written("TABLE");
            skipParentheses();
        } while (cursor.acceptOperator(","));
    }

    private void comment() {
        cursor.accept("ON");
        boolean column = cursor.next().is("COLUMN");
        Token first = cursor.peek();
        List<String> parts = dotted();
        boolean ours = ReservedNames.isReserved(parts) && !column;
        boolean ourColumn =
                column
                        && parts.size() > 1
                        && ReservedNames.isReserved(parts.subList(0, parts.size() - 1));
        if (ours || ourColumn) {
            throw readOnly(first);
        }
    }

    private void into() {
        while (cursor.peek().isAny("OR", "REPLACE", "IGNORE")) {
            cursor.next();
        }
        written("INTO");
    }

    private void copy() {
        if (cursor.peek().is("FROM") && cursor.peek(1).is("DATABASE")) {
            throw refused("COPY FROM DATABASE is not allowed", cursor.peek()).hint(FILES_HINT);
        }
        int start = cursor.index();
        dotted();
        skipParentheses();
        if (cursor.peek().is("FROM")) {
            cursor.moveTo(start);
            written("TABLE");
        }
    }

    private void skipIfExists() {
        if (cursor.accept("IF")) {
            cursor.accept("NOT");
            cursor.accept("EXISTS");
        }
    }

    /** The name here would be made: 42939 if it is ours. */
    private void named(boolean schema) {
        Token first = cursor.peek();
        List<String> parts = dotted();
        boolean reserved =
                ReservedNames.isReserved(parts)
                        || (schema && !parts.isEmpty() && ReservedNames.isSchema(parts.getLast()));
        if (reserved) {
            throw new SqlException(
                            SqlState.RESERVED_NAME,
                            "name \"" + String.join(".", parts) + "\" is reserved")
                    .at(cursor.position(first))
                    .hint("names of the gateway's tables and functions cannot be given");
        }
    }

    /** The object named here, behind that word if it stands, would be changed: 42501 if ours. */
    private void written(String wordBefore) {
        if (cursor.accept(wordBefore) && wordBefore.equals("OR")) {
            cursor.next();
        }
        cursor.accept("ONLY");
        Token first = cursor.peek();
        List<String> parts = dotted();
        if (ReservedNames.isReserved(parts)) {
            throw readOnly(first);
        }
    }

    private SqlException readOnly(Token name) {
        return refused("\"" + name.text() + "\" is read-only", name)
                .hint("the gateway's tables and functions cannot be changed");
    }

    private List<String> dotted() {
        if (!cursor.peek().isIdentifier()) {
            // DuckDB also takes a table's name in single quotes.
            return cursor.peek().isString() ? List.of(cursor.next().string()) : List.of();
        }
        return cursor.expectName("a name").parts();
    }

    private SqlException refused(String message, Token token) {
        return ClientSql.refused(message, token, cursor);
    }
}
