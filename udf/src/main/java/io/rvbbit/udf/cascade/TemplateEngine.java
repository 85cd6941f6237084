package io.rvbbit.udf.cascade;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.ExtendedSyntaxBuilder;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.Context.Library;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.Importable;
import com.hubspot.jinjava.lib.expression.ExpressionStrategy;
import com.hubspot.jinjava.tree.Node;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import jinjava.de.odysseus.el.tree.impl.Builder.Feature;
import org.jspecify.annotations.Nullable;

/**
 * The Jinja engine, closed to everything but data.
 *
 * <p>Tags, filters, functions and tests are those listed here, no others: no include, import, macro
 * or print, no file, network or reflection. Bounds of one rendering: {@value #MAX_OUTPUT}
 * characters out, {@value #MAX_STEPS} template nodes, {@value #MAX_RANGE} numbers of a range.
 * Threading: any thread.
 */
final class TemplateEngine {
    static final int MAX_OUTPUT = 16 * 1024 * 1024;
    static final int MAX_STEPS = 5_000_000;
    static final int MAX_RANGE = 10_000;

    static final Set<String> TAGS = Set.of("if", "elif", "else", "for", "set", "raw");
    static final Set<String> FUNCTIONS = Set.of("range");
    static final Set<String> FILTERS =
            Set.of(
                    "abs",
                    "capitalize",
                    "count",
                    "d",
                    "default",
                    "first",
                    "float",
                    "ident",
                    "int",
                    "join",
                    "last",
                    "length",
                    "list",
                    "lower",
                    "replace",
                    "reverse",
                    "round",
                    "sort",
                    "split",
                    "string",
                    "sum",
                    "title",
                    "tojson",
                    "trim",
                    "truncate",
                    "unique",
                    "upper");
    static final Set<String> TESTS =
            Set.of(
                    "boolean",
                    "containing",
                    "defined",
                    "divisibleby",
                    "equalto",
                    "even",
                    "in",
                    "iterable",
                    "lower",
                    "mapping",
                    "none",
                    "number",
                    "odd",
                    "sequence",
                    "string",
                    "undefined",
                    "upper");

    // Not a name a template can spell.
    private static final String STEPS = "rvbbit:steps";
    private static final String LOCAL = "rvbbit:local:";
    static final String LITERALS = "rvbbit:literals";

    private static final TemplateEngine INSTANCE = new TemplateEngine();

    private final Jinjava jinjava;
    private final JinjavaConfig config;

    /** What every rendering may use; made once, for it takes longer than a rendering. */
    private final Context libraries;

    private TemplateEngine() {
        config =
                JinjavaConfig.newBuilder()
                        .withElResolver(new TemplateResolver())
                        .withNestedInterpretationEnabled(false)
                        .withMaxOutputSize(MAX_OUTPUT)
                        .withMaxStringLength(MAX_OUTPUT)
                        .withRangeLimit(MAX_RANGE)
                        .withMaxRenderDepth(20)
                        .withMaxMacroRecursionDepth(0)
                        .withKeepTrailingNewline(true)
                        .withLegacyOverrides(
                                LegacyOverrides.newBuilder()
                                        .withIterateOverMapKeys(true)
                                        .withHandleBackslashInQuotesOnly(true)
                                        .withUseNaturalOperatorPrecedence(true)
                                        .withParseWhitespaceControlStrictly(true)
                                        .build())
                        .withProcessors(
                                JinjavaProcessors.newBuilder()
                                        .withNodePreProcessor((_, engine) -> step(engine))
                                        .build())
                        .build();
        jinjava = new Jinjava(config);
        libraries = new Context(null, Map.of(), everythingElse());
        libraries.registerTag(new ListLoop());
        libraries.registerTag(new Assignment());
        TemplateFilters.all().forEach(libraries::registerFilter);
        TemplateFilters.tests().forEach(libraries::registerExpTest);
    }

    static TemplateEngine get() {
        return INSTANCE;
    }

    private static Map<Library, Set<String>> everythingElse() {
        Context every = new Jinjava().getGlobalContext();
        return Map.of(
                Library.TAG, without(TAGS, every.getAllTags()),
                Library.FILTER, without(FILTERS, every.getAllFilters()),
                Library.EXP_TEST, without(TESTS, every.getAllExpTests()),
                Library.FUNCTION, without(Set.of(":range"), every.getAllFunctions()));
    }

    private static Set<String> without(Set<String> kept, Collection<? extends Importable> all) {
        return all.stream()
                .map(Importable::getName)
                .filter(name -> !kept.contains(name) && !name.startsWith("end"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void step(JinjavaInterpreter engine) {
        if (engine.getContext().get(STEPS) instanceof AtomicInteger left) {
            if (left.decrementAndGet() < 0) {
                throw new TemplateFault(engine.getLineNumber(), "the template loops too often");
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new TemplateFault(engine.getLineNumber(), "rendering was interrupted");
            }
        }
    }

    /**
     * Reads a template.
     *
     * @throws TemplateFault if its text is no template
     */
    Node parse(String text, ExpressionStrategy output) {
        JinjavaInterpreter engine = interpreter(Map.of());
        engine.getContext().setExpressionStrategy(output);
        return guarded(engine, () -> engine.parse(text));
    }

    /** Checks that the engine understands an expression. */
    static void checkExpression(String expression, int line) {
        try {
            new ExtendedSyntaxBuilder(Feature.METHOD_INVOCATIONS, Feature.VARARGS)
                    .build("#{" + expression + "}");
        } catch (RuntimeException | StackOverflowError e) {
            throw new TemplateFault(
                    line, "cannot read the expression " + Names.quoted(expression.strip()));
        }
    }

    /**
     * Renders a template over {@code names}.
     *
     * @throws TemplateFault also for whatever the engine would only have noted
     */
    String render(Node root, Map<String, Object> names) {
        JinjavaInterpreter engine = interpreter(names);
        return guarded(engine, () -> engine.render(root));
    }

    private JinjavaInterpreter interpreter(Map<String, Object> names) {
        Context context = new Context(libraries, names);
        context.put(STEPS, new AtomicInteger(MAX_STEPS));
        context.setDynamicVariableResolver(TemplateEngine::absent);
        return new JinjavaInterpreter(jinjava, context, config);
    }

    /**
     * The engine knows only the lower-case words for truth, and forgets variables that are null.
     */
    private static @Nullable Object absent(String name) {
        return switch (name) {
            case "none", "None" -> null;
            case "True" -> true;
            case "False" -> false;
            default -> {
                Context scope = JinjavaInterpreter.getCurrent().getContext();
                boolean isNull = scope.get(LOCAL + name) != null;
                yield isNull ? null : new UndefinedName(name);
            }
        };
    }

    /** Adds a name, which exists also if its value is null. */
    static void give(Map<String, Object> names, String name, @Nullable Object value) {
        if (value == null) {
            names.remove(name);
            names.put(LOCAL + name, true);
        } else {
            names.put(name, value);
        }
    }

    /** From here on in this scope the variable exists, also if its value is null. */
    static void declare(JinjavaInterpreter engine, String name) {
        engine.getContext().put(LOCAL + name.strip(), true);
    }

    private static <T> T guarded(JinjavaInterpreter engine, Supplier<T> work) {
        T result;
        try {
            result = work.get();
        } catch (RuntimeException | StackOverflowError e) {
            throw TemplateFault.within(e)
                    .map(fault -> fault.line() > 0 ? fault : fault.at(engine.getLineNumber()))
                    .orElseGet(() -> fault(engine.getLineNumber(), e.getMessage()));
        }
        List<TemplateError> errors = engine.getErrors();
        if (errors.isEmpty()) {
            return result;
        }
        TemplateError first = errors.getFirst();
        throw TemplateFault.within(first.getException())
                .map(fault -> fault.line() > 0 ? fault : fault.at(first.getLineno()))
                .orElseGet(() -> fault(first.getLineno(), first.getMessage()));
    }

    private static TemplateFault fault(int line, @Nullable String reason) {
        String text =
                reason == null ? "it cannot be rendered" : reason.lines().findFirst().orElse("");
        return new TemplateFault(
                Math.max(0, line), text.length() <= 300 ? text : text.substring(0, 300) + "…");
    }
}
