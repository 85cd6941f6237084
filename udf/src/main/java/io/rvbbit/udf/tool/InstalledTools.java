package io.rvbbit.udf.tool;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The tools that jars on the class path have brought. Threading: immutable. */
public final class InstalledTools {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Map<String, Tool> tools;

    private InstalledTools(Map<String, Tool> tools) {
        this.tools = Map.copyOf(tools);
    }

    /**
     * Those of this class path, looked for at the first call.
     *
     * @throws IllegalStateException if two have the same name, or one has none that a model can
     *     call
     */
    public static InstalledTools get() {
        return OfThisClassPath.FOUND.get();
    }

    static InstalledTools of(Iterable<ToolProvider> providers) {
        Map<String, Tool> tools = new LinkedHashMap<>();
        for (ToolProvider provider : providers) {
            for (Tool tool : provider.tools()) {
                String name = tool.name();
                if (!NAME.matcher(name).matches() || Set.of("http", "sql_data").contains(name)) {
                    throw new IllegalStateException(
                            "tool \"%s\" of %s needs a name of its own: letters, digits, _ and -, at most 64"
                                    .formatted(name, provider.getClass().getName()));
                }
                if (tools.putIfAbsent(name, tool) != null) {
                    throw new IllegalStateException("there are two tools named \"" + name + "\"");
                }
            }
        }
        return new InstalledTools(tools);
    }

    public Optional<Tool> find(String name) {
        return Optional.ofNullable(tools.get(name));
    }

    public Set<String> names() {
        return tools.keySet();
    }

    private static final class OfThisClassPath {
        private static final Supplier<InstalledTools> FOUND = loaded();

        /** A fault is thrown at each use, by its own name. */
        private static Supplier<InstalledTools> loaded() {
            try {
                InstalledTools found = of(ServiceLoader.load(ToolProvider.class));
                return () -> found;
            } catch (IllegalStateException | ServiceConfigurationError fault) {
                return () -> {
                    throw new IllegalStateException(fault.getMessage(), fault);
                };
            }
        }
    }
}
