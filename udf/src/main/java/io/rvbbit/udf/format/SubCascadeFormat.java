package io.rvbbit.udf.format;

import static io.rvbbit.udf.format.KeyType.SCALAR;
import static io.rvbbit.udf.format.KeyType.TEXT;
import static io.rvbbit.udf.format.KeyType.byName;
import static io.rvbbit.udf.format.KeyType.either;
import static io.rvbbit.udf.format.KeyType.nested;
import static io.rvbbit.udf.format.Unsaid.otherwise;
import static io.rvbbit.udf.format.Unsaid.required;

/** The keys of a cell that runs another cascade. */
public final class SubCascadeFormat {
    public static final Shape SUB_CASCADE =
            Shape.of(
                            "sub_cascade",
                            Key.of(
                                            "path",
                                            TEXT,
                                            otherwise("`cascade`"),
                                            "the other cascade, as the catalog knows it")
                                    .shown("extract_brand", "SubCascadeIT"),
                            Key.of("cascade", TEXT, otherwise("`path`"), "another name for `path`")
                                    .shown("extract_brand", "SubCascadeIT"),
                            Key.of(
                                            "input",
                                            byName("name", SCALAR),
                                            otherwise("this cascade's input"),
                                            "what it is given, each value plain or `{{ … }}`; it has to give what the other needs")
                                    .shown("{product_name: \"{{ input.title }}\"}", "SubCascadeIT"),
                            Key.of(
                                            "output",
                                            either(TEXT, byName("name", SCALAR)),
                                            otherwise("the other's last cell's"),
                                            "the cell's output: one cell of the other cascade by its name, or `{{ … }}`, where `output` is its last cell's output and `outputs.x` are its cells")
                                    .shown(
                                            "{brand: \"{{ outputs.extract.brand }}\"}",
                                            "SubCascadeIT"))
                    .choice("path", "cascade");

    /** The short form hands on the whole input and takes the whole output. */
    public static final Shape CELL =
            Shape.of(
                    "subCascadeCell",
                    Key.of(
                                    "sub_cascade",
                                    either(TEXT, nested(SUB_CASCADE)),
                                    required(),
                                    "the other cascade; only its path if nothing else is said")
                            .shown("extract_brand", "SubCascadeIT"),
                    EachFormat.KEY);

    private SubCascadeFormat() {}
}
