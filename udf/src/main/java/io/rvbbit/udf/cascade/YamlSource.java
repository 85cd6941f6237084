package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rvbbit.udf.cascade.SourceNode.Entry;
import io.rvbbit.udf.cascade.SourceNode.Place;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads YAML 1.2.
 *
 * <p>Bounded also where aliases repeat or contain themselves: {@value #MAX_DEPTH} levels, {@value
 * #MAX_NODES} nodes. Threading: one thread.
 */
final class YamlSource {
    static final int MAX_DEPTH = 64;
    static final int MAX_NODES = 200_000;

    private final SourceFile file;
    private int nodes;

    private YamlSource(SourceFile file) {
        this.file = file;
    }

    static SourceNode read(SourceFile file, String text) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setUseMarks(true)
                        .setAllowDuplicateKeys(false)
                        .setCodePointLimit(Integer.MAX_VALUE)
                        .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                throw file.wrong(Place.START, "the file is empty");
            }
            return new YamlSource(file).convert(root.get(), 0);
        } catch (MarkedYamlEngineException e) {
            throw file.wrong(place(e.getProblemMark()), oneLine(e.getProblem()));
        } catch (YamlEngineException e) {
            throw file.wrong(Place.START, oneLine(e.getMessage()));
        } catch (StackOverflowError e) {
            throw file.wrong(Place.START, "nested too deeply");
        }
    }

    private static String oneLine(@org.jspecify.annotations.Nullable String problem) {
        String text = problem == null ? "" : problem.lines().findFirst().orElse("");
        return "not YAML: " + (text.isEmpty() ? "cannot be read" : text);
    }

    private static Place place(Optional<Mark> mark) {
        return mark.map(at -> new Place(at.getLine() + 1, at.getColumn() + 1)).orElse(Place.START);
    }

    private SourceNode convert(Node node, int depth) {
        Place place = place(node.getStartMark());
        if (depth > MAX_DEPTH) {
            throw file.wrong(place, "nested too deeply");
        }
        if (++nodes > MAX_NODES) {
            throw file.wrong(place, "too much in one file");
        }
        return switch (node) {
            case MappingNode mapping -> mapping(mapping, place, depth);
            case SequenceNode sequence -> {
                List<SourceNode> items = new ArrayList<>();
                for (Node item : sequence.getValue()) {
                    items.add(convert(item, depth + 1));
                }
                yield new SourceNode.Sequence(items, place);
            }
            case ScalarNode scalar -> scalar(scalar, place);
            default -> throw file.wrong(place, "cannot be read");
        };
    }

    private SourceNode mapping(MappingNode mapping, Place place, int depth) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            Place keyPlace = place(tuple.getKeyNode().getStartMark());
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw file.wrong(keyPlace, "a key is plain text");
            }
            Entry entry = new Entry(keyPlace, convert(tuple.getValueNode(), depth + 1));
            if (entries.putIfAbsent(key.getValue(), entry) != null) {
                throw file.wrong(keyPlace, "the key " + Names.quoted(key.getValue()) + " is twice");
            }
        }
        return new SourceNode.Mapping(entries, place);
    }

    private SourceNode scalar(ScalarNode scalar, Place place) {
        boolean block =
                scalar.getScalarStyle() == ScalarStyle.LITERAL
                        || scalar.getScalarStyle() == ScalarStyle.FOLDED;
        int firstLine = block ? place.line() + 1 : place.line();
        return new SourceNode.Scalar(value(scalar, place), scalar.getValue(), firstLine, place);
    }

    private JsonNode value(ScalarNode scalar, Place place) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        try {
            if (tag.equals(Tag.NULL)) {
                return json.nullNode();
            } else if (tag.equals(Tag.BOOL)) {
                return json.booleanNode(text.toLowerCase(Locale.ROOT).equals("true"));
            } else if (tag.equals(Tag.INT)) {
                return json.numberNode(integer(text));
            } else if (tag.equals(Tag.FLOAT)) {
                return json.numberNode(new BigDecimal(text));
            }
        } catch (NumberFormatException e) {
            throw file.wrong(place, "not a number: " + Names.quoted(text));
        }
        return json.textNode(text);
    }

    private static BigInteger integer(String text) {
        if (text.length() > 100) {
            throw new NumberFormatException("too long");
        }
        if (text.startsWith("0x")) {
            return new BigInteger(text.substring(2), 16);
        }
        return text.startsWith("0o")
                ? new BigInteger(text.substring(2), 8)
                : new BigInteger(text.startsWith("+") ? text.substring(1) : text);
    }
}
