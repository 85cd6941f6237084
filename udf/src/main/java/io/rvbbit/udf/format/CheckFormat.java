package io.rvbbit.udf.format;

import static io.rvbbit.udf.format.KeyType.SCHEMA;
import static io.rvbbit.udf.format.KeyType.TEMPLATE;
import static io.rvbbit.udf.format.KeyType.TEXT;
import static io.rvbbit.udf.format.KeyType.either;
import static io.rvbbit.udf.format.KeyType.list;
import static io.rvbbit.udf.format.KeyType.nested;
import static io.rvbbit.udf.format.KeyType.whole;
import static io.rvbbit.udf.format.KeyType.words;
import static io.rvbbit.udf.format.Unsaid.none;
import static io.rvbbit.udf.format.Unsaid.otherwise;
import static io.rvbbit.udf.format.Unsaid.value;

import io.rvbbit.udf.format.KeyType.Fraction;
import io.rvbbit.udf.format.KeyType.Text;
import java.util.List;

/** The keys of what checks a cell. */
public final class CheckFormat {
    static final KeyType SQL = new Text("SQL expression", 1, Integer.MAX_VALUE, "");

    /** What says whether a value is right. */
    public static final Shape VALIDATOR =
            Shape.of(
                            "validator",
                            Key.of("sql", SQL, none(), "true is right, NULL is not")
                                    .shown("length(output) < 100", "ProofOfChecksIT"),
                            Key.of("schema", SCHEMA, none(), "what fits is right")
                                    .shown("{maxLength: 100}", "ProofOfChecksIT"),
                            Key.of(
                                            "regex",
                                            new Text("RE2 pattern", 1, Integer.MAX_VALUE, ""),
                                            none(),
                                            "a text in which it is found is right")
                                    .shown("'^[^0-9]*$'", "ProofOfChecksIT"),
                            Key.of(
                                            "instructions",
                                            TEMPLATE,
                                            none(),
                                            "a question that a model answers; it may also read `output`")
                                    .shown("\"Is it kind? {{ output }}\"", "ChecksByModelIT"),
                            Key.of(
                                            "cascade",
                                            TEXT,
                                            none(),
                                            "the path of another cascade, given the row and `output`, that answers `{valid, reason}`, yes or no")
                                    .shown("checks/judge", "ChecksByCascadeIT"),
                            Key.of(
                                            "message",
                                            TEXT,
                                            otherwise("what the validator finds"),
                                            "the reason that is told")
                                    .shown("too long", "ProofOfChecksIT"),
                            Key.of(
                                            "model",
                                            TEXT,
                                            otherwise("the cell's"),
                                            "that answers the question")
                                    .shown("gpt-4o-mini", "CascadeKeysIT"),
                            Key.of(
                                            "temperature",
                                            new Fraction(0, 2),
                                            otherwise("the model's"),
                                            "of that answer")
                                    .shown("0", "CascadeKeysIT"),
                            Key.of(
                                            "max_tokens",
                                            whole(1, Integer.MAX_VALUE),
                                            otherwise(
                                                    "the model's, 1,024 under a [budget](budgets.md)"),
                                            "bound on that answer")
                                    .shown("60", "CascadeKeysIT"))
                    .later("sub_cascade");

    /** A validator at a cell: a named one, or its own keys. */
    public static final Shape WARD =
            new Shape(
                    "ward",
                    Shape.of(
                                    "ward",
                                    Key.of(
                                                    "validator",
                                                    TEXT,
                                                    none(),
                                                    "one of the cascade's by its name, or a SQL expression; or else the ward has the keys of a validator")
                                            .shown("short", "ProofOfChecksIT"),
                                    Key.of(
                                                    "mode",
                                                    words("blocking", "advisory", "retry"),
                                                    value("blocking"),
                                                    "the cell fails (class `ward`), or it is booked only, or the answer goes back (not for `pre`)")
                                            .shown("advisory", "ProofOfChecksIT"),
                                    Key.of(
                                                    "name",
                                                    TEXT,
                                                    otherwise("`pre_1`, `post_1` …"),
                                                    "in the books, of a ward with the keys of a validator")
                                            .shown("known", "ChecksIT"))
                            .and(VALIDATOR)
                            .keys(),
                    VALIDATOR.later(),
                    List.of());

    private static final KeyType WARD_LIST = list(either(TEXT, nested(WARD)));

    /** What guards a cell. */
    public static final Shape WARDS =
            Shape.of(
                    "wards",
                    Key.of(
                                    "pre",
                                    WARD_LIST,
                                    otherwise("empty"),
                                    "check the input before anything is sent; a text is as `validator`")
                            .shown("[short]", "ChecksIT"),
                    Key.of(
                                    "post",
                                    WARD_LIST,
                                    otherwise("empty"),
                                    "check each answer that fits the schema and ends the loop")
                            .shown("[{validator: short, mode: retry}]", "ChecksIT"));

    static final KeyType NAMED = KeyType.byName("name", either(TEXT, nested(VALIDATOR)));

    private CheckFormat() {}
}
