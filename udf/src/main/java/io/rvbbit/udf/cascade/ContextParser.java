package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.udf.cascade.SourceNode.Scalar;
import io.rvbbit.udf.cascade.SourceNode.Sequence;
import io.rvbbit.udf.format.ContextFormat;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads a cell's {@code context}. Threading: one thread. */
final class ContextParser {
    private ContextParser() {}

    static Context read(CellScope cell) {
        SourceNode node = cell.keys().node("context").orElse(null);
        if (node == null) {
            return Context.NONE;
        }
        Keys keys =
                Keys.of(cell.file(), node, "context of " + cell.what()).only(ContextFormat.CONTEXT);
        SourceNode from = keys.required("from");
        return new Context(
                cells(cell, keys, from),
                keys.word("include", Context.Include.class).orElse(Context.Include.OUTPUT),
                keys.integer("history", 1, ContextFormat.MAX_HISTORY),
                keys.integer("max_tokens", 1, Integer.MAX_VALUE),
                isAll(from) ? null : from.place());
    }

    private static List<String> cells(CellScope cell, Keys keys, SourceNode from) {
        List<String> earlier = List.copyOf(cell.earlier());
        if (from instanceof Sequence sequence) {
            return named(cell, keys, sequence, earlier);
        }
        String word = from instanceof Scalar scalar ? scalar.text() : "";
        if (!ContextFormat.WORDS.contains(word)) {
            throw keys.wrong("from", from, "all, first, previous or a list of cells")
                    .hint(
                            NearestName.of(word, ContextFormat.WORDS)
                                    .map(near -> "did you mean " + near + "?")
                                    .orElse(""));
        }
        if (earlier.isEmpty()) {
            throw cell.file()
                    .wrong(from.place(), "no cell runs before " + cell.what() + " to take from");
        }
        return switch (word) {
            case "first" -> List.of(earlier.getFirst());
            case "previous" -> List.of(earlier.getLast());
            default -> earlier;
        };
    }

    private static boolean isAll(SourceNode from) {
        return from instanceof Scalar scalar && scalar.text().equals("all");
    }

    /** In the order of the file, whatever the order of the list: so that prompts begin alike. */
    private static List<String> named(
            CellScope cell, Keys keys, Sequence sequence, List<String> earlier) {
        Set<String> wanted = new LinkedHashSet<>();
        for (SourceNode each : sequence.items()) {
            String name = each instanceof Scalar scalar ? scalar.text() : "";
            if (!earlier.contains(name)) {
                throw cell.file()
                        .wrong(
                                each.place(),
                                "%s names %s, but no cell of that name runs before it"
                                        .formatted(keys.what(), Names.quoted(name)))
                        .hint(
                                NearestName.of(name, earlier)
                                        .map(near -> "did you mean " + near + "?")
                                        .orElse(""));
            }
            wanted.add(name);
        }
        List<String> cells = new ArrayList<>(earlier);
        cells.retainAll(wanted);
        return cells;
    }
}
