package io.rvbbit.gateway.cli;

import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.CascadeCatalog;
import io.rvbbit.udf.cascade.CascadeText;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints one cascade as the gateway understands it. */
@Command(
        name = "show",
        description = "Print a cascade with its keys resolved: main names, defaults filled in.",
        mixinStandardHelpOptions = true)
final class CascadesShowCommand implements Runnable {
    @Parameters(paramLabel = "NAME", description = "path of the cascade, as in RVBBIT MAP 'NAME'")
    private String name = "";

    @Option(names = "--format", paramLabel = "text|json", description = "text is YAML")
    private CascadesCommand.Format format = CascadesCommand.Format.TEXT;

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        Cascade cascade = new CascadeCatalog(options.read().roots()).load(name);
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case TEXT -> {
                out.print("# " + cascade.file() + ", content hash " + cascade.contentHash() + "\n");
                out.print(CascadeText.yaml(cascade));
            }
            case JSON -> out.print(CascadeText.json(cascade).toPrettyString() + "\n");
        }
        out.flush();
        cascade.warnings().forEach(spec.commandLine().getErr()::println);
    }
}
