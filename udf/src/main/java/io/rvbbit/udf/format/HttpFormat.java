package io.rvbbit.udf.format;

import static io.rvbbit.udf.format.KeyType.SCALAR;
import static io.rvbbit.udf.format.KeyType.TEMPLATE;
import static io.rvbbit.udf.format.KeyType.TEXT;
import static io.rvbbit.udf.format.KeyType.byName;
import static io.rvbbit.udf.format.KeyType.either;
import static io.rvbbit.udf.format.KeyType.nested;
import static io.rvbbit.udf.format.KeyType.whole;
import static io.rvbbit.udf.format.KeyType.words;
import static io.rvbbit.udf.format.Unsaid.none;
import static io.rvbbit.udf.format.Unsaid.otherwise;
import static io.rvbbit.udf.format.Unsaid.required;
import static io.rvbbit.udf.format.Unsaid.value;

/** The keys of a cell that makes an HTTP request. */
public final class HttpFormat {
    public static final int MAX_BYTES = 1_000_000_000;

    public static final Shape HEADER =
            Shape.of(
                    "httpHeader",
                    Key.of(
                                    "env",
                                    TEXT,
                                    required(),
                                    "a variable of the server's environment that `http-tool-env` allows; its value is in no log")
                            .shown("SHOP_KEY", "HttpCellIT"),
                    Key.of("prefix", TEXT, otherwise("empty"), "what stands before its value")
                            .shown("\"Bearer \"", "HttpCellIT"));

    public static final Shape INPUTS =
            Shape.of(
                    "httpInputs",
                    Key.of("url", TEMPLATE, required(), "of `http` or `https`")
                            .shown("\"https://example.com/{{ input.id }}\"", "HttpCellIT"),
                    Key.of(
                                    "method",
                                    words("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
                                    value("GET"),
                                    "what is asked for, in any case")
                            .shown("POST", "HttpCellIT"),
                    Key.of(
                                    "headers",
                                    byName("header", either(SCALAR, nested(HEADER))),
                                    none(),
                                    "templates, or variables of the server's environment")
                            .shown("{Accept: application/json}", "HttpCellIT"),
                    Key.of("body", TEMPLATE, none(), "JSON, where no header says otherwise")
                            .shown("'{\"id\": {{ input.id | tojson }}}'", "HttpCellIT"),
                    Key.of(
                                    "max_bytes",
                                    whole(1, MAX_BYTES),
                                    otherwise("the server's"),
                                    "of the answer; a longer one is an error")
                            .shown("10000", "HttpCellIT"));

    public static final Shape CELL =
            Shape.of(
                    "httpCell",
                    Key.of("tool", words("http"), required(), "one request")
                            .shown("http", "HttpCellIT"),
                    Key.of("inputs", nested(INPUTS), required(), "the request")
                            .shown("{url: \"https://example.com/\"}", "HttpCellIT"),
                    EachFormat.KEY.shown(
                            "{rows: \"{{ input.parts }}\", max_parallel: 8}", "EachTableIT"));

    private HttpFormat() {}
}
