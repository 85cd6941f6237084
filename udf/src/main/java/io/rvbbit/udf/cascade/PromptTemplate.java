package io.rvbbit.udf.cascade;

import com.hubspot.jinjava.lib.expression.ExpressionStrategy;
import com.hubspot.jinjava.tree.ExpressionNode;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.output.RenderedOutputNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A compiled Jinja template for text that a model reads.
 *
 * <p>Data reaches it as maps, lists and plain values; what it may do is closed by {@link
 * TemplateEngine}. Values are never read as templates again, whatever braces they hold. Threading:
 * immutable, any thread.
 */
public final class PromptTemplate {
    private static final ExpressionStrategy AS_TEXT =
            (token, engine) -> {
                Object value = engine.resolveELExpression(token.getExpr(), token.getLineNumber());
                return new RenderedOutputNode(TemplateValues.text(value));
            };

    // For a template that is one expression: its value is wanted, not its text.
    private static final ExpressionStrategy AS_VALUE =
            (token, engine) -> {
                Object value = engine.resolveELExpression(token.getExpr(), token.getLineNumber());
                if (engine.getContext().get(TemplateEngine.LITERALS) instanceof Captured captured) {
                    captured.values.add(value);
                }
                return new RenderedOutputNode(TemplateValues.text(value));
            };

    private static final class Captured {
        private final List<@Nullable Object> values = new ArrayList<>();
    }

    private final String source;
    private final Node root;
    private final TemplateUse use;
    private final boolean single;

    private PromptTemplate(String source, Node root, TemplateUse use, boolean single) {
        this.source = source;
        this.root = root;
        this.use = use;
        this.single = single;
    }

    /**
     * Compiles and checks a template.
     *
     * @throws TemplateFault with the line within {@code text}
     */
    static PromptTemplate compile(String text) {
        return compile(text, Set.of());
    }

    /** As {@link #compile(String)}; {@code more}: names that it may read besides. */
    static PromptTemplate compile(String text, Set<String> more) {
        Node root = TemplateEngine.get().parse(text, AS_TEXT);
        return new PromptTemplate(text, root, TemplateScan.of(root, false, more), false);
    }

    /** As {@link #compile}, for {@link #value}. */
    static PromptTemplate compileValue(String text) {
        return compileValue(text, Set.of());
    }

    /** As {@link #compileValue(String)}, with other names beside. */
    static PromptTemplate compileValue(String text, Set<String> given) {
        Node root = TemplateEngine.get().parse(text.strip(), AS_VALUE);
        boolean single =
                root.getChildren().size() == 1
                        && root.getChildren().getFirst() instanceof ExpressionNode;
        return new PromptTemplate(text, root, TemplateScan.of(root, false, given), single);
    }

    String source() {
        return source;
    }

    TemplateUse use() {
        return use;
    }

    /**
     * The text for these names, without white space at its ends.
     *
     * @param names input, outputs and state
     * @throws TemplateFault for an unknown name or a bound that is reached
     */
    String render(Map<String, Object> names) {
        return TemplateEngine.get().render(root, names).strip();
    }

    /** The value of a template that is one {@code {{ … }}}; the text of any other. */
    @Nullable Object value(Map<String, Object> names) {
        Captured captured = new Captured();
        Map<String, Object> all = new HashMap<>(names);
        all.put(TemplateEngine.LITERALS, captured);
        String text = TemplateEngine.get().render(root, all);
        return single ? captured.values.getFirst() : text;
    }
}
