package io.rvbbit.udf.format;

import io.rvbbit.udf.format.KeyType.Any;
import io.rvbbit.udf.format.KeyType.ByName;
import io.rvbbit.udf.format.KeyType.Each;
import io.rvbbit.udf.format.KeyType.Either;
import io.rvbbit.udf.format.KeyType.Flag;
import io.rvbbit.udf.format.KeyType.Fraction;
import io.rvbbit.udf.format.KeyType.JsonSchema;
import io.rvbbit.udf.format.KeyType.Kinds;
import io.rvbbit.udf.format.KeyType.Nested;
import io.rvbbit.udf.format.KeyType.Scalar;
import io.rvbbit.udf.format.KeyType.Text;
import io.rvbbit.udf.format.KeyType.Time;
import io.rvbbit.udf.format.KeyType.Whole;
import io.rvbbit.udf.format.KeyType.Words;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The format as tables of the documentation. Threading: any thread. */
public final class FormatTables {
    private static final String HEAD =
            """
            | key | type | default | meaning | example | test |
            |---|---|---|---|---|---|
            """;
    private static final String LATER_HEAD = "| where | keys answered 0A000 |\n|---|---|\n";

    private FormatTables() {}

    /** Text of each generated part of {@code docs/cascades.md}, by its name. */
    static Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        StringBuilder later = new StringBuilder(LATER_HEAD);
        for (Shape shape : CascadeFormat.SECTIONS) {
            StringBuilder table = new StringBuilder(HEAD);
            rows("", shape, table, later);
            parts.put(shape.name(), table.toString());
        }
        boolean none = later.length() == LATER_HEAD.length();
        parts.put("later", none ? "There are none.\n" : later.toString());
        return parts;
    }

    /** A key with keys of its own is shown by them, {@code retry.base}. */
    private static void rows(String path, Shape shape, StringBuilder table, StringBuilder later) {
        for (Key key : shape.keys()) {
            table.append(row(path, key));
            nested(path + key.name(), key.type(), table, later);
        }
        if (!shape.later().isEmpty()) {
            later.append("| %s | %s |\n".formatted(shape.name(), code(shape.later())));
        }
    }

    private static void nested(
            String path, KeyType type, StringBuilder table, StringBuilder later) {
        switch (type) {
            case Nested nested when !CascadeFormat.SECTIONS.contains(nested.shape()) ->
                    rows(path + ".", nested.shape(), table, later);
            case Each each -> nested(path + "[]", each.item(), table, later);
            case ByName named ->
                    nested(path + ".<" + named.name() + ">", named.value(), table, later);
            case Either either -> either.types().forEach(each -> nested(path, each, table, later));
            default -> {}
        }
    }

    private static String row(String path, Key key) {
        String unsaid =
                switch (key.unsaid()) {
                    case Unsaid.Required _ -> "required";
                    case Unsaid.Value value -> "`" + value.json().asText() + "`";
                    case Unsaid.Words words -> words.text();
                    case Unsaid.Alias alias -> "`" + alias.key() + "`";
                };
        return "| `%s` | %s | %s | %s | `%s` | %s |\n"
                .formatted(
                        path + key.name(),
                        escaped(shown(key.type())),
                        unsaid,
                        escaped(key.meaning()),
                        escaped(key.example()),
                        key.test());
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|");
    }

    /** Without the marks of Markdown. */
    public static String plain(String markdown) {
        return markdown.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1").replace("`", "");
    }

    /** A type in words. */
    public static String shown(KeyType type) {
        return switch (type) {
            case Text text -> text.shown();
            case Flag _ -> "true or false";
            case Whole(int least, int most) when most == Integer.MAX_VALUE ->
                    "whole number from " + least;
            case Whole(int least, int most) -> "whole number from %d to %d".formatted(least, most);
            case Fraction(double least, double most) -> number(least) + " to " + number(most);
            case Time _ -> "time";
            case Words words -> code(words.words());
            case Nested nested ->
                    CascadeFormat.SECTIONS.contains(nested.shape())
                            ? nested.shape().name()
                            : "mapping";
            case Each each when each.most() < Integer.MAX_VALUE ->
                    "list of %d to %d: %s".formatted(each.least(), each.most(), shown(each.item()));
            case Each each -> "list: " + shown(each.item());
            case ByName named -> "mapping: " + named.name() + " → " + shown(named.value());
            case JsonSchema _ -> "JSON Schema";
            case Any _ -> "any";
            case Scalar _ -> "plain value";
            case Either either ->
                    either.types().stream()
                            .map(FormatTables::shown)
                            .collect(Collectors.joining(", or "));
            case Kinds kinds -> kinds.common().name();
        };
    }

    private static String code(Iterable<String> words) {
        List<String> shown = new java.util.ArrayList<>();
        words.forEach(word -> shown.add("`" + word + "`"));
        return String.join(", ", shown);
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
