package io.rvbbit.gateway.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.rewriter.Lexer;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.rewriter.Token;
import io.rvbbit.tracking.BookReader.BookTable;
import io.rvbbit.tracking.BookReader.Condition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tells the store what a query wants of the books, where the query's words say so.
 *
 * <p>DuckDB does not tell a table function which rows a query will keep. So {@code FROM all_data
 * WHERE caller_id = 'x' AND …} becomes {@code FROM rvbbit.main._rvbbit_rows_all_data('…') AS
 * all_data WHERE caller_id = 'x' AND …}: the WHERE stays, the store may leave out what it would
 * drop anyway. That is done for a table that stands alone between FROM and WHERE, with those parts
 * of a plain AND that compare one of its columns with a literal; everything else is read as ever.
 *
 * <p>Threading: immutable.
 */
public final class BookQuery {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Stores bound the length of a query. */
    private static final int LONGEST = 32 << 10;

    private static final String MACRO = "_rvbbit_rows_";

    private final Map<String, BookTable> tables = new HashMap<>();
    private final Pattern names;

    public BookQuery(List<BookTable> tables) {
        for (BookTable table : tables) {
            this.tables.put(table.name(), table);
        }
        this.names =
                Pattern.compile(
                        tables.stream()
                                .map(table -> Pattern.quote(table.name()))
                                .collect(Collectors.joining("|", "\\b(?:", ")\\b")),
                        Pattern.CASE_INSENSITIVE);
    }

    static String macro(String table) {
        return MACRO + table;
    }

    static List<Condition> conditions(String json) {
        if (json.isEmpty()) {
            return List.of();
        }
        try {
            return JSON.readValue(json, new TypeReference<List<Condition>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("these are no conditions");
        }
    }

    /** The statement with its conditions told; the same instance where there are none to tell. */
    public String rewrite(String sql) {
        if (!names.matcher(sql).find()) {
            return sql;
        }
        List<Token> tokens;
        try {
            tokens = Lexer.tokens(sql);
        } catch (SqlException _) {
            return sql;
        }
        if (BookSource.isOther(tokens)) {
            return sql;
        }
        StringBuilder written = new StringBuilder();
        int from = 0;
        for (int at = 0; at < tokens.size(); at++) {
            // IS DISTINCT FROM names no table.
            if (tokens.get(at).is("FROM") && (at == 0 || !tokens.get(at - 1).is("DISTINCT"))) {
                Optional<BookSource> found =
                        BookSource.read(tokens, at + 1, tables)
                                .filter(source -> !source.conditions().isEmpty());
                if (found.isEmpty()) {
                    continue;
                }
                BookSource source = found.get();
                String conditions = json(source.conditions());
                if (conditions.length() > LONGEST) {
                    continue;
                }
                written.append(sql, from, source.start())
                        .append(' ')
                        .append(RvbbitCatalog.NAME)
                        .append(".main.")
                        .append(macro(source.table().name()))
                        .append('(')
                        .append(SqlText.literal(conditions))
                        .append(')');
                if (!source.aliased()) {
                    written.append(" AS ").append(SqlText.identifier(source.table().name()));
                }
                from = source.end();
            }
        }
        return from == 0 ? sql : written.append(sql, from, sql.length()).toString();
    }

    private static String json(List<Condition> conditions) {
        try {
            return JSON.writeValueAsString(conditions);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("conditions are always JSON", e);
        }
    }
}
