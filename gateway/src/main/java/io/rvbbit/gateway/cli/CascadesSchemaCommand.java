package io.rvbbit.gateway.cli;

import io.rvbbit.udf.format.FormatSchema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what editors check cascades with. */
@Command(
        name = "schema",
        description = "Print the JSON Schema of the format, for editors.",
        mixinStandardHelpOptions = true)
final class CascadesSchemaCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().getOut().print(FormatSchema.shipped());
        spec.commandLine().getOut().flush();
    }
}
