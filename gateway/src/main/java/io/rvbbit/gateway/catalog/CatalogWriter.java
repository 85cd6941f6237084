package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes one catalogue statement anew, token by token.
 *
 * <p>Threading: used once, by one thread.
 */
final class CatalogWriter {
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
    private static final Set<String> ZERO_BASED =
            Set.of("indkey", "indoption", "indclass", "indcollation", "proargtypes");
    private static final Set<String> SYSTEM_COLUMNS =
            Set.of("xmin", "xmax", "cmin", "cmax", "ctid");

    /** Functions that return a set: ours return a list, which unnest turns into rows anywhere. */
    private static final Set<String> SETS =
            Set.of("pg_partition_ancestors", "_pg_expandarray", "aclexplode");

    private static final Set<String> SERIES =
            Set.of("generate_series", "generate_subscripts", "unnest", "string_to_array");
    private static final Set<String> NO_ALIAS =
            Set.of(
                    "where",
                    "group",
                    "order",
                    "having",
                    "limit",
                    "offset",
                    "fetch",
                    "window",
                    "union",
                    "intersect",
                    "except",
                    "join",
                    "left",
                    "right",
                    "inner",
                    "full",
                    "cross",
                    "natural",
                    "on",
                    "using",
                    "set",
                    "returning",
                    "qualify",
                    "asof",
                    "positional",
                    "semi",
                    "anti",
                    "tablesample",
                    "for");

    private final String sql;
    private final List<Token> tokens;
    private final SqlShape shape;
    private final CatalogNames names;
    private final Operands operands;
    private final Map<Integer, String> aliases = new HashMap<>();
    private final Map<String, String> readAs = new HashMap<>();
    private final Set<String> relations = new LinkedHashSet<>();

    CatalogWriter(String sql, List<Token> tokens, SqlShape shape) {
        this.sql = sql;
        this.tokens = tokens;
        this.shape = shape;
        names = new CatalogNames(tokens, shape);
        operands = new Operands(tokens, shape);
        ColumnNames columns = new ColumnNames(tokens, shape);
        for (SqlShape.Item item : shape.items()) {
            columns.alias(item).ifPresent(alias -> aliases.put(item.end(), alias));
        }
        for (int i = 0; i < tokens.size() - 1; i++) {
            if (shape.isRelation(i) && (names.isSchema(i) || names.isBareRelation(i))) {
                int last = names.isSchema(i) ? i + 2 : i;
                int alias = tokens.get(last + 1).is("as") ? last + 2 : last + 1;
                readAs.put(names.name(last), names.name(last));
                readAs.put(names.name(alias), names.name(last));
            }
        }
    }

    /** The relations of the catalogue that the written statement reads. */
    Set<String> relations() {
        return relations;
    }

    static String commonTable(String key) {
        return "_" + key.replace('.', '_');
    }

    String write() {
        String text = new Part(0, tokens.size() - 1).write();
        Definitions.commonTables(text).forEach(relations::add);
        return text;
    }

    private String text(int from, int to) {
        return new Part(from, to).write();
    }

    /** A stretch of the statement; remembers where each of its tokens stands in the new text. */
    private final class Part {
        private final int from;
        private final int to;
        private final int[] position;
        private final StringBuilder out = new StringBuilder();
        private int at;

        Part(int from, int to) {
            this.from = from;
            this.to = to;
            position = new int[to - from + 1];
        }

        String write() {
            at = from;
            while (at < to) {
                int token = at;
                if (token > from) {
                    gap(token);
                }
                position[token - from] = out.length();
                one();
                for (int i = token + 1; i < at; i++) {
                    position[i - from] = out.length();
                }
                if (aliases.containsKey(at)) {
                    out.append(" AS \"").append(aliases.get(at)).append('"');
                }
            }
            return out.toString();
        }

        private void gap(int token) {
            out.append(sql, tokens.get(token - 1).end(), tokens.get(token).start());
        }

        private void one() {
            Token token = tokens.get(at);
            if (token.kind() == Token.Kind.OPERATOR) {
                operator(token);
            } else if (token.isString()) {
                arrayLiteral(token);
            } else if (token.is("collate")) {
                at = path(at + 1);
            } else if (token.is("operator") && tokens.get(at + 1).isOperator("(")) {
                Token name = tokens.get(shape.close(at + 1) - 1);
                at = shape.close(at + 1) + 1;
                infix(name.text());
            } else if (token.is("cast") && tokens.get(at + 1).isOperator("(")) {
                cast();
            } else if (token.isIdentifier()
                    && (at == from || !tokens.get(at - 1).isOperator("."))) {
                name();
            } else {
                copy(at + 1);
            }
        }

        /**
         * Copies tokens; names without quotes become what PostgreSQL reads, also in the result's
         * header.
         */
        private void copy(int end) {
            for (int i = at; i < end; i++) {
                if (i > at) {
                    gap(i);
                }
                Token token = tokens.get(i);
                out.append(token.kind() == Token.Kind.WORD ? token.identifier() : token.text());
            }
            at = end;
        }

        private int path(int start) {
            int end = start + 1;
            while (tokens.get(end).isOperator(".") && (tokens.get(end + 1).isIdentifier())) {
                end += 2;
            }
            return end;
        }

        private void operator(Token token) {
            if (token.isOperator("::")) {
                typeCast();
            } else if (isRegex(token.text()) && at > from) {
                at++;
                infix(token.text());
            } else if ((token.isOperator("=") || token.isOperator("<>") || token.isOperator("!="))
                    && isArrayComparison()) {
                any(!token.isOperator("="));
            } else if (token.isOperator("[")
                    && at > from
                    && ZERO_BASED.contains(names.name(at - 1))) {
                int close = shape.close(at);
                out.append("[(").append(text(at + 1, close)).append(") + 1]");
                at = close + 1;
            } else {
                copy(at + 1);
            }
        }

        private static boolean isRegex(String operator) {
            return operator.equals("~")
                    || operator.equals("!~")
                    || operator.equals("~*")
                    || operator.equals("!~*");
        }

        private void infix(String operator) {
            if (!isRegex(operator)) {
                out.append(operator);
                return;
            }
            int end = operands.end(at);
            out.append(operator.startsWith("!") ? "!~ " : "~ ")
                    .append(operator.endsWith("*") ? "rvbbit.pgc._regexi(" : "rvbbit.pgc._regex(")
                    .append(text(at, end))
                    .append(')');
            at = end;
        }

        private boolean isArrayComparison() {
            Token next = tokens.get(at + 1);
            return next.isAny("any", "some", "all")
                    && tokens.get(at + 2).isOperator("(")
                    && !tokens.get(at + 3).isAny("select", "values", "with");
        }

        private void any(boolean unequal) {
            int start = operands.start(at, from);
            String left = out.substring(position[start - from]);
            out.setLength(position[start - from]);
            int open = at + 2;
            int close = shape.close(open);
            Token only = tokens.get(open + 1);
            boolean single = close == open + 2;
            if (single && only.kind() == Token.Kind.PARAMETER) {
                out.append(unequal ? "NOT " : "")
                        .append("list_contains(rvbbit.pgc._array(")
                        .append(only.text())
                        .append("), (");
                out.append(left.strip()).append(")::VARCHAR) ");
            } else {
                String list =
                        single && only.isString() ? arrayOf(only.string()) : text(open + 1, close);
                out.append(unequal ? "NOT " : "")
                        .append("list_contains(")
                        .append(list)
                        .append(", ")
                        .append(left.strip())
                        .append(") ");
            }
            at = close + 1;
        }

        private void arrayLiteral(Token token) {
            boolean compared = at > from && tokens.get(at - 1).isOperator("=");
            boolean pattern =
                    at > from
                            && tokens.get(at - 1).isAny("like", "ilike")
                            && token.string().contains("\\");
            if (pattern
                    && !tokens.get(at + 1).is("escape")
                    && !tokens.get(at + 1).isOperator("||")) {
                // The engine has no escape character unless it is told one.
                copy(at + 1);
                out.append(" ESCAPE '\\'");
            } else if (isArrayText(token)) {
                out.append(arrayOf(token.string()));
                at++;
            } else if (compared && token.text().matches("'\\{[0-9,]*\\}'")) {
                out.append(arrayOf(token.string()));
                at++;
            } else {
                copy(at + 1);
            }
        }

        private boolean isArrayText(Token token) {
            return token.string().startsWith("{")
                    && token.string().endsWith("}")
                    && tokens.get(at + 1).isOperator("::")
                    && tokens.get(path(at + 2)).isOperator("[");
        }

        private static String arrayOf(String literal) {
            String inner = literal.replaceAll("^\\{|\\}$", "");
            if (inner.matches("[0-9,]*")) {
                return "[" + inner + "]" + (inner.isEmpty() ? "::BIGINT[]" : "");
            }
            return "rvbbit.pgc._array('" + literal.replace("'", "''") + "')";
        }

        private void typeCast() {
            int type = at + 1;
            int end = path(type);
            String name = names.name(end - 1);
            if (RegCast.TYPES.contains(name) && !tokens.get(end).isOperator("[")) {
                int start = operands.start(at, from);
                String operand = out.substring(position[start - from]);
                out.setLength(position[start - from]);
                boolean asText = RegCast.isText(tokens, shape, start, at, end);
                out.append(Inlining.call(RegCast.function(name, asText), List.of(operand.strip())));
                at = end;
            } else {
                out.append("::");
                at = type;
                type(end);
            }
        }

        private void type(int end) {
            String name = names.name(end - 1);
            boolean qualified = end - at > 1 && names.name(at).equals("pg_catalog");
            if (RegCast.TYPES.contains(name)) {
                out.append("BIGINT");
                at = end;
            } else if (TYPES.containsKey(name)
                    && (qualified || end - at == 1)
                    && !isSizedChar(name, end)) {
                out.append(TYPES.get(name));
                at = end;
            } else {
                if (qualified) {
                    at += 2;
                }
                copy(end);
            }
        }

        private boolean isSizedChar(String name, int end) {
            return name.equals("char") && tokens.get(end).isOperator("(");
        }

        private void cast() {
            int close = shape.close(at + 1);
            int as = at + 2;
            while (as < close && !tokens.get(as).is("as")) {
                as = shape.close(as) + 1;
            }
            int end = as + 1 < close ? path(as + 1) : close;
            String name = names.name(end - 1);
            if (as < close && RegCast.TYPES.contains(name)) {
                boolean asText = RegCast.isText(tokens, shape, at, as, close + 1);
                out.append(
                        Inlining.call(RegCast.function(name, asText), List.of(text(at + 2, as))));
            } else if (as < close) {
                out.append("CAST(").append(text(at + 2, as)).append(" AS ");
                at = as + 1;
                type(end);
                out.append(text(end, close)).append(')');
            } else {
                copy(close + 1);
                return;
            }
            at = close + 1;
        }

        private void name() {
            int end = path(at);
            boolean call = tokens.get(end).isOperator("(");
            if (names.isSchema(at)) {
                qualified(end, call);
            } else if (names.isBareFunction(at) || names.isSharedFunction(at)) {
                function("pgc." + names.name(at), end);
            } else if (names.isBareRelation(at)) {
                relation("pgc." + names.name(at), end);
            } else if (names.isKeyword(at)) {
                out.append(
                        names.name(at).startsWith("current_schema")
                                        || names.name(at).equals("current_database")
                                ? names.name(at) + "()"
                                : "rvbbit.pgc._user()");
                at = call ? shape.close(end) + 1 : end;
            } else if (end - at == 3 && SYSTEM_COLUMNS.contains(names.name(at + 2)) && !call) {
                out.append("NULL::BIGINT");
                at = end;
            } else if (end - at == 3
                    && names.name(at + 2).equals("tableoid")
                    && readAs.containsKey(names.name(at))) {
                out.append(Definitions.INSTANCE.system().oid("pgc." + readAs.get(names.name(at))));
                at = end;
            } else if (call
                    && shape.isRelation(at)
                    && end - at == 1
                    && SERIES.contains(names.name(at))) {
                series(end);
            } else if (call
                    && end - at == 1
                    && names.name(at).equals("trim")
                    && tokens.get(end + 1).isAny("leading", "trailing")) {
                out.append(tokens.get(end + 1).is("leading") ? "ltrim(" : "rtrim(");
                trim(end);
            } else {
                copy(end);
            }
        }

        /** The engine has no TRIM (TRAILING characters FROM text). */
        private void trim(int open) {
            int close = shape.close(open);
            int comma = open + 2;
            while (comma < close && !tokens.get(comma).is("from")) {
                comma = shape.close(comma) + 1;
            }
            String characters = open + 2 < comma ? ", " + text(open + 2, comma) : "";
            out.append(text(Math.min(comma + 1, close), close)).append(characters).append(')');
            at = close + 1;
        }

        /** PostgreSQL lets the alias of a function also name its one column. */
        private void series(int open) {
            int close = shape.close(open);
            boolean scalar = names.name(open - 1).equals("string_to_array");
            out.append(scalar ? "unnest([" : "");
            copy(open);
            out.append('(').append(text(open + 1, close)).append(scalar ? ")])" : ")");
            at = close + 1;
            int alias = tokens.get(at).is("as") ? at + 1 : at;
            if (hasAlias(at)
                    && tokens.get(alias).isIdentifier()
                    && !tokens.get(alias + 1).isOperator("(")
                    && !tokens.get(at).is("with")) {
                String name = tokens.get(alias).text();
                out.append(" AS ").append(name).append('(').append(name).append(')');
                at = alias + 1;
            }
        }

        private void qualified(int end, boolean call) {
            String schema = names.name(at).equals("pg_catalog") ? "pgc." : "pgi.";
            String key = schema + names.name(at + 2);
            if (call && Definitions.INSTANCE.isFunction(key)) {
                function(key, end);
            } else if (shape.isRelation(at) && !call) {
                relation(key, end);
            } else if (call && shape.isRelation(at) && SERIES.contains(names.name(at + 2))) {
                at += 2;
                series(end);
            } else {
                at += 2;
                copy(end);
            }
        }

        private void function(String key, int open) {
            List<String> arguments = new ArrayList<>();
            for (SqlShape.Item argument : Inlining.arguments(tokens, shape, open)) {
                arguments.add(text(argument.start(), argument.end()));
            }
            String call = Inlining.call(key, arguments);
            out.append(SETS.contains(key.substring(4)) ? "unnest(" + call + ")" : call);
            boolean table = shape.isRelation(at);
            at = shape.close(open) + 1;
            if (table && !hasAlias(at)) {
                out.append(" AS ").append(key.substring(4));
                out.append(key.equals("pgc.pg_partition_ancestors") ? "(relid)" : "");
            }
        }

        private void relation(String key, int end) {
            if (!Definitions.INSTANCE.isRelation(key)) {
                copy(end);
                return;
            }
            relations.add(key);
            out.append(commonTable(key));
            at = end;
            if (!hasAlias(end)) {
                out.append(" AS \"").append(key.substring(4)).append('"');
            }
        }

        private boolean hasAlias(int at) {
            Token next = tokens.get(at);
            return next.is("as")
                    || (next.isIdentifier() && !NO_ALIAS.contains(names.name(at)))
                    || next.is("with");
        }
    }
}
