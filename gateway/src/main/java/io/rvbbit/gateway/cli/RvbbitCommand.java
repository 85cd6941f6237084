package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.config.ConfigException;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.tracking.BooksUnavailable;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
            CascadesCommand.class,
            ConfigCommand.class,
            VerifierCommand.class,
            TokenCommand.class
        })
public final class RvbbitCommand implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RvbbitCommand.class);
    private static final int FAILED = 1;
    private static final int NO_CONNECTION = 2;

    @Spec private CommandSpec spec = CommandSpec.create();

    /**
     * Exit code: 0 well, 1 wrong usage or the command failed, 2 no connection, 3 a script failed.
     * {@code cascades test} keeps 1 for examples that fail and says 2 for all else.
     */
    public static int execute(String... arguments) {
        // Values are UTF-8 whatever the terminal's locale says.
        return execute(utf8(System.out), utf8(System.err), arguments);
    }

    /** The same, printing to these. */
    public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
        int exitCode =
                new CommandLine(new RvbbitCommand())
                        // @FILE is what --input reads, not a file of arguments.
                        .setExpandAtFiles(false)
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setOut(out)
                        .setErr(err)
                        .setParameterExceptionHandler(RvbbitCommand::misused)
                        .setExecutionExceptionHandler(RvbbitCommand::failed)
                        .execute(arguments);
        out.flush();
        err.flush();
        return exitCode;
    }

    private static PrintWriter utf8(PrintStream stream) {
        // Wrapped in a writer of another kind, the stream would keep to itself that nobody reads.
        return new PrintWriter(stream, false, StandardCharsets.UTF_8);
    }

    private static int misused(CommandLine.ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        String help = command.getCommandSpec().qualifiedName() + " --help";
        return told(command.getErr(), wrong.getMessage() + "; see " + help, failed(command));
    }

    /** A test that fails is told from one that could not be made. */
    private static int failed(CommandLine command) {
        return command.getCommand() instanceof CascadesTestCommand
                ? CascadesTestCommand.NOT_TESTED
                : FAILED;
    }

    /** An expected failure is one line, never a stack trace. */
    private static int failed(
            Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
        PrintWriter err = command.getErr();
        String message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case ConnectionFailure _ -> told(err, message, NO_CONNECTION);
            case SqlException wrong ->
                    told(
                            err,
                            message + wrong.hint().map(hint -> "; " + hint).orElse(""),
                            failed(command));
            case ConfigException _, BooksUnavailable _, UncheckedIOException _ ->
                    told(err, message, failed(command));
            default -> {
                LOG.error("unexpected failure", failure);
                yield told(err, "unexpected failure: " + failure, failed(command));
            }
        };
    }

    private static int told(PrintWriter err, String message, int exitCode) {
        err.println("rvbbit: " + message);
        err.flush();
        return exitCode;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
