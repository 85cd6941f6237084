package io.rvbbit.udf.cascade;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.ForTag;
import com.hubspot.jinjava.tree.TagNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The loop of templates, over lists and maps only: anything else is a fault, not no rounds. */
final class ListLoop extends ForTag {
    private static final long serialVersionUID = 1L;

    @Override
    public String renderForCollection(
            TagNode node,
            JinjavaInterpreter engine,
            List<String> variables,
            @Nullable Object collection) {
        if (collection instanceof UndefinedName undefined) {
            throw undefined.fault();
        }
        if (collection instanceof Collection<?> || collection instanceof Map<?, ?>) {
            variables.forEach(variable -> TemplateEngine.declare(engine, variable));
            return super.renderForCollection(node, engine, variables, collection);
        }
        throw new TemplateFault(
                node.getLineNumber(),
                "a loop needs a list",
                "write {% if x %} around it where x may be NULL");
    }
}
