package io.rvbbit.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What is done with the files of cascades rather than with rows. */
@Command(
        name = "cascades",
        description = "Check, list, show and test cascades.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CascadesLintCommand.class,
            CascadesListCommand.class,
            CascadesShowCommand.class,
            CascadesTestCommand.class,
            CascadesSchemaCommand.class
        })
final class CascadesCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** How a command prints. */
    enum Format {
        TEXT,
        JSON
    }
}
