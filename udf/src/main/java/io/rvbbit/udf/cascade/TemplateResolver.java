package io.rvbbit.udf.cascade;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/**
 * What {@code a.b}, {@code a[b]} and {@code a.b()} mean in a template.
 *
 * <p>Properties exist on maps, lists and the loop variable only; no Java object is ever reached by
 * reflection. The only methods are {@code items}, {@code keys} and {@code values} of a map. A
 * missing key is an {@link UndefinedName}. Threading: immutable.
 */
final class TemplateResolver extends ELResolver {
    static final Set<String> MAP_METHODS = Set.of("items", "keys", "values");

    @Override
    public @Nullable Object getValue(
            ELContext context, @Nullable Object base, @Nullable Object property) {
        context.setPropertyResolved(true);
        String name = String.valueOf(property);
        return switch (base) {
            case null -> new UndefinedName(name);
            // Asked before a filter or test is invoked: they have no properties.
            case Filter _, ExpTest _ -> null;
            case UndefinedName undefined -> throw undefined.fault();
            case Map<?, ?> map -> map.containsKey(name) ? map.get(name) : new UndefinedName(name);
            case List<?> list -> element(list, name);
            case ForLoop loop -> loopProperty(loop, name);
            default ->
                    throw new TemplateFault(
                            0, "there is no " + Names.quoted(name) + " in a plain value");
        };
    }

    private static @Nullable Object element(List<?> list, String index) {
        int i;
        try {
            i = Integer.parseInt(index);
        } catch (NumberFormatException e) {
            return new UndefinedName(index);
        }
        int place = i < 0 ? list.size() + i : i;
        return place >= 0 && place < list.size() ? list.get(place) : new UndefinedName(index);
    }

    private static Object loopProperty(ForLoop loop, String name) {
        return switch (name) {
            case "index" -> loop.getIndex();
            case "index0" -> loop.getIndex0();
            case "revindex" -> loop.getRevindex();
            case "revindex0" -> loop.getRevindex0();
            case "first" -> loop.isFirst();
            case "last" -> loop.isLast();
            case "length" -> loop.getLength();
            default -> new UndefinedName("loop." + name);
        };
    }

    @Override
    public @Nullable Object invoke(
            ELContext context,
            @Nullable Object base,
            @Nullable Object method,
            Class<?> @Nullable [] types,
            @Nullable Object @Nullable [] parameters) {
        context.setPropertyResolved(true);
        @Nullable Object[] given = parameters == null ? new Object[0] : parameters;
        return switch (base) {
            case Filter filter when "filter".equals(method) -> filtered(filter, given);
            case ExpTest test when "evaluate".equals(method) ->
                    test.evaluate(given[0], interpreter(given[1]), rest(given));
            case ExpTest test when "evaluateNegated".equals(method) ->
                    test.evaluateNegated(given[0], interpreter(given[1]), rest(given));
            case UndefinedName undefined -> throw undefined.fault();
            case Map<?, ?> map when given.length == 0 && MAP_METHODS.contains(method) ->
                    switch (String.valueOf(method)) {
                        case "keys" -> List.copyOf(map.keySet());
                        case "values" -> Arrays.asList(map.values().toArray());
                        default -> map.entrySet();
                    };
            case null, default ->
                    throw new TemplateFault(
                            0,
                            "templates call no methods: " + Names.quoted(String.valueOf(method)),
                            "use a filter, as in {{ x | upper }}");
        };
    }

    @SuppressWarnings("unchecked") // The engine passes (value, interpreter, positional, named).
    private static @Nullable Object filtered(Filter filter, @Nullable Object[] given) {
        return filter.filter(
                given[0],
                interpreter(given[1]),
                (Object[]) given[2],
                (Map<String, Object>) given[3]);
    }

    private static @Nullable Object[] rest(@Nullable Object[] given) {
        return Arrays.copyOfRange(given, 2, given.length);
    }

    private static JinjavaInterpreter interpreter(@Nullable Object value) {
        if (value instanceof JinjavaInterpreter interpreter) {
            return interpreter;
        }
        throw new IllegalStateException("the engine passes its interpreter second");
    }

    @Override
    public @Nullable Class<?> getType(ELContext context, @Nullable Object base, Object property) {
        return null;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
        throw new TemplateFault(0, "templates change nothing");
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public @Nullable Iterator<java.beans.FeatureDescriptor> getFeatureDescriptors(
            ELContext context, Object base) {
        return null;
    }

    @Override
    public @Nullable Class<?> getCommonPropertyType(ELContext context, Object base) {
        return null;
    }
}
