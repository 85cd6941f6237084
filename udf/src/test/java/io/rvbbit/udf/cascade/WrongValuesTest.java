package io.rvbbit.udf.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.CascadeLint.Severity;
import io.rvbbit.udf.format.FormatKeys;
import io.rvbbit.udf.format.FormatKeys.Occurrence;
import io.rvbbit.udf.format.KeyType;
import io.rvbbit.udf.format.RandomDefinitions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A value of the wrong type is refused, whatever the key: with its place and the key's name. */
final class WrongValuesTest {
    private static final Pattern LOCATED = Pattern.compile("(?s)a\\.json:(\\d+):(\\d+): (.+)");

    /** Values that a type does not have, as JSON. */
    private static List<String> wrong(KeyType type) {
        return switch (type) {
            case KeyType.Text text -> {
                List<String> wrong = new ArrayList<>(List.of("7", "true", "[\"x\"]", "{\"k\": 1}"));
                if (!text.pattern().isEmpty()) {
                    wrong.add("\"no name!\"");
                }
                if (text.least() > 0) {
                    wrong.add("\"\"");
                }
                yield wrong;
            }
            case KeyType.Flag _ -> List.of("\"yes\"", "1", "[]");
            case KeyType.Whole whole ->
                    List.of(
                            "\"x\"",
                            "1.5",
                            "true",
                            "[]",
                            String.valueOf(whole.least() - 1L),
                            String.valueOf(whole.most() + 1L));
            case KeyType.Fraction _ ->
                    List.of("\"x\"", "true", "[]", "-0.001", "2.001", "1e999999999");
            case KeyType.Time _ ->
                    List.of("\"soon\"", "\"0s\"", "\"8000m 1\"", "\"700h\"", "-1", "[]", "{}");
            case KeyType.Words _ -> List.of("\"zzz\"", "[\"zzz\"]", "{}", "7");
            case KeyType.Nested _, KeyType.ByName _, KeyType.JsonSchema _, KeyType.Kinds _ ->
                    List.of("7", "true", "[1]");
            case KeyType.Each _ -> List.of("7", "true", "{\"k\": 1}", "[[1]]");
            case KeyType.Scalar _ -> List.of("[1]", "{\"k\": 1}");
            case KeyType.Either either ->
                    either.types().stream().anyMatch(each -> each instanceof KeyType.Each)
                            ? List.of("7", "true", "{\"k\": 1}", "[[1]]")
                            : List.of("7", "true", "[1]");
            case KeyType.Any _ -> List.of();
        };
    }

    @Test
    void a_value_of_the_wrong_type_is_refused_at_every_key() {
        RandomDefinitions definitions = new RandomDefinitions(new Random(41));
        Set<String> open = FormatKeys.names();
        open.remove("example.output"); // May be anything.
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < 400 && !open.isEmpty(); i++) {
            ObjectNode definition = definitions.right();
            for (Occurrence each : FormatKeys.occurrences(definition)) {
                if (open.remove(each.place().toString())) {
                    check(definition, each, faults);
                }
            }
        }
        assertThat(open).isEmpty();
        assertThat(faults).isEmpty();
    }

    private static void check(ObjectNode definition, Occurrence at, List<String> faults) {
        String key = at.place().key().name();
        JsonNode right = at.parent().get(key);
        for (String wrong : wrong(at.place().key().type())) {
            at.parent().set(key, AnswerJson.tree(wrong));
            String text = definition.toPrettyString();
            int line = lineOf(definition, at, key);
            boolean ofItem = wrong.startsWith("[[");
            String fault = fault(text, ofItem || wrong.equals("\"\"") ? "" : key, line);
            if (!fault.isEmpty()) {
                faults.add(at.place() + ": " + wrong + ": " + fault);
            }
        }
        at.parent().set(key, right);
    }

    /** Where the key stands, found by calling it another for a moment. */
    private static int lineOf(ObjectNode definition, Occurrence at, String key) {
        ObjectNode parent = at.parent();
        Map<String, JsonNode> own = new LinkedHashMap<>();
        parent.properties().forEach(each -> own.put(each.getKey(), each.getValue()));
        parent.removeAll();
        own.forEach((name, value) -> parent.set(name.equals(key) ? "MARK" : name, value));
        String text = definition.toPrettyString();
        parent.removeAll();
        own.forEach(parent::set);
        return Math.toIntExact(text.substring(0, text.indexOf("\"MARK\"")).lines().count());
    }

    /** What is not as it should be, empty if all is. */
    private static String fault(String text, String key, int line) {
        try {
            Cascade _ = CascadeParser.parse("a.json", text, FormatPropertyTest.OTHERS);
            return "is taken";
        } catch (SqlException e) {
            String message = String.valueOf(e.getMessage());
            Matcher located = LOCATED.matcher(message);
            if (!located.matches()) {
                return "has no place: " + message;
            }
            boolean said =
                    CascadeLint.findings("a.json", text, FormatPropertyTest.OTHERS).stream()
                            .anyMatch(each ->
                                    each.severity() == Severity.ERROR
                                            && message.contains(each.message()));
            boolean state =
                    e.state() == SqlState.INVALID_PARAMETER_VALUE
                            || e.state() == SqlState.FEATURE_NOT_SUPPORTED;
            boolean placed = Integer.parseInt(located.group(1)) >= line;
            boolean named = message.contains(key);
            return said && state && placed && named ? "" : message + " (line " + line + ")";
        }
    }
}
