package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.OnError;
import io.rvbbit.udf.cascade.Cell.PlacedTemplate;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.format.EachFormat;
import java.util.Objects;
import java.util.Set;

/** Reads the {@code for_each_row} of a cell. Threading: one thread. */
final class EachCellParser {
    /** The names that a row has in the templates of the cell. */
    static final Set<String> NAMES = Set.of("row", "item", "index");

    /** What is for a cell that does its work once. */
    static final Set<String> REFUSED = Set.of("tool", "takes", "handoffs", "context", "wards");

    private EachCellParser() {}

    /** {@code body}: what is done for each row. */
    static EachCell read(CellScope cell, Cell body) {
        Keys keys =
                Keys.of(
                                cell.file(),
                                cell.keys().required("for_each_row"),
                                "for_each_row of " + cell.what())
                        .only(EachFormat.FOR_EACH_ROW);
        keys.required("rows");
        Scalar rows = keys.scalarText("rows").orElseThrow();
        Integer parallel = keys.integer("max_parallel", 1, EachFormat.MAX_PARALLEL);
        Integer most = keys.integer("max_rows", 1, EachFormat.MAX_ROWS);
        return new EachCell(
                body.head(),
                new PlacedTemplate(cell.file().placeOf(rows), cell.withoutRow().value(rows)),
                body,
                Objects.requireNonNullElse(parallel, EachFormat.USUAL_PARALLEL),
                Objects.requireNonNullElse(most, EachFormat.USUAL_ROWS),
                keys.word("on_error", OnError.class).orElse(OnError.FAIL));
    }
}
