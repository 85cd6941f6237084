package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.SqlCell;
import io.rvbbit.udf.cascade.Cell.SqlCell.Parameter;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.format.CellFormat;
import java.util.ArrayList;
import java.util.List;

/** Reads a cell with {@code tool: sql_data}. Threading: one thread. */
final class SqlCellParser {
    private SqlCellParser() {}

    static SqlCell read(CellScope cell) {
        Keys keys = cell.keys();
        SourceFile file = cell.file();
        cell.only(CellFormat.SQL);
        cell.refuse(CellFormat.PROMPT.names(), "tool: sql_data");
        if (keys.node("params").isPresent() || keys.node("query").isPresent()) {
            String key = keys.node("params").isPresent() ? "params" : "query";
            throw file.wrong(
                    keys.placeOf(key),
                    Names.quoted(key) + " of " + cell.what() + " belongs under \"inputs\"");
        }
        Keys inputs =
                Keys.of(file, keys.required("inputs"), "inputs of " + cell.what())
                        .only(CellFormat.SQL_INPUTS);
        inputs.required("query");
        Scalar text = inputs.scalarText("query").orElseThrow();
        if (text.text().isBlank()) {
            throw inputs.wrong("query", text, "text that is not empty");
        }
        List<Parameter> parameters = new ArrayList<>();
        for (SourceNode each : inputs.list("params")) {
            parameters.add(parameter(cell, inputs, each));
        }
        return new SqlCell(
                cell.head(text),
                cell.compiled(text, SqlTemplate::compile, SqlTemplate::use),
                parameters);
    }

    private static Parameter parameter(CellScope cell, Keys inputs, SourceNode node) {
        if (!(node instanceof Scalar scalar)) {
            throw inputs.wrong("params", node, "a list of plain values or {{ … }}");
        }
        CellPlace place = cell.file().placeOf(scalar);
        if (scalar.isText()) {
            return new Parameter(place, cell.value(scalar));
        }
        return new Parameter(place, cell.constant(scalar));
    }
}
