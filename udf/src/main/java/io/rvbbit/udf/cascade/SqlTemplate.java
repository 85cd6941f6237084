package io.rvbbit.udf.cascade;

import com.hubspot.jinjava.lib.expression.ExpressionStrategy;
import com.hubspot.jinjava.tree.ExpressionNode;
import com.hubspot.jinjava.tree.Node;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.TextNode;
import com.hubspot.jinjava.tree.output.RenderedOutputNode;
import com.hubspot.jinjava.tree.parse.ExpressionToken;
import com.hubspot.jinjava.tree.parse.TextToken;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A compiled Jinja template for SQL, from which no value can break out.
 *
 * <p>Each {@code {{ … }}} leaves a mark while the template is rendered, and {@link SqlMarks} puts a
 * literal (or a quoted name) there afterwards, at places only where SQL reads a token of its own.
 * Threading: immutable, any thread.
 */
public final class SqlTemplate {
    /** What a RUN's table is called in templates. */
    static final String TABLE = "input.data_table";

    private static final ExpressionStrategy AS_LITERAL =
            (token, engine) -> {
                Object value = engine.resolveELExpression(token.getExpr(), token.getLineNumber());
                if (!(engine.getContext().get(TemplateEngine.LITERALS) instanceof Literals done)) {
                    throw new IllegalStateException("rendered without a place for literals");
                }
                done.add(value);
                return new RenderedOutputNode(SqlMarks.mark(done.texts.size() - 1));
            };

    private static final class Literals {
        private final List<String> texts = new ArrayList<>();
        private final List<String> blanks = new ArrayList<>();
        private boolean plain = true;

        private void add(@Nullable Object value) {
            String text = SqlLiteral.of(value);
            boolean given = value instanceof SqlIdentifier identifier && identifier.given();
            texts.add(text);
            blanks.add(given ? text : "NULL");
            plain &=
                    given
                            || value instanceof String
                            || value instanceof Number
                            || value instanceof Boolean;
        }
    }

    /**
     * A query for one row.
     *
     * @param blank the same query with NULL for each of the row's values; empty where that says
     *     nothing about other rows: the values chose between its parts, or are no plain values
     */
    record Rendered(String sql, Optional<String> blank) {}

    /** A template without branches: its text with marks, and what stands at each. */
    private record Straight(String marked, List<String> expressions) {}

    private final String source;
    private final Node root;
    private final TemplateUse use;
    private final Optional<Straight> straight;

    private SqlTemplate(String source, Node root, TemplateUse use, Optional<Straight> straight) {
        this.source = source;
        this.root = root;
        this.use = use;
        this.straight = straight;
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
        List<String> expressions = new ArrayList<>();
        flatten(root, straight, expressions);
        SqlMarks.fill(straight.toString(), Collections.nCopies(expressions.size(), "NULL"));
        Optional<Straight> only =
                branches(root)
                        ? Optional.empty()
                        : Optional.of(new Straight(straight.toString(), expressions));
        return new SqlTemplate(text, root, use, only);
    }

    private static boolean branches(Node node) {
        return node.getChildren().stream()
                .anyMatch(child -> child instanceof TagNode || branches(child));
    }

    private static void flatten(Node node, StringBuilder straight, List<String> expressions) {
        for (Node child : node.getChildren()) {
            if (child instanceof TextNode) {
                straight.append(((TextToken) child.getMaster()).output());
            } else if (child instanceof ExpressionNode) {
                straight.append(SqlMarks.mark(expressions.size()));
                expressions.add(((ExpressionToken) child.getMaster()).getExpr().strip());
            } else {
                flatten(child, straight, expressions);
            }
        }
    }

    String source() {
        return source;
    }

    TemplateUse use() {
        return use;
    }

    /**
     * The query of a RUN over this table with NULL for every other value; empty where values choose
     * between its parts.
     */
    public Optional<String> blankOver(String table) {
        String name = SqlLiteral.of(new SqlIdentifier(table, true));
        return straight.map(only ->
                SqlMarks.fill(
                                only.marked(),
                                only.expressions().stream()
                                        .map(each -> each.equals(TABLE) ? name : "NULL")
                                        .toList())
                        .strip());
    }

    /**
     * The SQL for these names.
     *
     * @throws TemplateFault for an unknown name or a value that has no literal
     */
    Rendered render(Map<String, Object> names) {
        Literals literals = new Literals();
        Map<String, Object> all = new HashMap<>(names);
        all.put(TemplateEngine.LITERALS, literals);
        String marked = TemplateEngine.get().render(root, all);
        Optional<String> blank =
                straight.isEmpty() || !literals.plain
                        ? Optional.empty()
                        : Optional.of(SqlMarks.fill(marked, literals.blanks).strip());
        return new Rendered(SqlMarks.fill(marked, literals.texts).strip(), blank);
    }
}
