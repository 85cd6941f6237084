package io.rvbbit.udf.cascade;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs cells of which some need nothing of one another, each as soon as what it needs is there, at
 * most {@link CellGraph#maxParallel} at a time.
 *
 * <p>The first failure, or an interrupt, stops the others; each is waited for, so that what it has
 * to book is booked. Threading: the run's thread; each cell has a virtual thread.
 */
final class CellsAtOnce {
    private final CellGraph graph;
    private final BookedCells cells;
    private final RunNames names;
    private final int last;
    private final List<Integer> waiting;
    private final Set<Integer> unfinished;
    private final Map<Integer, Thread> running = new LinkedHashMap<>();

    /** Holds at most one for each cell. */
    private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();

    private record Ended(int cell, @Nullable CellAnswer answer, @Nullable Throwable fault) {}

    CellsAtOnce(CellGraph graph, List<Integer> together, BookedCells cells, RunNames names) {
        this.graph = graph;
        this.cells = cells;
        this.names = names;
        this.last = together.getLast();
        this.waiting = new ArrayList<>(together);
        this.unfinished = new LinkedHashSet<>(together);
    }

    /** What the last of them in the file gave. */
    CellAnswer run() throws InterruptedException {
        CellAnswer answer = null;
        try {
            while (!unfinished.isEmpty()) {
                startReady();
                Ended next = ended.take();
                running.remove(next.cell());
                Cell cell = graph.cell(next.cell());
                if (next.fault() != null) {
                    cells.stop("cell " + Names.quoted(cell.name()) + " failed");
                    throw rethrown(next.fault());
                }
                CellAnswer given = Objects.requireNonNull(next.answer());
                names.add(cell.name(), given.output());
                unfinished.remove(next.cell());
                answer = next.cell() == last ? given : answer;
            }
        } finally {
            stopAll();
        }
        return Objects.requireNonNull(answer);
    }

    private void startReady() {
        for (int cell : List.copyOf(waiting)) {
            boolean ready = unfinished.stream().noneMatch(each -> graph.needs(cell, each));
            if (ready && running.size() < graph.maxParallel()) {
                waiting.remove(Integer.valueOf(cell));
                String name = "cell-" + graph.cell(cell).name();
                running.put(cell, Thread.ofVirtual().name(name).start(() -> work(cell)));
            }
        }
    }

    private void work(int cell) {
        CellAnswer answer = null;
        Throwable fault = null;
        try {
            answer = cells.run(graph.cell(cell), names);
        } catch (InterruptedException | RuntimeException | Error e) {
            fault = e;
        }
        ended.add(new Ended(cell, answer, fault));
    }

    private static RuntimeException rethrown(Throwable fault) throws InterruptedException {
        return switch (fault) {
            case InterruptedException interrupted -> throw interrupted;
            case RuntimeException known -> known;
            case Error error -> throw error;
            default -> new IllegalStateException(fault);
        };
    }

    private void stopAll() {
        running.values().forEach(Thread::interrupt);
        long until = System.nanoTime() + TimeLimit.GRACE.toNanos();
        boolean interrupted = Thread.interrupted();
        for (Thread each : running.values()) {
            while (each.isAlive() && System.nanoTime() < until) {
                try {
                    each.join(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
