package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Token;
import java.util.List;
import java.util.Map;

/**
 * Writes types, casts and array literals of a part of a statement.
 *
 * <p>Threading: used by the thread that writes the part.
 */
final class Casts {
    private static final Map<String, String> TYPES =
            Map.ofEntries(
                    Map.entry("name", "VARCHAR"),
                    Map.entry("char", "VARCHAR"),
                    Map.entry("cstring", "VARCHAR"),
                    Map.entry("pg_node_tree", "VARCHAR"),
                    Map.entry("aclitem", "VARCHAR"),
                    Map.entry("xid", "BIGINT"),
                    Map.entry("cid", "BIGINT"),
                    Map.entry("oid", "BIGINT"),
                    Map.entry("oidvector", "BIGINT[]"),
                    Map.entry("int2vector", "SMALLINT[]"),
                    Map.entry("jsonb", "JSON"));

    private final StatementPart part;
    private final List<Token> tokens;
    private final SqlShape shape;
    private final CatalogNames names;

    Casts(StatementPart part) {
        this.part = part;
        tokens = part.tokens;
        shape = part.shape;
        names = part.names;
    }

    void arrayLiteral(Token token) {
        boolean compared = part.at > part.from && tokens.get(part.at - 1).isOperator("=");
        boolean pattern =
                part.at > part.from
                        && tokens.get(part.at - 1).isAny("like", "ilike")
                        && token.string().contains("\\");
        if (pattern
                && !tokens.get(part.at + 1).is("escape")
                && !tokens.get(part.at + 1).isOperator("||")) {
            // The engine has no escape character unless it is told one.
            part.copy(part.at + 1);
            part.out.append(" ESCAPE '\\'");
        } else if (isArrayText(token)) {
            part.out.append(arrayOf(token.string()));
            part.at++;
        } else if (compared && token.text().matches("'\\{[0-9,]*\\}'")) {
            part.out.append(arrayOf(token.string()));
            part.at++;
        } else {
            part.copy(part.at + 1);
        }
    }

    private boolean isArrayText(Token token) {
        return token.string().startsWith("{")
                && token.string().endsWith("}")
                && tokens.get(part.at + 1).isOperator("::")
                && tokens.get(part.path(part.at + 2)).isOperator("[");
    }

    static String arrayOf(String literal) {
        String inner = literal.replaceAll("^\\{|\\}$", "");
        if (inner.matches("[0-9,]*")) {
            return "[" + inner + "]" + (inner.isEmpty() ? "::BIGINT[]" : "");
        }
        return "rvbbit.pgc._array('" + literal.replace("'", "''") + "')";
    }

    void typeCast() {
        int type = part.at + 1;
        int end = part.path(type);
        String name = names.name(end - 1);
        if (RegCast.TYPES.contains(name) && !tokens.get(end).isOperator("[")) {
            int start = part.operands.start(part.at, part.from);
            String operand = part.out.substring(part.position[start - part.from]);
            part.out.setLength(part.position[start - part.from]);
            boolean asText = RegCast.isText(tokens, shape, start, part.at, end);
            part.out.append(
                    Inlining.call(RegCast.function(name, asText), List.of(operand.strip())));
            part.at = end;
        } else {
            part.out.append("::");
            part.at = type;
            type(end);
        }
    }

    private void type(int end) {
        String name = names.name(end - 1);
        boolean qualified = end - part.at > 1 && names.name(part.at).equals("pg_catalog");
        if (RegCast.TYPES.contains(name)) {
            part.out.append("BIGINT");
            part.at = end;
        } else if (TYPES.containsKey(name)
                && (qualified || end - part.at == 1)
                && !isSizedChar(name, end)) {
            part.out.append(TYPES.get(name));
            part.at = end;
        } else {
            if (qualified) {
                part.at += 2;
            }
            part.copy(end);
        }
    }

    private boolean isSizedChar(String name, int end) {
        return name.equals("char") && tokens.get(end).isOperator("(");
    }

    void cast() {
        int close = shape.close(part.at + 1);
        int as = part.at + 2;
        while (as < close && !tokens.get(as).is("as")) {
            as = shape.close(as) + 1;
        }
        int end = as + 1 < close ? part.path(as + 1) : close;
        String name = names.name(end - 1);
        if (as < close && RegCast.TYPES.contains(name)) {
            boolean asText = RegCast.isText(tokens, shape, part.at, as, close + 1);
            part.out.append(
                    Inlining.call(
                            RegCast.function(name, asText), List.of(part.text(part.at + 2, as))));
        } else if (as < close) {
            part.out.append("CAST(").append(part.text(part.at + 2, as)).append(" AS ");
            part.at = as + 1;
            type(end);
            part.out.append(part.text(end, close)).append(')');
        } else {
            part.copy(close + 1);
            return;
        }
        part.at = close + 1;
    }
}
