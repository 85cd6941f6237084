package io.rvbbit.gateway.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which server a command talks to, and what it says of itself there. */
final class ClientOptions {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "server to connect to: " + ServerUrl.FORM)
    private @Nullable String url;

    @Option(
            names = {"-d", "--database"},
            paramLabel = "NAME",
            description = "database to connect to, instead of default")
    private @Nullable String database;

    @Mixin private ConfigOptions options = new ConfigOptions();

    Destination open() throws InterruptedException {
        return Destination.open(Optional.ofNullable(url), options);
    }

    /** Where this process looks cascades up; a server at a URL may look elsewhere. */
    List<Path> roots() {
        return options.read().roots();
    }

    /**
     * Connects as a command line; its statements get caller ids {@code cli-…}.
     *
     * @param command such as {@code sql}
     * @param target the script or cascade, may be empty
     * @param inputSource {@code argument}, {@code file} or {@code stdin}
     */
    WireClient connect(
            Destination destination,
            String command,
            String target,
            String inputSource,
            Map<String, String> settings,
            ResultListener notices) {
        Map<String, String> parameters = new LinkedHashMap<>(settings);
        parameters.put("application_name", "rvbbit " + command);
        parameters.put("rvbbit.origin", "cli");
        parameters.put("rvbbit.command", command);
        parameters.put("rvbbit.target", target);
        parameters.put("rvbbit.input", inputSource);
        ServerUrl server = destination.server();
        return WireClient.connect(
                database == null ? server : server.withDatabase(database), parameters, notices);
    }
}
