package io.rvbbit.gateway.dialect;

import io.rvbbit.gateway.wire.DateStyle;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code CREATE TABLE} with columns, and what {@code ALTER TABLE} says about types.
 *
 * <p>Serial and identity columns get a sequence of their own, named as PostgreSQL names it; lengths
 * of character types, and the names of types that the engine does not have, become checks.
 * Threading: used once.
 */
final class TableDefinition {
    private static final int MOST_NAME = 63;

    private final String sql;
    private final List<Token> tokens;
    private final Brackets brackets;
    private final StatementWriter writer;
    private final List<String> sequences = new ArrayList<>();
    private String schema = "";
    private String table = "";
    private boolean temporary;

    TableDefinition(String sql, List<Token> tokens, Brackets brackets, DateStyle.Order order) {
        this.sql = sql;
        this.tokens = tokens;
        this.brackets = brackets;
        this.writer = new StatementWriter(sql, tokens, brackets, order);
    }

    static boolean isOne(List<Token> tokens) {
        if (tokens.getFirst().is("ALTER")) {
            return tokens.get(1).is("TABLE");
        }
        return tokens.getFirst().is("CREATE") && tableWord(tokens) > 0;
    }

    private static int tableWord(List<Token> tokens) {
        for (int i = 1; i < Math.min(5, tokens.size()); i++) {
            if (tokens.get(i).is("TABLE")) {
                return i;
            }
            boolean kind =
                    tokens.get(i)
                            .isAny(
                                    "TEMP",
                                    "TEMPORARY",
                                    "UNLOGGED",
                                    "LOCAL",
                                    "GLOBAL",
                                    "OR",
                                    "REPLACE");
            if (!kind) {
                return 0;
            }
        }
        return 0;
    }

    DialectSql rewrite() {
        return tokens.getFirst().is("ALTER") ? alter() : create();
    }

    private DialectSql create() {
        int word = tableWord(tokens);
        StringBuilder out = new StringBuilder("CREATE ");
        for (int i = 1; i < word; i++) {
            temporary |= tokens.get(i).isAny("TEMP", "TEMPORARY");
            if (!tokens.get(i).isAny("UNLOGGED", "LOCAL", "GLOBAL")) {
                out.append(tokens.get(i).text()).append(' ');
            }
        }
        out.append("TABLE ");
        int at = word + 1;
        if (tokens.get(at).is("IF")) {
            out.append("IF NOT EXISTS ");
            at += 3;
        }
        int name = at;
        while (tokens.get(at + 1).isOperator(".")) {
            at += 2;
        }
        int open = at + 1;
        boolean columns =
                tokens.get(at).isIdentifier()
                        && tokens.get(open).isOperator("(")
                        && !tokens.get(brackets.partner(open) + 1).is("AS");
        if (!columns) {
            // CREATE TABLE … AS is a query like others.
            String text = writer.part(name, tokens.size() - 1);
            return new DialectSql(out + text, List.of(), writer.notices());
        }
        table = tokens.get(at).identifier();
        schema = at > name ? sql.substring(tokens.get(name).start(), tokens.get(at).start()) : "";
        out.append(sql, tokens.get(name).start(), tokens.get(at).end()).append(" (");
        int close = brackets.partner(open);
        if (tokens.get(open + 1).is("LIKE") && names(open + 2) == close) {
            return new DialectSql(
                    out.substring(0, out.length() - 1)
                            + "AS SELECT * FROM "
                            + sql.substring(tokens.get(open + 2).start(), tokens.get(close).start())
                            + " WHERE false",
                    List.of(),
                    List.of());
        }
        String comma = "";
        int start = open + 1;
        for (int i = start; i <= close; i = i == close ? i + 1 : brackets.after(i)) {
            if (i == close || tokens.get(i).isOperator(",")) {
                if (start < i) {
                    out.append(comma).append(element(start, i));
                    comma = ", ";
                }
                start = i + 1;
            }
        }
        out.append(')');
        checkOptions(close + 1);
        return new DialectSql(out.toString(), sequences, writer.notices());
    }

    /** The token behind a name with its schema. */
    private int names(int from) {
        int at = from + 1;
        while (tokens.get(at).isOperator(".")) {
            at += 2;
        }
        return at;
    }

    private String element(int from, int to) {
        Token first = tokens.get(from);
        boolean column =
                first.kind() == Token.Kind.QUOTED_IDENTIFIER
                        || !first.isAny(
                                "PRIMARY",
                                "UNIQUE",
                                "CHECK",
                                "FOREIGN",
                                "CONSTRAINT",
                                "EXCLUDE",
                                "LIKE");
        if (!column) {
            return writer.part(from, to);
        }
        return column(from, to);
    }

    private String column(int from, int to) {
        TypeSpec type = TypeSpec.at(tokens, from + 1, brackets);
        if (type == null || type.end() > to) {
            return writer.part(from, to);
        }
        String name = tokens.get(from).text();
        StringBuilder out = new StringBuilder(name).append(' ');
        String serial = serial(type);
        if (serial.isEmpty()) {
            out.append(engineType(type));
        } else {
            out.append(serial)
                    .append(" NOT NULL DEFAULT nextval(")
                    .append(sequence(tokens.get(from).identifier(), ""))
                    .append(')');
        }
        out.append(declared(type, name));
        constraints(from, type.end(), to, out);
        return out.toString();
    }

    private void constraints(int column, int from, int to, StringBuilder out) {
        int start = from;
        for (int i = from; i < to; i = brackets.after(i)) {
            if (!tokens.get(i).is("GENERATED")) {
                continue;
            }
            int as = i + 1;
            while (as < to && !tokens.get(as).is("AS")) {
                as++;
            }
            if (start < i) {
                out.append(' ').append(writer.part(start, i));
            }
            if (tokens.get(as + 1).is("IDENTITY")) {
                int end = as + 2;
                String options = "";
                if (end < to && tokens.get(end).isOperator("(")) {
                    int close = brackets.partner(end);
                    options = sql.substring(tokens.get(end).end(), tokens.get(close).start());
                    end = close + 1;
                }
                out.append(" NOT NULL DEFAULT nextval(")
                        .append(sequence(tokens.get(column).identifier(), options))
                        .append(')');
                start = end;
            } else {
                int close = brackets.partner(as + 1);
                out.append(" GENERATED ALWAYS AS (")
                        .append(writer.part(as + 2, close))
                        .append(") VIRTUAL");
                start = close + 1;
                if (tokens.get(start).isAny("STORED", "VIRTUAL")) {
                    start++;
                }
            }
        }
        if (start < to) {
            out.append(' ').append(writer.part(start, to));
        }
    }

    private static String serial(TypeSpec type) {
        return switch (type.written().toLowerCase(Locale.ROOT)) {
            case "smallserial", "serial2" -> "SMALLINT";
            case "serial", "serial4" -> "INTEGER";
            case "bigserial", "serial8" -> "BIGINT";
            default -> "";
        };
    }

    /** The literal that names a new sequence for this column. */
    private String sequence(String column, String options) {
        String whole = table + "_" + column + "_seq";
        int most = MOST_NAME - "__seq".length();
        if (whole.length() > MOST_NAME) {
            int kept = Math.min(column.length(), most / 2);
            whole = table.substring(0, most - kept) + "_" + column.substring(0, kept) + "_seq";
        }
        String name = schema + SqlText.identifier(whole);
        sequences.add(
                "CREATE %sSEQUENCE IF NOT EXISTS %s %s"
                        .formatted(temporary ? "TEMP " : "", name, options)
                        .strip());
        return SqlText.literal(name);
    }

    static String engineType(TypeSpec type) {
        if (type.isKnown()) {
            return type.engine();
        }
        boolean single = type.written().equalsIgnoreCase("\"char\"");
        return (single ? "VARCHAR" : type.written()) + "[]".repeat(type.dimensions());
    }

    /**
     * A check that keeps the declared type with the table, whatever happens to it later.
     *
     * <p>The catalogue reads the type from its text, and the translation of errors makes a 22001 of
     * a length.
     */
    private static String declared(TypeSpec type, String column) {
        boolean bounded = type.name().equals("varchar") && !type.arguments().isEmpty();
        boolean fixed = type.name().equals("bpchar") && !type.written().equalsIgnoreCase("bpchar");
        if (!bounded && !fixed && !type.name().equals("jsonb")) {
            return "";
        }
        int most = type.arguments().isEmpty() ? 1 : type.arguments().getFirst();
        String name =
                type.name()
                        + (bounded || fixed ? "(" + most + ")" : "")
                        + "[]".repeat(type.dimensions());
        String marker = "'" + name + "' <> ''";
        if (type.dimensions() > 0 || type.name().equals("jsonb")) {
            return " CHECK (" + marker + " OR " + column + " IS NULL)";
        }
        String text = fixed ? "rtrim(" + column + ")" : column;
        return " CHECK (length(" + text + ") BETWEEN 0 AND " + most + " AND " + marker + ")";
    }

    private void checkOptions(int from) {
        for (int i = from; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            boolean drops =
                    token.is("ON")
                            && tokens.get(i + 1).is("COMMIT")
                            && !tokens.get(i + 2).is("PRESERVE");
            if (drops || token.isAny("INHERITS", "PARTITION")) {
                throw new SqlException(
                                SqlState.FEATURE_NOT_SUPPORTED,
                                drops
                                        ? "ON COMMIT DROP and DELETE ROWS are not supported"
                                        : token.text().toUpperCase(Locale.ROOT)
                                                + " is not supported")
                        .at(sql.codePointCount(0, token.start()) + 1);
            }
        }
    }

    /** {@code ADD COLUMN name type} and {@code ALTER COLUMN name TYPE type}. */
    private DialectSql alter() {
        int at = 2;
        while (at < tokens.size() && !tokens.get(at).isAny("ADD", "ALTER")) {
            at++;
        }
        int last = tokens.size() - 1;
        if (at >= last) {
            return DialectSql.unchanged(sql);
        }
        int column = at + 1;
        if (tokens.get(column).is("COLUMN")) {
            column++;
        }
        if (tokens.get(column).is("IF")) {
            column += 3;
        }
        boolean adds = tokens.get(at).is("ADD");
        int type = column + 1;
        if (!adds) {
            while (type < last && !tokens.get(type).is("TYPE")) {
                type++;
            }
            type++;
        }
        if (type >= last || tokens.get(column).isAny("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK")) {
            return DialectSql.unchanged(sql);
        }
        TypeSpec spec = TypeSpec.at(tokens, type, brackets);
        if (spec == null || !spec.isKnown()) {
            return DialectSql.unchanged(sql);
        }
        String rest = spec.end() < last ? " " + writer.part(spec.end(), last) : "";
        return DialectSql.unchanged(
                sql.substring(0, tokens.get(type).start()) + engineType(spec) + rest);
    }
}
