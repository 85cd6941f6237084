package io.rvbbit.udf.format;

import static io.rvbbit.udf.format.KeyType.SCALAR;
import static io.rvbbit.udf.format.KeyType.SCHEMA;
import static io.rvbbit.udf.format.KeyType.TEMPLATE;
import static io.rvbbit.udf.format.KeyType.TEXT;
import static io.rvbbit.udf.format.KeyType.TIME;
import static io.rvbbit.udf.format.KeyType.byName;
import static io.rvbbit.udf.format.KeyType.either;
import static io.rvbbit.udf.format.KeyType.list;
import static io.rvbbit.udf.format.KeyType.nested;
import static io.rvbbit.udf.format.KeyType.whole;
import static io.rvbbit.udf.format.KeyType.words;
import static io.rvbbit.udf.format.Unsaid.none;
import static io.rvbbit.udf.format.Unsaid.otherwise;
import static io.rvbbit.udf.format.Unsaid.required;
import static io.rvbbit.udf.format.Unsaid.value;

import io.rvbbit.udf.format.KeyType.Fraction;
import io.rvbbit.udf.format.KeyType.Kind;
import io.rvbbit.udf.format.KeyType.Kinds;
import io.rvbbit.udf.format.KeyType.Text;
import java.util.List;

/** The keys of a cell: those of every cell, and those of each kind. */
public final class CellFormat {
    public static final int MAX_ATTEMPTS = 100;
    public static final int MAX_TURNS = 1_000;

    /** Of a conversation in which tools may be called, where nothing else is said. */
    public static final int TURNS_WITH_SKILLS = 10;

    static final KeyType NAME =
            new Text(
                    "letters, digits, `_`; begins with no digit, at most 100",
                    1,
                    100,
                    "[A-Za-z_][A-Za-z0-9_]{0,99}");

    public static final Shape RETRY =
            Shape.of(
                    "retry",
                    Key.of(
                                    "max_attempts",
                                    whole(1, MAX_ATTEMPTS),
                                    otherwise("`call-attempts` for models, else 1"),
                                    "tries of a request to a model, a query, an HTTP request or the other cascade")
                            .shown("3", "RetryIT"),
                    Key.of(
                                    "backoff",
                                    words("none", "linear", "exponential"),
                                    value("exponential"),
                                    "whether waits are alike, grow by `base`, or double; none is longer than 5 minutes")
                            .shown("linear", "CascadeRetryIT"),
                    Key.of(
                                    "base",
                                    TIME,
                                    value("1s"),
                                    "the first wait; an endpoint that asks for a longer one (`Retry-After`) gets it")
                            .shown("500ms", "CascadeRetryIT"));

    public static final Shape RULES =
            Shape.of(
                    "rules",
                    Key.of(
                                    "max_attempts",
                                    whole(1, MAX_ATTEMPTS),
                                    otherwise("1; 3 where a check asks again"),
                                    "answers that may be given until one is right")
                            .shown("3", "ProofOfChecksIT"),
                    Key.of(
                                    "max_turns",
                                    whole(1, MAX_TURNS),
                                    otherwise("none; `10` with `skills`"),
                                    "requests of one conversation: with `1` nothing is sent back for repair; a model that still calls tools in the last fails (class `turns`)")
                            .shown("2", "ProofOfChecksIT"),
                    Key.of(
                                    "retry_instructions",
                                    TEMPLATE,
                                    none(),
                                    "what the question ends in from the second attempt on; it may also read `reason`, `attempt` and `max_attempts`")
                            .shown("\"It was not right: {{ reason }}\"", "ProofOfChecksIT"),
                    Key.of(
                                    "loop_until",
                                    CheckFormat.SQL,
                                    none(),
                                    "one of the cascade's validators by its name, or a SQL expression: it is asked again until an answer is right (class `loop`)")
                            .shown("length(output) < 100", "ProofOfChecksIT"),
                    Key.of(
                                    "loop_until_prompt",
                                    TEMPLATE,
                                    none(),
                                    "a question that a model answers yes or no: it is asked again until it says yes; it may also read `output`")
                            .shown("Is it a greeting?", "ProofOfChecksIT"));

    public static final Shape HANDOFF =
            Shape.of(
                            "handoff",
                            Key.of("target", TEXT, otherwise("`name`"), "a cell that stands later")
                                    .shown("billing", "HandoffIT"),
                            Key.of("name", TEXT, otherwise("`target`"), "another name for `target`")
                                    .shown("billing", "HandoffIT"),
                            Key.of(
                                            "description",
                                            TEXT,
                                            otherwise("the cell's own"),
                                            "tells the model what it is for")
                                    .shown("Questions of money.", "HandoffIT"))
                    .choice("target", "name");

    public static final Shape ROUTING =
            Shape.of(
                            "routing",
                            Key.of("success", TEXT, none(), "the cell after this one's success")
                                    .shown("report", "FlowIT"),
                            Key.of(
                                            "error",
                                            TEXT,
                                            none(),
                                            "the cell after its failure, which then does not end the run")
                                    .shown("apologise", "FlowIT"),
                            Key.of(
                                            "default",
                                            TEXT,
                                            none(),
                                            "the cell after either, where its own key is missing")
                                    .shown("report", "FlowIT"))
                    .choice("success", "error", "default");

    public static final Shape SQL_INPUTS =
            Shape.of(
                    "sqlInputs",
                    Key.of(
                                    "query",
                                    new Text("SQL template", 1, Integer.MAX_VALUE, ""),
                                    required(),
                                    "`{{ … }}` becomes a literal by itself, never text within quotes; `{{ x | ident }}` a quoted name")
                            .shown("SELECT 1 AS one", "ProofOfFlowIT"),
                    Key.of(
                                    "params",
                                    list(SCALAR),
                                    otherwise("empty"),
                                    "values of `$1 …`, each plain or `{{ … }}`")
                            .shown("[\"{{ input.least }}\", 7]", "ProofOfFlowIT"));

    /** The keys of every kind of cell. */
    public static final Shape COMMON =
            Shape.of(
                            "cell",
                            Key.of(
                                            "name",
                                            NAME,
                                            required(),
                                            "`outputs.<name>` for the cells after it")
                                    .shown("extract", "RunIT"),
                            Key.of("description", TEXT, otherwise("empty"), "for people")
                                    .shown("Reads the name.", "CascadeKeysIT"),
                            Key.of(
                                            "timeout",
                                            TIME,
                                            none(),
                                            "of the whole cell with all its attempts")
                                    .shown("30s", "ProofOfFlowIT"),
                            Key.of(
                                            "retry",
                                            nested(RETRY),
                                            otherwise("the server's"),
                                            "how often a failure is tried again")
                                    .shown("{max_attempts: 3}", "RetryIT"),
                            Key.of(
                                            "on_error",
                                            words("fail", "continue"),
                                            value("fail"),
                                            "whether the run ends, or goes on with null as this cell's output; a used-up [budget](budgets.md) ends it always")
                                    .shown("continue", "ProofOfFlowIT"),
                            Key.of(
                                            "state",
                                            byName("name", SCALAR),
                                            none(),
                                            "what it leaves in the run's state when it has succeeded, `state.<name>` for later cells; its templates may also read `output`, the cell's own")
                                    .shown("{total: \"{{ output.total }}\"}", "ProofOfFlowIT"),
                            Key.of(
                                            "routing",
                                            nested(ROUTING),
                                            otherwise("the order"),
                                            "which cell is next, below")
                                    .shown("{success: report, error: apologise}", "FlowIT"))
                    .later("loop_until", "loop_until_prompt", "validators");

    /** A cell that asks a model. */
    public static final Shape PROMPT =
            Shape.of(
                    "promptCell",
                    Key.of("instructions", TEMPLATE, required(), "the prompt")
                            .shown("\"Which brand? {{ input.name }}\"", "MapIT"),
                    Key.of("model", TEXT, otherwise("the server's"), "`name` or `provider/name`")
                            .shown("gpt-4o-mini", "ProofOfFlowIT"),
                    Key.of(
                                    "temperature",
                                    new Fraction(0, 2),
                                    otherwise("the model's"),
                                    "how freely it answers")
                            .shown("0.2", "ProofOfFlowIT"),
                    Key.of(
                                    "max_tokens",
                                    whole(1, Integer.MAX_VALUE),
                                    otherwise("the model's, 1,024 under a [budget](budgets.md)"),
                                    "bound on the answer")
                            .shown("200", "ProofOfFlowIT"),
                    Key.of(
                                    "output_schema",
                                    SCHEMA,
                                    otherwise("plain text"),
                                    "the answer is checked; one that does not fit is sent back once for repair; where an object needs one property of listed words (`enum`), the word alone will do")
                            .shown(
                                    "{type: object, properties: {brand: {type: string}}, required: [brand]}",
                                    "ProofOfChecksIT"),
                    SkillFormat.KEY.shown("[{tool: sql_data, tables: [products]}]", "ToolsIT"),
                    EachFormat.KEY,
                    Key.of(
                                    "handoffs",
                                    list(either(TEXT, nested(HANDOFF))),
                                    otherwise("the order"),
                                    "cells of which the model may choose the next, below")
                            .shown(
                                    "[{target: billing, description: Questions of money.}, tech]",
                                    "HandoffIT"),
                    ContextFormat.CONTEXT_KEY,
                    Key.of("rules", nested(RULES), none(), "how long a model is asked")
                            .shown("{max_attempts: 3}", "ProofOfChecksIT"),
                    Key.of(
                                    "takes",
                                    nested(TakesFormat.TAKES),
                                    none(),
                                    "several answers to the question, of which one is made; below")
                            .shown("{factor: 3, mode: vote}", "TakesIT"),
                    Key.of(
                                    "wards",
                                    nested(CheckFormat.WARDS),
                                    none(),
                                    "what guards the input and the answer")
                            .shown("{pre: [short]}", "ProofOfChecksIT"));

    /** A cell that runs SQL. */
    public static final Shape SQL =
            Shape.of(
                    "sqlCell",
                    Key.of(
                                    "tool",
                                    words("sql_data"),
                                    required(),
                                    "one read-only statement in DuckDB's dialect, on the client's database")
                            .shown("sql_data", "RunIT"),
                    Key.of("inputs", nested(SQL_INPUTS), required(), "the statement")
                            .shown("{query: SELECT 1 AS one}", "RunIT"));

    /** Every kind of cell. */
    public static final KeyType CELL =
            new Kinds(
                    COMMON,
                    List.of(
                            new Kind(SubCascadeFormat.CELL, "sub_cascade", ""),
                            new Kind(SQL, "tool", "sql_data"),
                            new Kind(HttpFormat.CELL, "tool", "http"),
                            new Kind(PROMPT, "", "")));

    private CellFormat() {}
}
