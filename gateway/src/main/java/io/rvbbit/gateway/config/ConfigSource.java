package io.rvbbit.gateway.config;

import io.rvbbit.rewriter.NearestName;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The configured values as they were written, each with the place where it stands.
 *
 * <p>The command line wins over the environment, the environment over the file, the file over the
 * defaults. A value is a String, a List of values or a Map of values.
 */
final class ConfigSource {
    /** One value and where it came from, such as {@code rvbbit.yaml:3} or {@code RVBBIT_PORT}. */
    record Sourced(Object value, String where) {}

    /** Variables that begin like keys but belong to the launcher. */
    private static final List<String> LAUNCHER_VARIABLES =
            List.of("RVBBIT_CONFIG", "RVBBIT_JAVA_OPTS", "RVBBIT_LOG_LEVEL", "RVBBIT_TOOLS");

    /** Names that variables have elsewhere. */
    private static final Map<String, ConfigKey> ALIASES =
            Map.of(
                    "ENABLE_DB_TRACING",
                    ConfigKey.DB_TRACING,
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    ConfigKey.OTLP_ENDPOINT);

    private static final LoadSettings SETTINGS = LoadSettings.builder().setUseMarks(true).build();

    private final Map<ConfigKey, Sourced> values = new EnumMap<>(ConfigKey.class);

    ConfigSource() {
        for (ConfigKey key : ConfigKey.values()) {
            values.put(key, new Sourced(yaml(key.defaultText(), "default"), "default"));
        }
    }

    Sourced value(ConfigKey key) {
        return Optional.ofNullable(values.get(key)).orElseThrow();
    }

    void readFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new ConfigException("can't read configuration file " + file + ": a directory");
        }
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            Optional<Node> root = new Compose(SETTINGS).composeReader(reader);
            if (root.isPresent()) {
                readRoot(root.get(), file.toString());
            }
        } catch (NoSuchFileException _) {
            throw new ConfigException("can't read configuration file " + file + ": no such file");
        } catch (AccessDeniedException _) {
            throw new ConfigException(
                    "can't read configuration file " + file + ": permission denied");
        } catch (CharacterCodingException _) {
            throw new ConfigException("can't read configuration file " + file + ": not UTF-8");
        } catch (IOException e) {
            throw new ConfigException(
                    "can't read configuration file " + file + ": " + e.getMessage());
        } catch (YamlEngineException e) {
            throw new ConfigException(
                    file + ": " + String.valueOf(e.getMessage()).replace('\n', ' '));
        }
    }

    private void readRoot(Node root, String file) {
        if (!(root instanceof MappingNode mapping)) {
            throw new ConfigException(where(root, file) + ": expected keys and values");
        }
        Set<ConfigKey> seen = EnumSet.noneOf(ConfigKey.class);
        for (NodeTuple entry : mapping.getValue()) {
            String name = scalar(entry.getKeyNode(), file);
            ConfigKey key =
                    byFileName(name)
                            .orElseThrow(() ->
                                    new ConfigException(
                                            where(entry.getKeyNode(), file)
                                                    + ": unknown key \""
                                                    + name
                                                    + "\""
                                                    + suggestion(name, ConfigKey::fileName)));
            String where = where(entry.getKeyNode(), file);
            if (!seen.add(key)) {
                throw new ConfigException(where + ": the key \"" + name + "\" stands twice");
            }
            values.put(key, new Sourced(value(entry.getValueNode(), file), where));
        }
    }

    void readEnvironment(Map<String, String> environment) {
        ALIASES.forEach((name, key) -> {
            String value = environment.get(name);
            if (value != null) {
                values.put(key, new Sourced(value, name));
            }
        });
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            String name = variable.getKey();
            if (!name.startsWith("RVBBIT_") || LAUNCHER_VARIABLES.contains(name)) {
                continue;
            }
            ConfigKey key =
                    Arrays.stream(ConfigKey.values())
                            .filter(candidate -> candidate.environmentName().equals(name))
                            .findFirst()
                            .orElseThrow(() ->
                                    new ConfigException(
                                            "unknown environment variable "
                                                    + name
                                                    + suggestion(
                                                            name, ConfigKey::environmentName)));
            values.put(key, new Sourced(yaml(variable.getValue(), name), name));
        }
    }

    void override(ConfigKey key, @Nullable Object value, String option) {
        if (value != null) {
            values.put(key, new Sourced(value.toString(), option));
        }
    }

    private static Object yaml(String text, String where) {
        if (!text.startsWith("[") && !text.startsWith("{")) {
            return text;
        }
        try {
            return new Compose(SETTINGS)
                    .composeString(text)
                    .map(node -> value(node, where))
                    .orElse("");
        } catch (YamlEngineException e) {
            throw new ConfigException(
                    where + ": " + String.valueOf(e.getMessage()).replace('\n', ' '));
        }
    }

    private static Object value(Node node, String file) {
        return switch (node) {
            case MappingNode mapping -> {
                Map<String, Object> map = new LinkedHashMap<>();
                Map<String, String> places = new HashMap<>();
                for (NodeTuple entry : mapping.getValue()) {
                    String key = scalar(entry.getKeyNode(), file);
                    String where = where(entry.getKeyNode(), file);
                    if (places.put(key, where) != null) {
                        throw new ConfigException(where + ": the key \"" + key + "\" stands twice");
                    }
                    map.put(key, value(entry.getValueNode(), file));
                }
                yield new ConfigEntry(map, places, where(mapping, file));
            }
            case SequenceNode sequence -> {
                List<Object> list = new ArrayList<>();
                for (Node element : sequence.getValue()) {
                    list.add(value(element, file));
                }
                yield list;
            }
            default -> scalar(node, file);
        };
    }

    private static String scalar(Node node, String file) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new ConfigException(where(node, file) + ": expected a single value");
    }

    private static String where(Node node, String file) {
        return file + ":" + node.getStartMark().map(Mark::getLine).map(line -> line + 1).orElse(1);
    }

    private static Optional<ConfigKey> byFileName(String name) {
        return Arrays.stream(ConfigKey.values())
                .filter(key -> key.fileName().equals(name))
                .findFirst();
    }

    private static String suggestion(String name, Function<ConfigKey, String> spelling) {
        List<String> names = Arrays.stream(ConfigKey.values()).map(spelling).toList();
        return NearestName.of(name, names)
                .map(nearest -> "; did you mean \"" + nearest + "\"?")
                .orElse("; the keys are " + String.join(", ", names));
    }
}
