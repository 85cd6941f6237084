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

import io.rvbbit.udf.format.KeyType.Each;
import io.rvbbit.udf.format.KeyType.Kind;
import io.rvbbit.udf.format.KeyType.Kinds;
import io.rvbbit.udf.format.KeyType.Text;
import java.util.List;

/** The keys of what a model may call. */
public final class SkillFormat {
    /** More rows than a model can make use of only cost money. */
    public static final int SQL_ROWS = 100;

    public static final int MAX_SQL_ROWS = 10_000;

    static final KeyType NAME =
            new Text("letters, digits, `_` and `-`, at most 64", 1, 64, "[A-Za-z0-9_-]{1,64}");

    /** The keys of every skill. */
    public static final Shape COMMON =
            Shape.of(
                    "skill",
                    Key.of(
                                    "name",
                                    NAME,
                                    otherwise(
                                            "the tool's, the cascade's file, or the MCP server's"),
                                    "what the model calls it")
                            .shown("lookup", "ToolsIT"),
                    Key.of(
                                    "description",
                                    TEXT,
                                    otherwise("the tool's or cascade's"),
                                    "tells the model what it does and when to use it")
                            .shown("Looks products up.", "ToolsIT"));

    /** Queries that the model writes. */
    public static final Shape SQL =
            Shape.of(
                    "sqlSkill",
                    Key.of(
                                    "tool",
                                    words("sql_data"),
                                    required(),
                                    "one read-only query in DuckDB's dialect, written by the model")
                            .shown("sql_data", "SqlSkillIT"),
                    Key.of(
                                    "tables",
                                    new Each(
                                            new Text("name or template", 1, 1_000, ""),
                                            1,
                                            Integer.MAX_VALUE),
                                    required(),
                                    "all that it may read: `products`, `sales.orders` or `{{ input.data_table }}`")
                            .shown("[products]", "SqlSkillIT"),
                    Key.of(
                                    "max_rows",
                                    whole(1, MAX_SQL_ROWS),
                                    value(SQL_ROWS),
                                    "a query with more is refused, which the model is told")
                            .shown("20", "SqlSkillIT"));

    /** Requests that the model makes. */
    public static final Shape HTTP =
            Shape.of(
                    "httpSkill",
                    Key.of("tool", words("http"), required(), "one request for each call")
                            .shown("http", "HttpSkillIT"),
                    Key.of(
                                    "url",
                                    TEMPLATE,
                                    required(),
                                    "of `http` or `https`: where requests go, or below which the model's path is")
                            .shown("https://example.com/orders", "HttpSkillIT"),
                    Key.of(
                                    "methods",
                                    new Each(
                                            words("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"),
                                            1,
                                            6),
                                    otherwise("`[GET]`"),
                                    "the model chooses, where there are several")
                            .shown("[GET, POST]", "HttpSkillIT"),
                    Key.of(
                                    "path",
                                    SCHEMA,
                                    none(),
                                    "schema of the text that the model adds to the URL's path; without it, the URL stays as it is")
                            .shown("{type: string, pattern: \"^[A-Z]-[0-9]+$\"}", "HttpSkillIT"),
                    Key.of(
                                    "query",
                                    SCHEMA,
                                    none(),
                                    "schema of an object of query parameters: scalars, or lists for repeated ones")
                            .shown(
                                    "{type: object, properties: {year: {type: integer}}}",
                                    "HttpSkillIT"),
                    Key.of("body", SCHEMA, none(), "schema of the body, which is sent as JSON")
                            .shown("{type: object}", "HttpSkillIT"),
                    Key.of(
                                    "headers",
                                    byName("header", either(SCALAR, nested(HttpFormat.HEADER))),
                                    none(),
                                    "templates, or variables of the server's environment; the model sees none of them")
                            .shown("{Authorization: {env: SHOP_KEY}}", "HttpSkillIT"),
                    Key.of("timeout", TIME, otherwise("the server's"), "of one request")
                            .shown("5s", "HttpSkillIT"),
                    Key.of(
                                    "max_bytes",
                                    whole(1, HttpFormat.MAX_BYTES),
                                    otherwise("the server's"),
                                    "of an answer; a longer one is an error")
                            .shown("10000", "HttpSkillIT"));

    /** A tool that a jar has brought. */
    public static final Shape JAVA =
            Shape.of(
                    "javaSkill",
                    Key.of("tool", TEXT, required(), "the name of a tool of your own")
                            .shown("stock_level", "ToolsIT"));

    /** Another cascade. */
    public static final Shape CASCADE =
            Shape.of(
                    "cascadeSkill",
                    Key.of(
                                    "cascade",
                                    TEXT,
                                    required(),
                                    "the path of another cascade; its inputs are the parameters")
                            .shown("traits/extract_brand", "SkillCascadeIT"));

    private static final KeyType SKILLS =
            list(
                    either(
                            TEXT,
                            new Kinds(
                                    COMMON,
                                    List.of(
                                            new Kind(SQL, "tool", "sql_data"),
                                            new Kind(HTTP, "tool", "http"),
                                            new Kind(CASCADE, "cascade", ""),
                                            new Kind(McpFormat.SKILL, "mcp", ""),
                                            new Kind(JAVA, "", "")))));

    static final Key KEY =
            Key.of(
                    "skills",
                    SKILLS,
                    otherwise("the cascade's"),
                    "what the model may call ([tools.md](tools.md))");

    static final Key OF_CASCADE =
            Key.of(
                    "skills",
                    SKILLS,
                    none(),
                    "those of all cells that ask a model and have none of their own ([tools.md](tools.md))");

    private SkillFormat() {}
}
