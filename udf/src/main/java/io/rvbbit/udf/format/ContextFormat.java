package io.rvbbit.udf.format;

import static io.rvbbit.udf.format.KeyType.TEXT;
import static io.rvbbit.udf.format.KeyType.either;
import static io.rvbbit.udf.format.KeyType.list;
import static io.rvbbit.udf.format.KeyType.nested;
import static io.rvbbit.udf.format.KeyType.whole;
import static io.rvbbit.udf.format.KeyType.words;
import static io.rvbbit.udf.format.Unsaid.none;
import static io.rvbbit.udf.format.Unsaid.otherwise;
import static io.rvbbit.udf.format.Unsaid.required;
import static io.rvbbit.udf.format.Unsaid.value;

import java.util.List;

/** The keys by which cells hand on what they said beside their outputs. */
public final class ContextFormat {
    public static final int MAX_HISTORY = 1_000;

    /** What {@code from} may be beside a list. */
    public static final List<String> WORDS = List.of("all", "first", "previous");

    public static final Shape CONTEXT =
            Shape.of(
                    "context",
                    Key.of(
                                    "from",
                                    either(words("all", "first", "previous"), list(TEXT)),
                                    required(),
                                    "the earlier cells of which something is said before the instructions, always in the order of the file")
                            .shown("[plan, research]", "ContextIT"),
                    Key.of(
                                    "include",
                                    words("output", "messages"),
                                    value("output"),
                                    "their outputs, each as a message that names the cell; or the conversations that they had")
                            .shown("messages", "ContextIT"),
                    Key.of(
                                    "history",
                                    whole(1, MAX_HISTORY),
                                    otherwise("all"),
                                    "so many turns of it at most, the latest; an output is one turn, a question with its answer too")
                            .shown("4", "ContextIT"),
                    Key.of(
                                    "max_tokens",
                                    whole(1, Integer.MAX_VALUE),
                                    none(),
                                    "so many tokens of it at most: what is too much is left out from the oldest turn on")
                            .shown("2000", "ContextIT"));

    static final Key CONTEXT_KEY =
            Key.of(
                            "context",
                            nested(CONTEXT),
                            none(),
                            "what the conversation with the model begins with")
                    .shown("{from: previous}", "ContextIT");

    private ContextFormat() {}
}
