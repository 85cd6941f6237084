package io.rvbbit.gateway.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.CascadeCatalog;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists every cascade that a statement can name. */
@Command(
        name = "list",
        description = "List the cascades that statements can name, and the files that are none.",
        mixinStandardHelpOptions = true)
final class CascadesListCommand implements Runnable {
    private static final int HASH_SHOWN = 12;

    @Option(names = "--format", paramLabel = "text|json", description = "how they are printed")
    private CascadesCommand.Format format = CascadesCommand.Format.TEXT;

    @Mixin private ConfigOptions options = new ConfigOptions();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CascadeCatalog catalog = new CascadeCatalog(options.read().roots());
        PrintWriter out = spec.commandLine().getOut();
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        for (String name : catalog.names()) {
            try {
                Cascade cascade = catalog.load(name);
                all.add(json(name, cascade));
                if (format == CascadesCommand.Format.TEXT) {
                    out.print(text(name, cascade));
                }
            } catch (SqlException fault) {
                all.addObject().put("file", name).put("error", fault.getMessage());
                if (format == CascadesCommand.Format.TEXT) {
                    out.print(name + "\n    is no cascade: " + fault.getMessage() + "\n");
                }
            }
        }
        if (format == CascadesCommand.Format.JSON) {
            out.print(all.toPrettyString() + "\n");
        }
        out.flush();
    }

    private static String text(String name, Cascade cascade) {
        List<String> inputs = cascade.inputs().keySet().stream().sorted().toList();
        @Nullable Map<String, String> outputs = cascade.outputs();
        return "%s: %s (%s) → %s, %s\n%s"
                .formatted(
                        name,
                        cascade.id(),
                        String.join(", ", inputs),
                        outputs == null ? "text" : String.join(", ", outputs.keySet()),
                        cascade.contentHash().substring(0, HASH_SHOWN),
                        cascade.description().isEmpty()
                                ? ""
                                : "    " + cascade.description() + "\n");
    }

    private static ObjectNode json(String name, Cascade cascade) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("file", name)
                .put("cascade_id", cascade.id())
                .put("description", cascade.description())
                .put("content_hash", cascade.contentHash());
        ObjectNode inputs = node.putObject("inputs");
        cascade.inputs().forEach(inputs::put);
        if (cascade.outputs() == null) {
            node.put("outputs", "text");
        } else {
            ObjectNode outputs = node.putObject("outputs");
            cascade.outputs().forEach(outputs::put);
        }
        return node.put("examples", cascade.examples().size());
    }
}
