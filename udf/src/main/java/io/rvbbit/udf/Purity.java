package io.rvbbit.udf;

import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.Cell;
import io.rvbbit.udf.cascade.Cell.HttpCell;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import io.rvbbit.udf.cascade.EachCell;
import io.rvbbit.udf.cascade.SqlSource;
import io.rvbbit.udf.cascade.Validator.SqlValidator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which of a statement's cascades give the same answer to the same input, so that others may have
 * it.
 *
 * <p>Those that read nothing else, that say so of themselves, or that run over rows and whose SQL
 * reads nothing but these. Threading: any thread.
 */
final class Purity {
    private static final String NO_TABLE = "\uFFFF";

    private final @Nullable SqlSource sql;
    private final Map<String, Boolean> batches = new ConcurrentHashMap<>();

    Purity(@Nullable SqlSource sql) {
        this.sql = sql;
    }

    /** For one input. */
    boolean of(Cascade cascade) {
        // With no rows in a table every query of a cell reads something else; validators need not.
        return !cascade.readsOutside()
                || (cascade.cells().stream().allMatch(cell -> queries(cell).isEmpty())
                        && of(cascade, NO_TABLE));
    }

    /** For rows in a table. */
    boolean of(Cascade cascade, String table) {
        if (!cascade.readsOutside()) {
            return true;
        }
        String key = cascade.contentHash() + table;
        Boolean known = batches.get(key);
        if (known == null) {
            known = readsOnly(cascade, table);
            batches.put(key, known);
        }
        return known;
    }

    private static List<SqlCell> queries(Cell cell) {
        return switch (cell) {
            case SqlCell query -> List.of(query);
            case EachCell each when each.rows() instanceof EachCell.Rows.OfTable(SqlCell query) ->
                    List.of(query);
            default -> List.of();
        };
    }

    private boolean readsOnly(Cascade cascade, String table) {
        SqlSource source = sql;
        if (source == null) {
            return false;
        }
        try {
            for (Cell cell : cascade.cells()) {
                boolean request = cell instanceof EachCell each && each.body() instanceof HttpCell;
                if (cell instanceof HttpCell || request) {
                    return false;
                }
                PromptCell prompt = cell.prompt().orElse(null);
                if (prompt != null && !prompt.skills().isEmpty()) {
                    return false;
                }
                if (cell.subCascades().stream().anyMatch(sub -> sub.cascade().readsOutside())) {
                    // Whether its rows are the same table is known only when it runs.
                    return false;
                }
                for (SqlCell query : queries(cell)) {
                    String blank = query.query().blankOver(table).orElse("");
                    if (blank.isEmpty() || !source.readsOnly(blank, table)) {
                        return false;
                    }
                }
                if (prompt != null) {
                    for (SqlValidator validator : prompt.checks().sql()) {
                        if (!source.readsOnly(validator.query(), table)) {
                            return false;
                        }
                    }
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StatementStopped();
        }
    }
}
