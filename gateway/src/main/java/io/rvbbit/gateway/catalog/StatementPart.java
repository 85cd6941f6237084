package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Writes a stretch of a statement and remembers where each of its tokens stands in the new text.
 *
 * <p>Threading: used once, by one thread.
 */
final class StatementPart {
    private static final Set<String> ZERO_BASED =
            Set.of("indkey", "indoption", "indclass", "indcollation", "proargtypes");

    /** Functions that return a set: ours return a list, which unnest turns into rows anywhere. */
    private static final Set<String> SETS =
            Set.of("pg_partition_ancestors", "_pg_expandarray", "aclexplode");

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

    final List<Token> tokens;
    final SqlShape shape;
    final CatalogNames names;
    final Operands operands;
    final int from;
    private final int to;
    final int[] position;
    final StringBuilder out = new StringBuilder();
    int at;

    private final CatalogWriter writer;
    private final String sql;
    private final Casts casts;
    private final Spellings spellings;

    StatementPart(CatalogWriter writer, int from, int to) {
        this.writer = writer;
        sql = writer.sql();
        tokens = writer.tokens();
        shape = writer.shape();
        names = writer.names();
        operands = new Operands(tokens, shape);
        casts = new Casts(this);
        spellings = new Spellings(this);
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
            if (writer.aliases().containsKey(at)) {
                out.append(" AS \"").append(writer.aliases().get(at)).append('"');
            }
        }
        return out.toString();
    }

    String text(int start, int end) {
        return new StatementPart(writer, start, end).write();
    }

    private void gap(int token) {
        out.append(sql, tokens.get(token - 1).end(), tokens.get(token).start());
    }

    private void one() {
        Token token = tokens.get(at);
        if (token.kind() == Token.Kind.OPERATOR) {
            operator(token);
        } else if (token.isString()) {
            casts.arrayLiteral(token);
        } else if (token.is("collate") && tokens.get(at + 1).isIdentifier()) {
            at = path(at + 1);
        } else if (token.is("operator") && tokens.get(at + 1).isOperator("(")) {
            Token name = tokens.get(shape.close(at + 1) - 1);
            at = shape.close(at + 1) + 1;
            infix(name.text());
        } else if (token.is("cast") && tokens.get(at + 1).isOperator("(")) {
            casts.cast();
        } else if (token.isIdentifier() && (at == from || !tokens.get(at - 1).isOperator("."))) {
            name();
        } else {
            copy(at + 1);
        }
    }

    /**
     * Copies tokens; names without quotes become what PostgreSQL reads, also in the result's
     * header.
     */
    void copy(int end) {
        for (int i = at; i < end; i++) {
            if (i > at) {
                gap(i);
            }
            Token token = tokens.get(i);
            out.append(token.kind() == Token.Kind.WORD ? token.identifier() : token.text());
        }
        at = end;
    }

    int path(int start) {
        int end = start + 1;
        while (tokens.get(end).isOperator(".") && tokens.get(end + 1).isIdentifier()) {
            end += 2;
        }
        return end;
    }

    private void operator(Token token) {
        if (token.isOperator("::") && at > from && tokens.get(at + 1).isIdentifier()) {
            casts.typeCast();
        } else if (isRegex(token.text()) && at > from) {
            at++;
            infix(token.text());
        } else if ((token.isOperator("=") || token.isOperator("<>") || token.isOperator("!="))
                && at > from
                && isArrayComparison()) {
            any(!token.isOperator("="));
        } else if (token.isOperator("[") && at > from && ZERO_BASED.contains(names.name(at - 1))) {
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
                    single && only.isString()
                            ? Casts.arrayOf(only.string())
                            : text(open + 1, close);
            out.append(unequal ? "NOT " : "")
                    .append("list_contains(")
                    .append(list)
                    .append(", ")
                    .append(left.strip())
                    .append(") ");
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
        } else if (writer.procedures().contains(at)) {
            out.append("rvbbit.pgc._procedure_name(");
            copy(end);
            out.append(')');
        } else if (!call && SystemColumns.isOne(writer, at, end)) {
            out.append(SystemColumns.value(writer, at, end));
            at = end;
        } else if (call
                && shape.isRelation(at)
                && end - at == 1
                && Spellings.isSeries(names.name(at))) {
            spellings.series(end);
        } else if (call
                && end - at == 1
                && names.name(at).equals("trim")
                && tokens.get(end + 1).isAny("leading", "trailing")) {
            out.append(tokens.get(end + 1).is("leading") ? "ltrim(" : "rtrim(");
            spellings.trim(end);
        } else {
            copy(end);
        }
    }

    private void qualified(int end, boolean call) {
        String schema = names.name(at).equals("pg_catalog") ? "pgc." : "pgi.";
        String key = schema + names.name(at + 2);
        if (call && Definitions.INSTANCE.isFunction(key)) {
            function(key, end);
        } else if (shape.isRelation(at) && !call) {
            relation(key, end);
        } else if (call && shape.isRelation(at) && Spellings.isSeries(names.name(at + 2))) {
            at += 2;
            spellings.series(end);
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
        writer.relations().add(key);
        out.append(CatalogWriter.commonTable(key));
        at = end;
        if (!hasAlias(end)) {
            out.append(" AS \"").append(key.substring(4)).append('"');
        }
    }

    boolean hasAlias(int at) {
        Token next = tokens.get(at);
        return next.is("as")
                || (next.isIdentifier() && !NO_ALIAS.contains(names.name(at)))
                || next.is("with");
    }
}
