package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.config.ModelEndpoints;
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
        // A configuration that the server would refuse is refused here as well.
        ModelEndpoints.open(options.read()).close();
        spec.commandLine().getOut().print(options.describe());
        spec.commandLine().getOut().flush();
    }
}
