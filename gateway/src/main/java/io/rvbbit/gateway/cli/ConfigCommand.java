package io.rvbbit.gateway.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the effective configuration, without secrets. */
@Command(
        name = "config",
        description = "Print every key's effective value and where it was set.",
        mixinStandardHelpOptions = true)
final class ConfigCommand implements Runnable {
    @Mixin private ConfigOptions options = new ConfigOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        options.read(); // A configuration that the server would refuse is refused here as well.
        spec.commandLine().getOut().print(options.describe());
        spec.commandLine().getOut().flush();
    }
}
