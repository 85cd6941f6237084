package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.Cell.OnError;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Cell.SqlCell;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import io.rvbbit.udf.cascade.Ways.Handoff;
import io.rvbbit.udf.cascade.Ways.Target;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which cell of a cascade follows which, and which of them may run at the same time.
 *
 * <p>A cell that another names as a way on runs only when it is chosen; all others follow one
 * another in the order of the file. Cells are known here by their number in that order, from 0.
 * Threading: immutable.
 */
public final class CellGraph {
    /** Cells of a run at a time, where the cascade does not say it. */
    public static final int DEFAULT_PARALLEL = 4;

    /** Stands for no cell: the run ends. */
    static final int END = -1;

    private final List<Cell> cells;
    private final List<Ways> ways;
    private final int maxParallel;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final BitSet targets = new BitSet();
    private final List<BitSet> needs = new ArrayList<>();

    /** As {@link #needs}, and what has to come before for the state's sake. */
    private final List<BitSet> waits = new ArrayList<>();

    /** {@code ways}: of each cell; names that are no cell's are left out. */
    CellGraph(List<Cell> cells, List<Ways> ways, int maxParallel) {
        this.cells = List.copyOf(cells);
        this.ways = List.copyOf(ways);
        this.maxParallel = maxParallel;
        for (Cell cell : cells) {
            numbers.put(cell.name(), numbers.size());
        }
        for (Ways each : ways) {
            each.targets().forEach(target -> number(target.cell()).ifPresent(targets::set));
        }
        cells.forEach(this::addNeeds);
    }

    /** Cells that follow one another as they stand. */
    static CellGraph inOrder(List<Cell> cells) {
        return new CellGraph(
                cells, cells.stream().map(_ -> Ways.IN_ORDER).toList(), DEFAULT_PARALLEL);
    }

    /** What a cell waits for: those it reads, and those that they read. */
    private void addNeeds(Cell cell) {
        BitSet all = new BitSet();
        CellReads reads = CellReads.of(cell);
        int own = needs.size();
        if (reads.all()) {
            all.set(0, own);
        }
        for (String name : reads.names()) {
            int read = numbers.getOrDefault(name, END);
            if (read >= 0 && read < own) {
                all.set(read);
                all.or(needs.get(read));
            }
        }
        BitSet before = new BitSet();
        before.or(all);
        all.stream().forEach(each -> before.or(waits.get(each)));
        for (int i = 0; i < own; i++) {
            if (StateOrder.reads(cell, cells.get(i))) {
                all.set(i);
                all.or(needs.get(i));
            }
            if (StateOrder.waitsFor(cell, cells.get(i))) {
                before.set(i);
                before.or(waits.get(i));
            }
        }
        needs.add(all);
        waits.add(before);
    }

    private Optional<Integer> number(String cell) {
        return Optional.ofNullable(numbers.get(cell));
    }

    int size() {
        return cells.size();
    }

    Cell cell(int number) {
        return cells.get(number);
    }

    Ways ways(int number) {
        return ways.get(number);
    }

    int maxParallel() {
        return maxParallel;
    }

    /** Whether some cell is left out of some run. */
    boolean branches() {
        return !targets.isEmpty();
    }

    /**
     * Whether a cell needs, directly or not, what another gave, or writes what that reads or
     * writes.
     */
    boolean needs(int cell, int other) {
        return waits.get(cell).get(other);
    }

    /** The next cell that is not run only when it is chosen. */
    int inOrderAfter(int cell) {
        int next = targets.nextClearBit(cell + 1);
        return next < cells.size() ? next : END;
    }

    /** The cell that follows one that has ended so. */
    int next(int cell, CellAnswer answer) {
        if (!answer.handedTo().isEmpty()) {
            return numbers.getOrDefault(answer.handedTo(), END);
        }
        Ways own = ways.get(cell);
        return way(cell, answer.failed() ? own.afterFailure() : own.afterSuccess());
    }

    private int way(int cell, @Nullable Target target) {
        return target == null ? inOrderAfter(cell) : numbers.getOrDefault(target.cell(), END);
    }

    /** Whether the run has a way on from a cell's failure that would else end it. */
    boolean routesFailure(int cell) {
        return ways.get(cell).afterFailure() != null;
    }

    /** Whether a failure of the cell leaves the run a way on. */
    boolean goesOnWithout(Cell cell) {
        return cell.onError() == OnError.CONTINUE
                || routesFailure(numbers.getOrDefault(cell.name(), 0));
    }

    /** All that may follow a cell, {@link #END} included where the run may end with it. */
    Set<Integer> following(int cell) {
        Set<Integer> next = new LinkedHashSet<>(followingSuccess(cell));
        Target failed = ways.get(cell).afterFailure();
        if (failed != null || cells.get(cell).onError() == OnError.CONTINUE) {
            next.add(way(cell, failed));
        }
        return next;
    }

    /** All that may follow a cell that does not fail. */
    Set<Integer> followingSuccess(int cell) {
        Set<Integer> next = new LinkedHashSet<>(handoffs(cell));
        next.add(way(cell, ways.get(cell).afterSuccess()));
        return next;
    }

    /** The cells that a cell's model may choose. */
    List<Integer> handoffs(int cell) {
        return ways.get(cell).handoffs().stream().map(each -> way(cell, each.target())).toList();
    }

    /**
     * The cells that are run next, from one on which it is the turn of: that one alone, or several
     * of which some need nothing of one another.
     *
     * @return in the order of the file
     */
    List<Integer> together(int first) {
        List<Integer> chain = new ArrayList<>(List.of(first));
        for (int next = first;
                maxParallel > 1 && next != END && !runsAlone(next);
                next = inOrderAfter(next)) {
            if (next != first) {
                chain.add(next);
            }
        }
        boolean allWait = chain.stream().allMatch(each -> each == first || needs(each, first));
        return allWait ? List.of(first) : chain;
    }

    /**
     * Whether a cell has its place in the order: what it does may hang on what was done before, or
     * what comes next on it.
     */
    private boolean runsAlone(int number) {
        return acts(cells.get(number)) || !ways.get(number).isInOrder();
    }

    private static boolean acts(Cell cell) {
        return switch (cell) {
            case PromptCell _ -> false;
            case SqlCell _, Cell.HttpCell _ -> true;
            case SubCascadeCell sub -> sub.cascade().readsOutside();
            case EachCell each -> each.readsTable() || acts(each.body());
        };
    }

    /** What a cell's model may choose. */
    List<Handoff> handoffsOf(Cell cell) {
        Integer number = numbers.get(cell.name());
        return number == null ? List.of() : ways.get(number).handoffs();
    }

    /** The most requests that one answer of a cell takes. */
    public int mostRequests(PromptCell cell) {
        return handoffsOf(cell).isEmpty() ? 1 : HandoffDesk.MOST_REQUESTS;
    }

    /** The most bytes that a model is told of one choice of the next cell. */
    public long choiceBytes(PromptCell cell) {
        return 1_000
                + handoffsOf(cell).stream().mapToLong(each -> each.target().cell().length()).sum();
    }

    /** The text for people; empty where there is none. */
    String description(String cell) {
        Integer number = numbers.get(cell);
        return number == null ? "" : cells.get(number).description();
    }

    /** Whether any cell may read what this one gives. */
    boolean isRead(Cell cell) {
        int own = numbers.getOrDefault(cell.name(), END);
        return needs.stream().anyMatch(each -> own != END && each.get(own));
    }

    /** Cells with which some run ends. */
    List<Cell> ends() {
        List<Cell> ends = new ArrayList<>();
        for (int i = 0; i < cells.size(); i++) {
            if (following(i).contains(END)) {
                ends.add(cells.get(i));
            }
        }
        return ends;
    }
}
