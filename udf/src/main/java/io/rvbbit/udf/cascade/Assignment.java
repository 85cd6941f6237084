package io.rvbbit.udf.cascade;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.tag.SetTag;
import com.hubspot.jinjava.tree.parse.TagToken;
import java.util.List;

/** The {@code set} of templates: a variable that was set to null is known all the same. */
final class Assignment extends SetTag {
    private static final long serialVersionUID = 1L;

    @Override
    public void executeSet(
            TagToken token,
            JinjavaInterpreter engine,
            String[] variables,
            List<?> values,
            boolean allowDeferred) {
        for (String variable : variables) {
            TemplateEngine.declare(engine, variable);
        }
        super.executeSet(token, engine, variables, values, allowDeferred);
    }
}
