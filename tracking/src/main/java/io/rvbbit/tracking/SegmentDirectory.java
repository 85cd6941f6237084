package io.rvbbit.tracking;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the event log, {@code <number>.seg}, in the order in which they were begun.
 *
 * <p>Threading: any thread.
 */
final class SegmentDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentDirectory.class);
    private static final Pattern NAME = Pattern.compile("(\\d{10})\\.seg");

    private final Path path;
    private final AtomicLong next = new AtomicLong(1);
    private final ConcurrentSkipListMap<Long, Segment> segments = new ConcurrentSkipListMap<>();

    /**
     * @param first position of the first event that it can have
     * @param used where its records end; its whole size while that is not known
     */
    record Segment(long number, Path path, long first, int used) {}

    /** Where a log ends: how it goes on. */
    record End(UUID log, long position, long stamp, long batchFrom, long batchThrough) {}

    private SegmentDirectory(Path path) {
        this.path = path;
    }

    /** Makes the directory if need be; removes files that were never begun. */
    static SegmentDirectory open(Path path) throws IOException {
        Files.createDirectories(path);
        SegmentDirectory directory = new SegmentDirectory(path);
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.sorted().toList()) {
                directory.add(file);
            }
        }
        return directory;
    }

    private void add(Path file) throws IOException {
        Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
        if (!name.matches()) {
            return;
        }
        long number = Long.parseLong(name.group(1));
        next.accumulateAndGet(number + 1, Math::max);
        Optional<SegmentReader> opened = SegmentReader.open(file);
        if (opened.isPresent()) {
            try (SegmentReader reader = opened.get()) {
                segments.put(
                        number, new Segment(number, file, reader.header().first(), reader.size()));
            }
        } else if (isBlank(file)) {
            Files.delete(file);
        } else {
            Path aside = file.resolveSibling(file.getFileName() + ".damaged");
            Files.move(file, aside);
            LOG.error(
                    "the beginning of a segment of the event log is damaged; it is now {}", aside);
        }
    }

    /** A segment that was made and never begun, or not even made whole. */
    private static boolean isBlank(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] beginning = new byte[(int) Math.min(SegmentHeader.SIZE, file.length())];
            file.readFully(beginning);
            for (byte one : beginning) {
                if (one != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Reads the newest segment to its end, and cuts off what was torn. */
    End end() throws IOException {
        if (segments.isEmpty()) {
            return new End(UUID.randomUUID(), 0, 0, 0, 0);
        }
        Segment last = segments.lastEntry().getValue();
        int used;
        End end;
        try (SegmentReader reader =
                SegmentReader.open(last.path())
                        .orElseThrow(() -> new IOException(last.path() + " has changed"))) {
            SegmentHeader header = reader.header();
            long stamp = header.stamp();
            long from = header.batchFrom();
            long through = header.batchThrough();
            while (reader.next(last.used())) {
                stamp = Math.max(stamp, reader.stamp());
                if (reader.kind() == EventCodec.BATCH) {
                    ByteReader values = reader.values();
                    from = values.number();
                    through = values.number();
                }
            }
            end = new End(header.log(), reader.position(), stamp, from, through);
            used = reader.at();
            if (reader.isTorn()) {
                LOG.warn("cut a torn end off the event log, behind event {}", end.position());
            }
        }
        try (RandomAccessFile file = new RandomAccessFile(last.path().toFile(), "rw")) {
            file.setLength(used);
        }
        ended(last.number(), used);
        return end;
    }

    /** Makes the next segment; its file is there for good when this returns. */
    LogSegment make(int size) throws IOException {
        long number = next.getAndIncrement();
        Path file = path.resolve(String.format(Locale.ROOT, "%010d.seg", number));
        LogSegment segment = LogSegment.create(file, number, size);
        try (FileChannel entries = FileChannel.open(path, StandardOpenOption.READ)) {
            entries.force(true);
        } catch (IOException | RuntimeException fault) {
            segment.close(0);
            throw fault;
        }
        return segment;
    }

    void begun(LogSegment segment, long first) {
        segments.put(
                segment.number(),
                new Segment(segment.number(), segment.path(), first, segment.size()));
    }

    void ended(long number, int used) {
        segments.computeIfPresent(
                number, (_, segment) -> new Segment(number, segment.path(), segment.first(), used));
    }

    Optional<Segment> segment(long number) {
        return Optional.ofNullable(segments.get(number));
    }

    /** The segment with that number or the next one that there is. */
    Optional<Segment> from(long number) {
        return Optional.ofNullable(segments.ceilingEntry(number)).map(entry -> entry.getValue());
    }

    /** Bytes that records take in all segments. */
    long bytes() {
        return segments.values().stream()
                .mapToLong(segment -> segment.used() - SegmentHeader.SIZE)
                .sum();
    }

    /** Bytes of all files that were begun. */
    long size() {
        return segments.values().stream().mapToLong(Segment::used).sum();
    }

    /** Takes out the segments all of whose events are stored; the newest always stays. */
    List<Path> takeStored(long position) {
        List<Path> stored = new ArrayList<>();
        while (segments.size() > 1) {
            Segment oldest = segments.firstEntry().getValue();
            Segment after = segments.higherEntry(oldest.number()).getValue();
            if (after.first() > position + 1) {
                break;
            }
            segments.remove(oldest.number());
            stored.add(oldest.path());
        }
        return stored;
    }
}
