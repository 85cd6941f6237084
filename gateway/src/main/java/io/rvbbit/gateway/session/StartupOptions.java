package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Databases;
import io.rvbbit.gateway.execution.Settings;
import io.rvbbit.gateway.wire.FrontendMessage.StartupMessage;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerMetadata.CommandLine;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the startup packet asks for: who, where, and with which settings.
 *
 * @param settings parameters and {@code -c name=value} of {@code options}, in that order
 */
record StartupOptions(
        String user,
        String database,
        Map<String, String> settings,
        Optional<CommandLine> commandLine) {
    private static final String ORIGIN = "rvbbit.origin";
    private static final String COMMAND = "rvbbit.command";
    private static final String TARGET = "rvbbit.target";
    private static final String INPUT = "rvbbit.input";

    static StartupOptions of(StartupMessage startup) {
        Map<String, String> settings = new LinkedHashMap<>(startup.settings());
        String user = user(startup);
        settings.remove("user");
        String database =
                Optional.ofNullable(settings.remove("database"))
                        .filter(name -> !name.isEmpty())
                        .orElse(Databases.DEFAULT);
        String replication = Optional.ofNullable(settings.remove("replication")).orElse("off");
        if (!replication.matches("(?i)off|false|no|0")) {
            throw new SqlException(
                    SqlState.FEATURE_NOT_SUPPORTED, "replication connections: not supported");
        }
        Optional.ofNullable(settings.remove("options"))
                .ifPresent(options -> settings.putAll(CommandLineOptions.parse(options)));
        Optional<CommandLine> commandLine =
                Optional.ofNullable(settings.remove(ORIGIN))
                        .filter(origin -> origin.equals("cli"))
                        .map(_ ->
                                new CommandLine(
                                        settings.getOrDefault(COMMAND, "sql"),
                                        settings.getOrDefault(TARGET, ""),
                                        settings.getOrDefault(INPUT, "")));
        settings.remove(COMMAND);
        settings.remove(TARGET);
        settings.remove(INPUT);
        return new StartupOptions(user, database, settings, commandLine);
    }

    /**
     * @throws SqlException 28000 if the packet names nobody
     */
    static String user(StartupMessage startup) {
        String user = startup.parameters().getOrDefault("user", "");
        if (user.isEmpty()) {
            throw new SqlException(
                    SqlState.INVALID_AUTHORIZATION,
                    "no PostgreSQL user name specified in startup packet");
        }
        return user;
    }

    /** What a RESET goes back to is what the client connected with. */
    void applyTo(Settings target) {
        settings.forEach(target::setDefault);
    }

    /** The {@code options} parameter, in the form of a command line of the PostgreSQL server. */
    static final class CommandLineOptions {
        private CommandLineOptions() {}

        static Map<String, String> parse(String options) {
            Map<String, String> settings = new LinkedHashMap<>();
            // A backslash keeps a blank from ending a word.
            String[] words = options.strip().split("(?<!\\\\)\\s+", -1);
            for (int at = 0; at < words.length; at++) {
                String word = words[at].replaceAll("\\\\(.)", "$1");
                if (word.isEmpty()) {
                    continue;
                }
                String setting;
                if (word.equals("-c") && at + 1 < words.length) {
                    setting = words[++at].replaceAll("\\\\(.)", "$1");
                } else if (word.startsWith("-c") || word.startsWith("--")) {
                    setting = word.substring(2);
                } else {
                    throw wrong(word);
                }
                int equals = setting.indexOf('=');
                if (equals < 1) {
                    throw wrong(word);
                }
                settings.put(
                        setting.substring(0, equals).replace('-', '_'),
                        setting.substring(equals + 1));
            }
            return settings;
        }

        private static SqlException wrong(String word) {
            return new SqlException(
                            SqlState.SYNTAX_ERROR,
                            "invalid command-line argument for server process: " + word)
                    .hint("options=-c name=value");
        }
    }
}
