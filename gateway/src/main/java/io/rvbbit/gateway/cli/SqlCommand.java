package io.rvbbit.gateway.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs SQL scripts, statement by statement, as psql would. */
@Command(
        name = "sql",
        description = {
            "Run SQL and stop at the first error.",
            "The server is the one at --url, else the one that has the data directory, else one of"
                    + " its own that ends with the command."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:every statement was run",
            "1:a statement of -c failed, or this command itself",
            "2:no connection, or it was lost",
            "3:a statement of a script failed"
        },
        mixinStandardHelpOptions = true)
final class SqlCommand implements Callable<Integer> {
    /** One of -c and -f; the list of them keeps the order of the command line. */
    static final class Source {
        @Option(
                names = {"-c", "--command"},
                paramLabel = "SQL",
                description = "statements to run")
        @Nullable String command;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "script to run; - is standard input, which is read without -c and -f")
        @Nullable String file;

        SqlSource read() {
            return command != null
                    ? SqlSource.ofCommand(command)
                    : SqlSource.ofFile(file == null ? "-" : file, System.in);
        }
    }

    @ArgGroup(exclusive = true, multiplicity = "0..*")
    private List<Source> sources = new ArrayList<>();

    @Option(names = "--csv", description = "write comma-separated values instead of tables")
    private boolean csv;

    @Mixin private ClientOptions client = new ClientOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        List<SqlSource> scripts =
                sources.isEmpty()
                        ? List.of(SqlSource.ofFile("-", System.in))
                        : sources.stream().map(Source::read).toList();
        String files =
                scripts.stream()
                        .map(SqlSource::file)
                        .filter(file -> !file.isEmpty())
                        .collect(Collectors.joining(","));
        try (Destination destination = client.open();
                WireClient connected =
                        client.connect(
                                destination,
                                "sql",
                                files,
                                inputSource(scripts),
                                Map.of(),
                                new NoticePrinter(err))) {
            RowPrinter printer = csv ? new CsvPrinter(out) : new AlignedPrinter(out);
            ScriptRun run = new ScriptRun(connected, printer, out, err);
            TerminationSignals.handle(run::cancel);
            return run.run(scripts);
        }
    }

    /** Of several sources that of the first. */
    private static String inputSource(List<SqlSource> scripts) {
        SqlSource first = scripts.getFirst();
        if (first.shown().isEmpty()) {
            return "argument";
        }
        return first.file().isEmpty() ? "stdin" : "file";
    }
}
