package io.rvbbit.udf.cascade;

import com.hubspot.jinjava.lib.expression.ExpressionStrategy;
import com.hubspot.jinjava.tree.ExpressionNode;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TextNode;
import com.hubspot.jinjava.tree.output.RenderedOutputNode;
import com.hubspot.jinjava.tree.parse.TextToken;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A compiled Jinja template for SQL, from which no value can break out.
 *
 * <p>Each {@code {{ … }}} leaves a mark while the template is rendered, and {@link SqlMarks} puts a
 * literal (or a quoted name) there afterwards, at places only where SQL reads a token of its own.
 * Threading: immutable, any thread.
 */
public final class SqlTemplate {
    private static final ExpressionStrategy AS_LITERAL =
            (token, engine) -> {
                Object value = engine.resolveELExpression(token.getExpr(), token.getLineNumber());
                if (!(engine.getContext().get(TemplateEngine.LITERALS) instanceof Literals done)) {
                    throw new IllegalStateException("rendered without a place for literals");
                }
                done.texts.add(SqlLiteral.of(value));
                return new RenderedOutputNode(SqlMarks.mark(done.texts.size() - 1));
            };

    private static final class Literals {
        private final List<String> texts = new ArrayList<>();
    }

    private final String source;
    private final Node root;
    private final TemplateUse use;

    private SqlTemplate(String source, Node root, TemplateUse use) {
        this.source = source;
        this.root = root;
        this.use = use;
    }

    /**
     * Compiles and checks a template.
     *
     * @throws TemplateFault with the line within {@code text}, also where a value stands in quotes
     */
    static SqlTemplate compile(String text) {
        if (text.indexOf(SqlMarks.OPEN) >= 0 || text.indexOf(SqlMarks.CLOSE) >= 0) {
            throw new TemplateFault(1, "the characters U+E000 and U+E001 cannot stand in SQL");
        }
        Node root = TemplateEngine.get().parse(text, AS_LITERAL);
        TemplateUse use = TemplateScan.of(root, true);
        // Every branch once, one after the other: finds a value in quotes before any run does.
        StringBuilder straight = new StringBuilder();
        int marks = flatten(root, straight, 0);
        SqlMarks.fill(straight.toString(), Collections.nCopies(marks, "NULL"));
        return new SqlTemplate(text, root, use);
    }

    private static int flatten(Node node, StringBuilder straight, int marks) {
        int seen = marks;
        for (Node child : node.getChildren()) {
            if (child instanceof TextNode) {
                straight.append(((TextToken) child.getMaster()).output());
            } else if (child instanceof ExpressionNode) {
                straight.append(SqlMarks.mark(seen++));
            } else {
                seen = flatten(child, straight, seen);
            }
        }
        return seen;
    }

    String source() {
        return source;
    }

    TemplateUse use() {
        return use;
    }

    /**
     * The SQL for these names.
     *
     * @throws TemplateFault for an unknown name or a value that has no literal
     */
    String render(Map<String, Object> names) {
        Literals literals = new Literals();
        Map<String, Object> all = new HashMap<>(names);
        all.put(TemplateEngine.LITERALS, literals);
        return SqlMarks.fill(TemplateEngine.get().render(root, all), literals.texts).strip();
    }
}
