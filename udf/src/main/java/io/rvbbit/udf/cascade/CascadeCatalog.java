package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.NearestName;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds cascades by path and keeps them loaded until their file changes.
 *
 * <p>A path is looked for under each root, its {@code traits} and its {@code cascades}, then among
 * the shipped ones; {@code .yaml}, {@code .yml} and {@code .json} may be left out. No path leaves
 * its root, neither by {@code ..} nor by a symbolic link. A file is read again when its time or
 * size differs, or as long as it is so young that both could stay the same; what has been read
 * before is recognised by its content. Threading: any thread.
 */
public final class CascadeCatalog {
    static final int MAX_BYTES = 4 * 1024 * 1024;
    private static final int MAX_LOADED = 512;
    private static final int MAX_LISTED = 10_000;
    private static final int MAX_LEVELS = 8;
    // Two writes within this time may leave the same time stamp.
    private static final long YOUNG_MILLIS = 2_000;
    private static final List<String> FOLDERS = List.of("", "traits", "cascades");
    static final List<String> EXTENSIONS = List.of(".yaml", ".yml", ".json");
    private static final Logger LOG = LoggerFactory.getLogger(CascadeCatalog.class);

    private final List<Path> roots;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Path, Loaded> loaded =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Path, Loaded> eldest) {
                    return size() > MAX_LOADED;
                }
            };

    private record Loaded(Cascade cascade, FileTime modified, long size, boolean settled) {}

    /** {@code roots} are searched in order; a root that does not exist is passed over. */
    public CascadeCatalog(List<Path> roots) {
        this(roots, InstantSource.system());
    }

    CascadeCatalog(List<Path> roots, InstantSource clock) {
        this.roots = roots.stream().map(root -> root.toAbsolutePath().normalize()).toList();
        this.clock = clock;
    }

    /**
     * The cascade at a path, as it is in its file now.
     *
     * @throws SqlException 42704 if there is none, 42501 if the path leaves the roots, 54000 if the
     *     file is too big, 22023 or 0A000 with file and line if it is wrong
     */
    public Cascade load(String path) {
        return load(path, Chain.START);
    }

    /**
     * A cascade from its own text, which may name those of the catalog.
     *
     * @throws SqlException as {@link #load}
     */
    public Cascade inline(String definition) {
        return CascadeParser.parse("", definition, parts(Chain.START));
    }

    /**
     * Writes a cascade that is not there yet into the first root; it is there wholly or not at all.
     *
     * @param path of a YAML file, relative to the root
     * @return the path as {@link #load} takes it
     * @throws SqlException 42501 if the path leaves the root, 22023 if it is no YAML file's or the
     *     text is wrong, 42P07 if there is such a file, 58030 if it cannot be written
     */
    public String create(String path, String definition) {
        Path relative = relative(path);
        Cascade _ = inline(definition);
        new NewCascadeFile(roots.getFirst(), relative).write(definition);
        return relative.toString();
    }

    /** The cascades that a text may name. */
    SubCascades parts() {
        return parts(Chain.START);
    }

    private Cascade load(String path, Chain chain) {
        Path relative = relative(path);
        for (Path root : roots) {
            for (String folder : FOLDERS) {
                for (String candidate : spellings(relative.toString())) {
                    Path file = root.resolve(folder).resolve(candidate);
                    if (Files.isRegularFile(file)) {
                        return read(root, file, chain);
                    }
                }
            }
        }
        return shipped(relative, chain).orElseThrow(() -> unknown(path));
    }

    /** The paths of all cascades that can be loaded, sorted. */
    public List<String> names() {
        TreeSet<String> names = new TreeSet<>(ShippedCascades.names());
        for (Path root : roots) {
            list(root, root, 1, names);
            list(root, root.resolve("traits"), MAX_LEVELS, names);
            list(root, root.resolve("cascades"), MAX_LEVELS, names);
        }
        return List.copyOf(names);
    }

    private static Path relative(String path) {
        try {
            Path relative = Path.of(path);
            boolean climbs = false;
            for (Path part : relative) {
                climbs = climbs || part.toString().equals("..");
            }
            if (relative.isAbsolute() || climbs || path.indexOf('\\') >= 0) {
                throw outside(path);
            }
            Path normal = relative.normalize();
            if (!normal.toString().isEmpty()) {
                return normal;
            }
        } catch (InvalidPathException e) {
            throw new SqlException(
                    SqlState.UNDEFINED_OBJECT, "no cascade has the name " + Names.quoted(path), e);
        }
        throw new SqlException(SqlState.UNDEFINED_OBJECT, "a cascade's name is never empty");
    }

    static SqlException outside(String path) {
        return new SqlException(
                        SqlState.INSUFFICIENT_PRIVILEGE,
                        "the cascade path " + Names.quoted(path) + " leaves the cascade folders")
                .hint("name it relative to --root, such as 'traits/extract_brand.yaml'");
    }

    private static List<String> spellings(String path) {
        List<String> spellings = new ArrayList<>();
        if (isCascadeName(path)) {
            spellings.add(path);
        }
        EXTENSIONS.forEach(extension -> spellings.add(path + extension));
        return spellings;
    }

    /** Whether a file's name is that of a cascade. */
    public static boolean isCascadeName(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        return EXTENSIONS.stream().anyMatch(lower::endsWith);
    }

    /** {@code chain} leads to the cascade whose parts these are. */
    private SubCascades parts(Chain chain) {
        return (path, file, place) -> {
            try {
                return load(path, chain);
            } catch (Chain.Cycle e) {
                throw file.wrong(place, e.message(path));
            } catch (SqlException e) {
                boolean ofPath =
                        e.state() == SqlState.UNDEFINED_OBJECT
                                || e.state() == SqlState.INSUFFICIENT_PRIVILEGE;
                throw ofPath ? file.located(place, e) : e;
            }
        };
    }

    /** Whether all that it runs is still as it was when it was read. */
    private boolean isCurrent(Cascade cascade, Chain chain) {
        try {
            return cascade.subCascades()
                    .allMatch(sub -> load(sub.path(), chain).equals(sub.cascade()));
        } catch (SqlException | Chain.Cycle e) {
            // Reading it again tells where.
            return false;
        }
    }

    private Cascade read(Path root, Path file, Chain before) {
        String shown = root.relativize(file).toString();
        Chain chain = before.then(file, shown);
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(root.toRealPath())) {
                throw outside(shown);
            }
            BasicFileAttributes now =
                    Files.readAttributes(
                            real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Loaded known = known(file);
            boolean current = known != null && isCurrent(known.cascade(), chain);
            if (known != null
                    && current
                    && known.settled()
                    && known.modified().equals(now.lastModifiedTime())
                    && known.size() == now.size()) {
                return known.cascade();
            }
            String text = text(shown, real);
            boolean settled =
                    clock.millis() - now.lastModifiedTime().toMillis() > YOUNG_MILLIS
                            && text.length() <= now.size();
            Cascade cascade =
                    known != null && current && known.cascade().definition().equals(text)
                            ? known.cascade()
                            : parse(shown, text, chain);
            keep(file, new Loaded(cascade, now.lastModifiedTime(), now.size(), settled));
            return cascade;
        } catch (IOException e) {
            throw new SqlException(
                    SqlState.IO_ERROR, "cannot read the cascade " + Names.quoted(shown), e);
        }
    }

    private static String text(String shown, Path real) throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new SqlException(
                    SqlState.PROGRAM_LIMIT_EXCEEDED,
                    shown + ": a cascade has at most " + MAX_BYTES + " bytes");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE, shown + ":1:1: the file is not UTF-8", e);
        }
    }

    private Cascade parse(String shown, String text, Chain chain) {
        Cascade cascade = CascadeParser.parse(shown, text, parts(chain));
        cascade.warnings().forEach(LOG::warn);
        return cascade;
    }

    private Optional<Cascade> shipped(Path relative, Chain before) {
        for (String folder : FOLDERS) {
            for (String candidate : spellings(Path.of(folder).resolve(relative).toString())) {
                if (ShippedCascades.names().contains(candidate)) {
                    Path key = Path.of("shipped:" + candidate);
                    Chain chain = before.then(key, candidate);
                    Loaded known = known(key);
                    Cascade cascade =
                            known != null && isCurrent(known.cascade(), chain)
                                    ? known.cascade()
                                    : parse(candidate, ShippedCascades.text(candidate), chain);
                    keep(key, new Loaded(cascade, FileTime.fromMillis(0), 0, true));
                    return Optional.of(cascade);
                }
            }
        }
        return Optional.empty();
    }

    private @Nullable Loaded known(Path key) {
        lock.lock();
        try {
            return loaded.get(key);
        } finally {
            lock.unlock();
        }
    }

    private void keep(Path key, Loaded value) {
        lock.lock();
        try {
            loaded.put(key, value);
        } finally {
            lock.unlock();
        }
    }

    private SqlException unknown(String path) {
        List<String> names = names();
        Map<String, List<String>> spellings = new LinkedHashMap<>();
        for (String name : names) {
            var _ = spellings.computeIfAbsent(stem(name), _ -> new ArrayList<>()).add(name);
        }
        // Folders and extensions that are alike do not make two names alike.
        List<String> near =
                NearestName.among(stem(path), spellings.keySet(), 6).stream()
                        .flatMap(spelling -> spellings.getOrDefault(spelling, List.of()).stream())
                        .limit(3)
                        .toList();
        SqlException unknown =
                new SqlException(
                        SqlState.UNDEFINED_OBJECT, "there is no cascade " + Names.quoted(path));
        if (!near.isEmpty()) {
            return unknown.hint("did you mean '" + String.join("' or '", near) + "'?");
        }
        String known = String.join(", ", names.subList(0, Math.min(8, names.size())));
        return unknown.hint("there are " + known + (names.size() > 8 ? ", …" : ""));
    }

    private static String stem(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private static void list(Path root, Path folder, int levels, Set<String> names) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder, levels)) {
            files.filter(file -> isCascadeName(file.toString()) && Files.isRegularFile(file))
                    .limit(MAX_LISTED)
                    .forEach(file -> names.add(root.relativize(file).toString()));
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.warn("cannot list the cascades in {}", folder, e);
        }
    }
}
