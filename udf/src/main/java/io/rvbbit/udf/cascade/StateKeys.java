package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.rvbbit.rewriter.NearestName;
import io.rvbbit.udf.cascade.SourceNode.Mapping;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The keys of the state while a definition is read: those that the cascade gives a value and those
 * that the cells so far write.
 *
 * <p>Threading: one thread.
 */
final class StateKeys {
    private static final String KEY = "state";
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,99}");

    private final Map<String, JsonNode> initial = new LinkedHashMap<>();
    private final Set<String> known = new LinkedHashSet<>();

    /** Reads what the cascade gives: any values, taken as they are; how many there are. */
    int readInitial(Keys top) {
        top.mapping(KEY)
                .forEach((key, node) -> {
                    checkName(top, key, node);
                    JsonNode value = node.toJson();
                    if (value.toString().contains("{{") || value.toString().contains("{%")) {
                        throw top.file()
                                .wrong(
                                        node.place(),
                                        "\"state\" of a cascade has plain values, no templates")
                                .hint("a cell's \"state\" has templates");
                    }
                    initial.put(key, value);
                    known.add(key);
                });
        return initial.size();
    }

    /** What a cell leaves in the state. */
    static NamedTemplates ofCell(CellScope cell) {
        cell.keys().mapping(KEY).forEach((key, node) -> checkName(cell.keys(), key, node));
        CellScope done = cell.withRow(Set.of(StateWrites.OUTPUT));
        return NamedTemplates.read(done, cell.keys(), KEY, done::value);
    }

    private static void checkName(Keys keys, String key, SourceNode node) {
        if (!NAME.matcher(key).matches()) {
            throw keys.file()
                    .wrong(
                            node.place(),
                            "the key "
                                    + Names.quoted(key)
                                    + " in \"state\" of "
                                    + keys.what()
                                    + " must be letters, digits and _, beginning with no digit");
        }
    }

    /** A cell was read, or could not be: those after it may read what it writes. */
    void written(SourceNode cell) {
        SourceNode.Entry entry = cell instanceof Mapping all ? all.entries().get(KEY) : null;
        if (entry != null && entry.value() instanceof Mapping keys) {
            known.addAll(keys.entries().keySet());
        }
    }

    /** Whether the cascade itself gives a value. */
    boolean isGiven(String key) {
        return initial.containsKey(key);
    }

    /** Refuses a key that nothing before {@code what} writes. */
    void check(String key, int line, String what) {
        if (!known.contains(key)) {
            throw new TemplateFault(
                    line,
                    "state." + key + " is not there: no cell before " + what + " writes it",
                    NearestName.of(key, known)
                            .map(near -> "did you mean state." + near + "?")
                            .orElse("give it a value in \"state\" of the cascade or of a cell"));
        }
    }

    /** All keys and what they are when a run begins. */
    Map<String, JsonNode> atFirst() {
        Map<String, JsonNode> all = new LinkedHashMap<>();
        known.forEach(key -> all.put(key, NullNode.getInstance()));
        all.putAll(initial);
        return Collections.unmodifiableMap(all);
    }
}
