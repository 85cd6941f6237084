package io.rvbbit.gateway.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rvbbit.gateway.config.ConfigException;
import io.rvbbit.rewriter.SqlText;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one cascade as {@code SELECT rvbbit_run(…)} does and prints its output. */
@Command(
        name = "run",
        description = "Run one cascade; its output, and nothing else, goes to standard output.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the cascade ended well",
            "1:it failed, or this command itself",
            "2:no connection, or it was lost"
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "CASCADE",
            description = "path of the cascade under --root, or one of the shipped ones")
    private String cascade = "";

    @Option(
            names = "--input",
            required = true,
            paramLabel = "JSON",
            description =
                    "the cascade's input, an object; @FILE reads it from there, - from standard input")
    private String input = "";

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "model for every prompt, whatever the cascade says")
    private @Nullable String model;

    @Mixin private ClientOptions client = new ClientOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        String statement =
                "SELECT rvbbit_run(%s, %s)"
                        .formatted(SqlText.literal(cascade), SqlText.literal(readInput()));
        NoticePrinter answer = new NoticePrinter(spec.commandLine().getErr());
        Map<String, String> settings = model == null ? Map.of() : Map.of("rvbbit.model", model);
        try (Destination destination = client.open();
                WireClient connected =
                        client.connect(
                                destination, "run", cascade, inputSource(), settings, answer)) {
            TerminationSignals.handle(connected::cancel);
            connected.query(statement, answer);
        }
        String value = answer.value();
        if (!answer.failed() && value != null) {
            spec.commandLine().getOut().print(value + "\n");
            spec.commandLine().getOut().flush();
        }
        return answer.failed() ? 1 : 0;
    }

    private String inputSource() {
        if (input.equals("-")) {
            return "stdin";
        }
        return input.startsWith("@") ? "file" : "argument";
    }

    private String readInput() {
        boolean elsewhere = input.equals("-") || input.startsWith("@");
        String json =
                elsewhere
                        ? SqlSource.ofFile(input.equals("-") ? "-" : input.substring(1), System.in)
                                .text()
                        : input;
        try {
            if (new ObjectMapper().readTree(json).isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw new ConfigException("--input is not JSON: " + e.getOriginalMessage());
        }
        throw new ConfigException("--input is not a JSON object such as {\"product_name\": \"…\"}");
    }
}
