package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.Script;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;

/** PREPARE, EXECUTE and DEALLOCATE. Threading: the session's thread only. */
final class PreparedCommands {
    private final ClientContext client;

    PreparedCommands(ClientContext client) {
        this.client = client;
    }

    Plan prepare(String text, int offset, List<Token> tokens) {
        Words words = new Words(tokens);
        words.next();
        String name = words.name();
        List<String> types = new ArrayList<>();
        if (words.peek().isOperator("(")) {
            for (Script.Part type : list(words, text, offset)) {
                types.add(type.text());
            }
            if (types.isEmpty()) {
                throw words.unexpected("a type");
            }
        }
        words.expect("AS");
        Token first = words.peek();
        if (!first.isOperator("(")
                && !first.isAny(
                        "SELECT", "WITH", "VALUES", "TABLE", "FROM", "INSERT", "UPDATE", "DELETE",
                        "MERGE", "RVBBIT")) {
            throw words.unexpected("SELECT, INSERT, UPDATE, DELETE, MERGE or VALUES");
        }
        Script.Part statement = from(text, offset, first.start(), text.length());
        return RowsPlan.command(
                "PREPARE", () -> client.preparedNames().prepare(name, types, statement, text));
    }

    Plan execute(String text, int offset, List<Token> tokens) {
        Words words = new Words(tokens);
        words.next();
        String name = words.name();
        List<Script.Part> arguments =
                words.peek().isOperator("(") ? list(words, text, offset) : List.of();
        words.end();
        return client.preparedNames().execute(name, arguments);
    }

    Plan deallocate(List<Token> tokens) {
        Words words = new Words(tokens);
        words.next();
        if (words.peek().is("PREPARE") && !words.peek(1).isEnd()) {
            words.next();
        }
        boolean all = words.peek().is("ALL");
        String name = words.name();
        words.end();
        if (all) {
            return RowsPlan.command("DEALLOCATE ALL", () -> client.preparedNames().deallocateAll());
        }
        return RowsPlan.command(
                "DEALLOCATE",
                () -> {
                    if (!client.preparedNames().deallocate(name)) {
                        throw new SqlException(
                                SqlState.INVALID_STATEMENT_NAME,
                                "prepared statement \"" + name + "\" does not exist");
                    }
                });
    }

    /** What stands between parentheses, cut at its own commas; the words move behind it. */
    private static List<Script.Part> list(Words words, String text, int offset) {
        words.next();
        List<Script.Part> parts = new ArrayList<>();
        int depth = 0;
        int start = words.peek().start();
        int end = start;
        boolean any = false;
        while (true) {
            Token token = words.peek();
            if (token.isEnd()) {
                throw words.unexpected("\")\"");
            }
            boolean closes = depth == 0 && token.isOperator(")");
            if (closes || (depth == 0 && token.isOperator(","))) {
                if (end == start && (any || !closes)) {
                    throw words.unexpected("an expression");
                }
                if (end > start) {
                    parts.add(from(text, offset, start, end));
                }
                any = true;
                words.next();
                if (closes) {
                    return parts;
                }
                start = words.peek().start();
                end = start;
                continue;
            }
            if (token.isOperator("(") || token.isOperator("[")) {
                depth++;
            } else if (token.isOperator(")") || token.isOperator("]")) {
                depth--;
            }
            end = token.end();
            words.next();
        }
    }

    private static Script.Part from(String text, int offset, int start, int end) {
        return new Script.Part(text.substring(start, end), offset + text.codePointCount(0, start));
    }
}
