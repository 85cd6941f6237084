package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.catalog.ColumnOrigins.NamedColumn;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters that are the whole value of a column: those of {@code INSERT … VALUES ($1, …)} and
 * {@code UPDATE … SET c = $1}. They have the column's declared type.
 *
 * <p>Threading: the session's thread only.
 */
public final class AssignedParameters {
    private final List<Token> tokens;
    private final Map<Integer, String> types = new HashMap<>();

    private AssignedParameters(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** The declared types, such as {@code varchar(20)}, by the parameter's number. */
    public static Map<Integer, String> of(ClientContext client, String sql) {
        List<Token> tokens = sql.indexOf('$') < 0 ? List.of() : Lexer.tokensUpToFault(sql);
        if (tokens.size() < 4 || !tokens.getFirst().isAny("INSERT", "UPDATE")) {
            return Map.of();
        }
        AssignedParameters assigned = new AssignedParameters(tokens);
        int name = tokens.getFirst().is("INSERT") ? 2 : 1;
        int end = name + 1;
        while (end + 1 < tokens.size() && tokens.get(end).isOperator(".")) {
            end += 2;
        }
        if (!tokens.get(end - 1).isIdentifier()) {
            return Map.of();
        }
        String schema = end - name == 1 ? "" : tokens.get(end - 3).identifier();
        List<NamedColumn> columns =
                client.tableColumns()
                        .columns(schema, tokens.get(end - 1).identifier())
                        .orElse(List.of());
        if (columns.stream().allMatch(column -> column.origin().declared().isEmpty())) {
            return Map.of();
        }
        if (name == 2) {
            assigned.values(end, columns);
        } else {
            assigned.assignments(end, columns);
        }
        return assigned.types;
    }

    private void values(int from, List<NamedColumn> columns) {
        int at = from;
        List<String> listed = new ArrayList<>();
        if (tokens.get(at).isOperator("(")) {
            for (at++; !tokens.get(at).isEnd() && !tokens.get(at).isOperator(")"); at++) {
                if (tokens.get(at).isIdentifier()) {
                    listed.add(tokens.get(at).identifier());
                }
            }
            at++;
        } else {
            columns.forEach(column -> listed.add(column.name()));
        }
        if (at >= tokens.size() || !tokens.get(at).is("VALUES")) {
            return;
        }
        int depth = 0;
        int index = 0;
        for (at++; at < tokens.size() && !(depth == 0 && tokens.get(at).isIdentifier()); at++) {
            Token token = tokens.get(at);
            if (token.isOperator("(") || token.isOperator("[")) {
                index = depth == 0 ? 0 : index;
                depth++;
            } else if (token.isOperator(")") || token.isOperator("]")) {
                depth--;
            } else if (token.isOperator(",") && depth == 1) {
                index++;
            } else if (depth == 1 && index < listed.size()) {
                assign(at, listed.get(index), columns, "(");
            }
        }
    }

    private void assignments(int from, List<NamedColumn> columns) {
        for (int at = from; at + 2 < tokens.size(); at++) {
            boolean begins = tokens.get(at - 1).is("SET") || tokens.get(at - 1).isOperator(",");
            if (begins && tokens.get(at).isIdentifier() && tokens.get(at + 1).isOperator("=")) {
                assign(at + 2, tokens.get(at).identifier(), columns, "=");
            }
            if (tokens.get(at).isAny("FROM", "WHERE", "RETURNING")) {
                return;
            }
        }
    }

    private void assign(int at, String name, List<NamedColumn> columns, String before) {
        Token token = tokens.get(at);
        Token next = tokens.get(at + 1);
        boolean alone =
                token.kind() == Token.Kind.PARAMETER
                        && token.text().matches("\\$\\d{1,5}")
                        && (tokens.get(at - 1).isOperator(before)
                                || tokens.get(at - 1).isOperator(","))
                        && (next.isOperator(",")
                                || next.isOperator(")")
                                || next.isOperator(";")
                                || next.isEnd()
                                || next.isAny("WHERE", "FROM", "RETURNING"));
        if (alone) {
            columns.stream()
                    .filter(column -> column.name().equalsIgnoreCase(name))
                    .map(column -> column.origin().declared())
                    .filter(declared -> !declared.isEmpty())
                    .forEach(declared ->
                            types.putIfAbsent(
                                    Integer.parseInt(token.text().substring(1)), declared));
        }
    }
}
