package io.rvbbit.udf.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.udf.format.KeyType.Any;
import io.rvbbit.udf.format.KeyType.ByName;
import io.rvbbit.udf.format.KeyType.Each;
import io.rvbbit.udf.format.KeyType.Either;
import io.rvbbit.udf.format.KeyType.Flag;
import io.rvbbit.udf.format.KeyType.Fraction;
import io.rvbbit.udf.format.KeyType.JsonSchema;
import io.rvbbit.udf.format.KeyType.Kind;
import io.rvbbit.udf.format.KeyType.Kinds;
import io.rvbbit.udf.format.KeyType.Nested;
import io.rvbbit.udf.format.KeyType.Scalar;
import io.rvbbit.udf.format.KeyType.Text;
import io.rvbbit.udf.format.KeyType.Time;
import io.rvbbit.udf.format.KeyType.Whole;
import io.rvbbit.udf.format.KeyType.Words;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The format as a JSON Schema, for editors.
 *
 * <p>Draft 7, which editors know best. Stricter than the loader, which lets unknown keys pass with
 * a warning and takes null for no key at all. Threading: one thread.
 */
public final class FormatSchema {
    private static final String RESOURCE = "cascade.schema.json";

    private final ObjectNode definitions = JsonNodeFactory.instance.objectNode();

    private FormatSchema() {}

    /** The shipped schema, as text. */
    public static String shipped() {
        try (InputStream in = FormatSchema.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the distribution lacks " + RESOURCE);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The schema of a shape, with all that it refers to. */
    static ObjectNode of(Shape shape) {
        FormatSchema schema = new FormatSchema();
        ObjectNode root = object();
        root.put("$schema", "http://json-schema.org/draft-07/schema#");
        root.put("title", "RVBBIT cascade");
        root.setAll(schema.type(new Nested(shape)));
        root.set("definitions", schema.definitions);
        return root;
    }

    private ObjectNode type(KeyType type) {
        return switch (type) {
            case Text text -> text(text);
            case Flag _ -> object().put("type", "boolean");
            case Whole whole ->
                    object().put("type", "integer")
                            .put("minimum", whole.least())
                            .put("maximum", whole.most());
            case Fraction fraction ->
                    object().put("type", "number")
                            .put("minimum", fraction.least())
                            .put("maximum", fraction.most());
            case Time _ -> time();
            case Words words -> {
                ObjectNode node = object();
                words.words().forEach(node.putArray("enum")::add);
                yield node;
            }
            case Nested nested -> reference(nested.shape());
            case Each each -> {
                ObjectNode node = object().put("type", "array");
                node.set("items", type(each.item()));
                if (each.least() > 0) {
                    node.put("minItems", each.least());
                }
                if (each.most() < Integer.MAX_VALUE) {
                    node.put("maxItems", each.most());
                }
                yield node;
            }
            case ByName named -> {
                ObjectNode node = object().put("type", "object");
                node.set("additionalProperties", type(named.value()));
                yield node;
            }
            case JsonSchema _ -> object().put("type", "object");
            case Any _ -> object();
            case Scalar _ -> {
                ObjectNode node = object();
                node.putArray("type").add("string").add("number").add("boolean").add("null");
                yield node;
            }
            case Either either -> {
                ObjectNode node = object();
                ArrayNode any = node.putArray("anyOf");
                either.types().forEach(each -> any.add(type(each)));
                yield node;
            }
            case Kinds kinds -> {
                String name = kinds.common().name();
                if (!definitions.has(name)) {
                    definitions.putObject(name);
                    definitions.set(name, kinds(kinds));
                }
                yield reference(name);
            }
        };
    }

    private static ObjectNode text(Text text) {
        ObjectNode node = object().put("type", "string");
        if (text.least() > 0) {
            node.put("minLength", text.least());
        }
        if (text.most() < Integer.MAX_VALUE) {
            node.put("maxLength", text.most());
        }
        if (!text.pattern().isEmpty()) {
            node.put("pattern", "^(" + text.pattern() + ")$");
        }
        return node;
    }

    private static ObjectNode time() {
        ObjectNode node = object();
        ArrayNode any = node.putArray("anyOf");
        any.add(object().put("type", "string").put("pattern", "^\\s*" + Time.PATTERN + "\\s*$"));
        any.add(object().put("type", "number").put("exclusiveMinimum", 0));
        return node;
    }

    /** The first kind whose key is there, as the loader decides it. */
    private ObjectNode kinds(Kinds kinds) {
        ObjectNode chain = object();
        for (Kind kind : kinds.kinds().reversed()) {
            ObjectNode it = reference(kind.whole(kinds.common()));
            if (kind.key().isEmpty()) {
                chain = it;
                continue;
            }
            ObjectNode asked = object();
            asked.putArray("required").add(kind.key());
            if (!kind.value().isEmpty()) {
                asked.putObject("properties").putObject(kind.key()).put("const", kind.value());
            }
            ObjectNode choice = object();
            choice.set("if", asked);
            choice.set("then", it);
            choice.set("else", chain);
            chain = choice;
        }
        return chain;
    }

    private ObjectNode reference(Shape shape) {
        if (!definitions.has(shape.name())) {
            definitions.putObject(shape.name()); // A shape may contain itself.
            definitions.set(shape.name(), mapping(shape));
        }
        return reference(shape.name());
    }

    private static ObjectNode reference(String name) {
        return object().put("$ref", "#/definitions/" + name);
    }

    private ObjectNode mapping(Shape shape) {
        ObjectNode node = object().put("type", "object");
        ObjectNode properties = node.putObject("properties");
        ArrayNode required = JsonNodeFactory.instance.arrayNode();
        for (Key key : shape.keys()) {
            properties.set(key.name(), property(key));
            if (key.required()) {
                required.add(key.name());
            }
        }
        if (!required.isEmpty()) {
            node.set("required", required);
        }
        if (!shape.choices().isEmpty()) {
            ArrayNode all = node.putArray("allOf");
            for (Set<String> choice : shape.choices()) {
                ArrayNode any = all.addObject().putArray("anyOf");
                choice.forEach(each -> any.addObject().putArray("required").add(each));
            }
        }
        return node.put("additionalProperties", false);
    }

    private ObjectNode property(Key key) {
        ObjectNode type = type(key.type());
        ObjectNode node = object().put("description", FormatTables.plain(key.meaning()));
        if (key.unsaid() instanceof Unsaid.Value said) {
            node.set("default", said.json());
        }
        // Draft 7 reads nothing beside a reference.
        if (type.has("$ref")) {
            node.putArray("allOf").add(type);
            return node;
        }
        return node.setAll(type);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
