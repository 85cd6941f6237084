package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.config.GatewayConfig;
import io.rvbbit.gateway.config.ModelEndpoints;
import io.rvbbit.gateway.config.ModelFallbacks;
import io.rvbbit.udf.llm.ModelCatalog;
import io.rvbbit.udf.llm.Models;
import io.rvbbit.udf.llm.Traffic;
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
        GatewayConfig config = options.read();
        try (Traffic traffic = new Traffic(config.maxCallsInFlight());
                ModelCatalog models = ModelEndpoints.open(config, traffic)) {
            Models _ = ModelFallbacks.over(models, config);
        }
        spec.commandLine().getOut().print(options.describe());
        spec.commandLine().getOut().flush();
    }
}
