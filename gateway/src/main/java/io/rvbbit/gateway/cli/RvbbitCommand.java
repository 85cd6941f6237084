package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.config.ConfigException;
import io.rvbbit.rewriter.SqlException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code rvbbit} and its subcommands. */
@Command(
        name = "rvbbit",
        description = "A PostgreSQL-wire SQL gateway that sends rows through LLM pipelines.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ServerCommand.class,
            SqlCommand.class,
            RunCommand.class,
            ConfigCommand.class
        })
public final class RvbbitCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    /**
     * Exit code: 0 well, 1 the command failed, 2 wrong usage or no connection, 3 a script failed.
     */
    public static int execute(String... arguments) {
        return new CommandLine(new RvbbitCommand())
                .setExecutionExceptionHandler(RvbbitCommand::failed)
                .execute(arguments);
    }

    /** An expected failure is one line, never a stack trace. */
    private static int failed(
            Exception failure, CommandLine command, CommandLine.ParseResult arguments)
            throws Exception {
        PrintWriter err = command.getErr();
        return switch (failure) {
            case ConfigException wrong -> told(err, String.valueOf(wrong.getMessage()));
            case SqlException wrong ->
                    told(err, wrong.getMessage() + wrong.hint().map(h -> "; " + h).orElse(""));
            case io.rvbbit.tracking.BooksUnavailable wrong ->
                    told(err, String.valueOf(wrong.getMessage()));
            case java.io.UncheckedIOException wrong ->
                    told(err, String.valueOf(wrong.getMessage()));
            case java.net.BindException wrong -> told(err, String.valueOf(wrong.getMessage()));
            default -> throw failure;
        };
    }

    private static int told(PrintWriter err, String message) {
        err.println("rvbbit: " + message);
        err.flush();
        return 1;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
