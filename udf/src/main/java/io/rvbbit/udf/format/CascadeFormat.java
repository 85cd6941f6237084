package io.rvbbit.udf.format;

import static io.rvbbit.udf.format.KeyType.ANY;
import static io.rvbbit.udf.format.KeyType.FLAG;
import static io.rvbbit.udf.format.KeyType.TEXT;
import static io.rvbbit.udf.format.KeyType.byName;
import static io.rvbbit.udf.format.KeyType.either;
import static io.rvbbit.udf.format.KeyType.list;
import static io.rvbbit.udf.format.KeyType.nested;
import static io.rvbbit.udf.format.KeyType.whole;
import static io.rvbbit.udf.format.Unsaid.alias;
import static io.rvbbit.udf.format.Unsaid.none;
import static io.rvbbit.udf.format.Unsaid.otherwise;
import static io.rvbbit.udf.format.Unsaid.required;
import static io.rvbbit.udf.format.Unsaid.value;

import io.rvbbit.udf.format.KeyType.Each;
import io.rvbbit.udf.format.KeyType.Text;
import java.util.List;

/** The keys of a cascade beside those of its cells. */
public final class CascadeFormat {
    public static final int MAX_CELLS = 200;
    public static final int MAX_PARALLEL = 64;

    private static final KeyType CELLS = new Each(CellFormat.CELL, 1, MAX_CELLS);

    public static final Shape INPUT =
            Shape.of(
                    "input",
                    Key.of("description", TEXT, otherwise("empty"), "for people")
                            .shown("The name.", "CascadeKeysIT"),
                    Key.of("optional", FLAG, value(false), "whether a statement may leave it out")
                            .shown("true", "CascadeKeysIT"));

    public static final Shape EXAMPLE =
            Shape.of(
                            "example",
                            Key.of(
                                            "input",
                                            byName("name", ANY),
                                            none(),
                                            "matches a row by these keys")
                                    .shown("{name: Ann}", "OfflineIT"),
                            Key.of(
                                            "rows_hash",
                                            TEXT,
                                            none(),
                                            "matches RUN's rows by their hash, which the books show as `input_hash`")
                                    .shown("a227b6", "ExampleKeysIT"),
                            Key.of(
                                            "output",
                                            ANY,
                                            required(),
                                            "the last prompt cell's answer; must fit its schema")
                                    .shown("{brand: Apple}", "OfflineIT"),
                            Key.of(
                                            "outputs",
                                            byName("cell", ANY),
                                            otherwise("empty"),
                                            "answers of the other prompt cells, and of validators as `cell.validator`")
                                    .shown("{first: yes}", "ExampleKeysIT"))
                    .choice("input", "rows_hash");

    /** A whole file. */
    public static final Shape CASCADE =
            Shape.of(
                            "cascade",
                            Key.of(
                                            "cascade_id",
                                            new Text("text, 1 to 200 characters", 1, 200, ""),
                                            required(),
                                            "its name in the books")
                                    .shown("extract_brand", "BooksIT"),
                            Key.of("cells", CELLS, otherwise("`phases`"), "the steps")
                                    .shown(
                                            "[{name: ask, instructions: \"Hello, {{ input.name }}\"}]",
                                            "MapIT"),
                            Key.of("phases", CELLS, alias("cells"), "another name for `cells`")
                                    .shown("[{name: ask, instructions: hi}]", "CascadeKeysIT"),
                            Key.of("description", TEXT, otherwise("empty"), "for people")
                                    .shown("The brand in a product's name.", "CascadeKeysIT"),
                            Key.of(
                                            "inputs_schema",
                                            byName("name", either(TEXT, nested(INPUT))),
                                            otherwise("empty"),
                                            "inputs that a statement must give (42703 if a column is missing)")
                                    .shown("{name: The product's name.}", "ErrorsIT"),
                            Key.of(
                                            "examples",
                                            list(nested(EXAMPLE)),
                                            otherwise("empty"),
                                            "what the offline model answers, below")
                                    .shown(
                                            "[{input: {name: Air Max 97}, output: Nike}]",
                                            "OfflineIT"),
                            Key.of(
                                            "max_parallel",
                                            whole(1, MAX_PARALLEL),
                                            value(4),
                                            "cells of a run that ask models at a time, where they read nothing of one another; `1` keeps to the order")
                                    .shown("2", "FlowIT"),
                            Key.of(
                                            "pure",
                                            FLAG,
                                            value(false),
                                            "promises that cells read nothing but their input, so that answers may be stored and shared ([cache.md](cache.md))")
                                    .shown("true", "CacheIT"),
                            Key.of(
                                            "state",
                                            byName("name", ANY),
                                            otherwise("empty"),
                                            "values that the state has when a run begins, taken as they are")
                                    .shown("{tone: friendly, tries: 0}", "StateIT"),
                            Key.of(
                                            "validators",
                                            CheckFormat.NAMED,
                                            otherwise("empty"),
                                            "what wards and `loop_until` name; a text is a SQL expression")
                                    .shown("{short: length(output) < 100}", "ChecksIT"),
                            SkillFormat.OF_CASCADE.shown(
                                    "[{tool: sql_data, tables: [products]}]", "ToolsIT"))
                    .choice("cells", "phases")
                    .later("context", "takes", "wards");

    /** The parts of the documentation, in its order. */
    static final List<Shape> SECTIONS =
            List.of(
                    CASCADE,
                    CellFormat.COMMON,
                    CellFormat.PROMPT,
                    CheckFormat.VALIDATOR,
                    CheckFormat.WARD,
                    CellFormat.SQL,
                    HttpFormat.CELL,
                    SkillFormat.COMMON,
                    SkillFormat.SQL,
                    SkillFormat.HTTP,
                    SkillFormat.CASCADE,
                    McpFormat.SKILL,
                    SubCascadeFormat.CELL,
                    EXAMPLE);

    private CascadeFormat() {}
}
