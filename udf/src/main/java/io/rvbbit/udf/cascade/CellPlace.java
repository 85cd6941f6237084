package io.rvbbit.udf.cascade;

/**
 * Where a cell's template stands. Threading: immutable.
 *
 * @param file as shown to people
 * @param line of the template's first line, from 1
 */
public record CellPlace(String file, int line) {
    /** A fault of the cell at a line of its template, from 1; 0 where it is unknown. */
    String located(String cell, int templateLine, String fault) {
        return "%s:%d: cell %s: %s"
                .formatted(file, line + Math.max(0, templateLine - 1), Names.quoted(cell), fault);
    }
}
