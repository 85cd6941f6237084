package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.cli.ExampleResult.Status;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.CascadeCatalog;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the examples of cascades on a server, on whichever model it has. */
@Command(
        name = "test",
        description = "Run the examples of a cascade and tell pass rate, cost and differences.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:no example failed",
            "1:one failed, or a file of --all is no cascade",
            "2:wrong usage, no such cascade, no connection"
        },
        mixinStandardHelpOptions = true)
final class CascadesTestCommand implements Callable<Integer> {
    static final int NOT_TESTED = 2;

    @ArgGroup(multiplicity = "1")
    private Which which = new Which();

    @Option(names = "--format", paramLabel = "text|json", description = "how results are printed")
    private CascadesCommand.Format format = CascadesCommand.Format.TEXT;

    @Mixin private ClientOptions client = new ClientOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    private final Set<String> warned = new HashSet<>();

    /** Whether a signal came: the example that runs is cancelled, and none begins after it. */
    private volatile boolean stopped;

    /** One cascade, or all of them. */
    static final class Which {
        @Parameters(
                paramLabel = "NAME",
                description = "path of the cascade, as in RVBBIT MAP 'NAME'")
        private String name = "";

        @Option(names = "--all", description = "every cascade that a statement can name")
        private boolean all;
    }

    @Override
    public Integer call() throws InterruptedException {
        CascadeCatalog catalog = new CascadeCatalog(client.roots());
        if (!which.all) {
            // What is misspelt is told before a server starts.
            Cascade _ = catalog.load(which.name);
        }
        List<String> names = which.all ? List.copyOf(catalog.names()) : List.of(which.name);
        ExampleReport report = new ExampleReport(results(catalog, names));
        PrintWriter out = spec.commandLine().getOut();
        switch (format) {
            case TEXT -> out.print(report.summary());
            case JSON -> out.print(report.json().toPrettyString() + "\n");
        }
        out.flush();
        return report.count(Status.FAILED) == 0 ? 0 : 1;
    }

    private List<ExampleResult> results(CascadeCatalog catalog, List<String> names)
            throws InterruptedException {
        List<ExampleResult> results = new ArrayList<>();
        // A stored answer would say nothing of the model.
        Map<String, String> settings = Map.of("rvbbit.cache", "false", "rvbbit.notices", "true");
        String target = which.all ? "--all" : which.name;
        try (Destination destination = client.open();
                WireClient connected =
                        client.connect(
                                destination,
                                "cascades test",
                                target,
                                "file",
                                settings,
                                new AnswerListener(this::warn))) {
            TerminationSignals.handle(() -> {
                stopped = true;
                connected.cancel();
            });
            ExampleRun run = new ExampleRun(connected, this::warn);
            for (String name : names) {
                Cascade cascade;
                try {
                    cascade = catalog.load(name);
                } catch (SqlException fault) {
                    String reason = String.valueOf(fault.getMessage());
                    add(results, ExampleResult.failed(name, 0, reason, "", BigDecimal.ZERO));
                    continue;
                }
                for (int number = 1; !stopped && number <= cascade.examples().size(); number++) {
                    add(results, run.run(name, cascade, number));
                }
            }
        }
        return results;
    }

    /** Text is shown as soon as it is known: a model takes its time. */
    private void add(List<ExampleResult> results, ExampleResult result) {
        results.add(result);
        if (format == CascadesCommand.Format.TEXT) {
            spec.commandLine().getOut().print(ExampleReport.text(result));
            spec.commandLine().getOut().flush();
        }
    }

    /** Each example would say the same again. */
    private void warn(ServerMessage message) {
        String text = Diagnostics.text(message, "", "");
        if (warned.add(text)) {
            spec.commandLine().getErr().print(text);
            spec.commandLine().getErr().flush();
        }
    }
}
