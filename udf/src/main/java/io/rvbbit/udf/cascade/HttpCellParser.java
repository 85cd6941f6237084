package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.udf.cascade.Cell.HttpCell;
import io.rvbbit.udf.cascade.Cell.HttpCell.HeaderValue;
import io.rvbbit.udf.cascade.Cell.PlacedTemplate;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.format.CellFormat;
import io.rvbbit.udf.format.HttpFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads a cell with {@code tool: http}. Threading: one thread. */
final class HttpCellParser {
    private HttpCellParser() {}

    static HttpCell read(CellScope cell) {
        Keys keys = cell.keys();
        SourceFile file = cell.file();
        cell.only(HttpFormat.CELL);
        for (String key : CellFormat.PROMPT.names()) {
            if (keys.node(key).isPresent() && !HttpFormat.CELL.names().contains(key)) {
                throw file.wrong(
                        keys.placeOf(key),
                        Names.quoted(key) + " does not go with tool: http in " + cell.what());
            }
        }
        Keys inputs =
                Keys.of(file, keys.required("inputs"), "inputs of " + cell.what())
                        .only(HttpFormat.INPUTS);
        inputs.required("url");
        Scalar url = inputs.filledText("url").orElseThrow();
        Scalar body = inputs.filledText("body").orElse(null);
        return new HttpCell(
                cell.head(url),
                method(inputs),
                cell.prompt(url),
                headers(inputs, cell::prompt),
                body == null ? null : new PlacedTemplate(file.placeOf(body), cell.prompt(body)),
                inputs.integer("max_bytes", 1, HttpFormat.MAX_BYTES));
    }

    private static HttpCell.Method method(Keys inputs) {
        return inputs.scalarText("method")
                .map(written -> method(inputs, "method", written))
                .orElse(HttpCell.Method.GET);
    }

    /** One method at a key, in any case. */
    static HttpCell.Method method(Keys keys, String key, SourceNode node) {
        for (HttpCell.Method method : HttpCell.Method.values()) {
            if (node instanceof Scalar scalar && method.name().equalsIgnoreCase(scalar.text())) {
                return method;
            }
        }
        String text = node instanceof Scalar scalar ? scalar.text() : "";
        throw keys.wrong(key, node, "GET, HEAD, POST, PUT, PATCH or DELETE")
                .hint(
                        NearestName.of(
                                        text.toUpperCase(Locale.ROOT),
                                        Stream.of(HttpCell.Method.values())
                                                .map(Enum::name)
                                                .toList())
                                .map(near -> "did you mean " + near + "?")
                                .orElse(""));
    }

    /** The headers in {@code inputs}; {@code compile}: how their templates are read. */
    static Map<String, HeaderValue> headers(Keys inputs, Function<Scalar, PromptTemplate> compile) {
        Map<String, HeaderValue> headers = new LinkedHashMap<>();
        inputs.mapping("headers")
                .forEach((name, node) -> {
                    boolean fits = name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}");
                    boolean ours =
                            name.toLowerCase(Locale.ROOT)
                                    .matches(
                                            "host|content-length|transfer-encoding|connection|upgrade");
                    if (!fits || ours) {
                        throw inputs.file()
                                .wrong(
                                        node.place(),
                                        "no header can be given the name " + Names.quoted(name));
                    }
                    headers.put(name, header(inputs.file(), name, node, compile));
                });
        return headers;
    }

    private static HeaderValue header(
            SourceFile file,
            String name,
            SourceNode node,
            Function<Scalar, PromptTemplate> compile) {
        if (node instanceof Scalar scalar) {
            Scalar text =
                    scalar.isText()
                            ? scalar
                            : new Scalar(
                                    com.fasterxml.jackson.databind.node.TextNode.valueOf(
                                            scalar.text()),
                                    scalar.text(),
                                    scalar.firstLine(),
                                    scalar.place());
            return new HeaderValue(
                    new PlacedTemplate(file.placeOf(text), compile.apply(text)), "", "");
        }
        Keys keys = Keys.of(file, node, "header " + Names.quoted(name)).only(HttpFormat.HEADER);
        keys.required("env");
        return new HeaderValue(
                null, keys.text("env").orElseThrow(), keys.text("prefix").orElse(""));
    }
}
