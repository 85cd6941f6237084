package io.rvbbit.udf.cascade;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The files that are being read, each because the one before names it. Threading: immutable.
 *
 * @param files by which they are told apart
 * @param shown how people know them
 */
record Chain(List<Path> files, List<String> shown) {
    static final Chain START = new Chain(List.of(), List.of());

    Chain {
        files = List.copyOf(files);
        shown = List.copyOf(shown);
    }

    /** A chain that would lead back to where it has been. Stackless. */
    static final class Cycle extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String way;

        Cycle(String way) {
            super(way, null, false, false);
            this.way = way;
        }

        /** {@code path}: as the file that closes the circle names it. */
        String message(String path) {
            return "the cascade " + Names.quoted(path) + " leads back to itself: " + way;
        }
    }

    /**
     * With one more.
     *
     * @throws Cycle if it is there already
     */
    Chain then(Path file, String name) {
        List<String> names = new ArrayList<>(shown);
        names.add(name);
        int seen = files.indexOf(file);
        if (seen >= 0) {
            throw new Cycle(String.join(" → ", names.subList(seen, names.size())));
        }
        List<Path> all = new ArrayList<>(files);
        all.add(file);
        return new Chain(all, names);
    }
}
