package io.rvbbit.udf.cascade;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ObjectTruthValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Filters and tests that must know undefined names and our values. */
final class TemplateFilters {
    private TemplateFilters() {}

    /** A filter's work; {@code arguments} are the positional ones, then the named ones. */
    @FunctionalInterface
    private interface Work {
        @Nullable Object apply(@Nullable Object value, List<@Nullable Object> arguments);
    }

    static List<Filter> all() {
        return List.of(
                filter("default", TemplateFilters::orDefault),
                filter("d", TemplateFilters::orDefault),
                filter("ident", (value, _) -> new SqlIdentifier(TemplateValues.text(value))),
                filter("string", (value, _) -> TemplateValues.text(value)),
                filter("tojson", (value, _) -> TemplateValues.json(value).toString()),
                filter("join", TemplateFilters::join));
    }

    static List<ExpTest> tests() {
        return List.of(
                test("defined", value -> !(value instanceof UndefinedName)),
                test("undefined", value -> value instanceof UndefinedName));
    }

    /** NULL counts as missing: a template cannot tell a NULL column from an absent one. */
    private static @Nullable Object orDefault(
            @Nullable Object value, List<@Nullable Object> arguments) {
        if (arguments.isEmpty()) {
            throw new TemplateFault(0, "default needs a value, as in {{ x | default('none') }}");
        }
        if (value == null || value instanceof UndefinedName) {
            return arguments.getFirst();
        }
        boolean alsoForFalse = arguments.size() > 1 && Boolean.TRUE.equals(arguments.get(1));
        return alsoForFalse && !ObjectTruthValue.evaluate(value) ? arguments.getFirst() : value;
    }

    private static String join(@Nullable Object value, List<@Nullable Object> arguments) {
        if (!(value instanceof Collection<?> list)) {
            throw new TemplateFault(0, "join needs a list");
        }
        String between = arguments.isEmpty() ? "" : TemplateValues.text(arguments.getFirst());
        StringJoiner joined = new StringJoiner(between);
        list.forEach(each -> joined.add(TemplateValues.text(each)));
        return joined.toString();
    }

    private static Filter filter(String name, Work work) {
        return new Filter() {
            @Override
            public String getName() {
                return name;
            }

            @Override
            public @Nullable Object filter(
                    @Nullable Object value,
                    JinjavaInterpreter interpreter,
                    Object[] arguments,
                    Map<String, Object> named) {
                List<@Nullable Object> given = new ArrayList<>();
                for (Object each : arguments) {
                    given.add(each);
                }
                given.addAll(named.values());
                return work.apply(value, given);
            }

            @Override
            public @Nullable Object filter(
                    @Nullable Object value, JinjavaInterpreter interpreter, String... arguments) {
                List<@Nullable Object> given = new ArrayList<>();
                for (String each : arguments) {
                    given.add(each);
                }
                return work.apply(value, given);
            }
        };
    }

    @FunctionalInterface
    private interface Question {
        boolean ask(@Nullable Object value);
    }

    private static ExpTest test(String name, Question question) {
        return new ExpTest() {
            @Override
            public String getName() {
                return name;
            }

            @Override
            public boolean evaluate(
                    @Nullable Object value, JinjavaInterpreter interpreter, Object... arguments) {
                return question.ask(value);
            }
        };
    }
}
