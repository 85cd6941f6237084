package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;

/**
 * Takes one run from cell to cell, as its graph says.
 *
 * <p>Threading: the run's thread, on which cells run that run alone.
 */
final class FlowRun {
    private final CellGraph graph;
    private final BookedCells cells;
    private final RunNames names;
    private final RunTime time;

    FlowRun(CellGraph graph, BookedCells cells, RunNames names, RunTime time) {
        this.graph = graph;
        this.cells = cells;
        this.names = names;
        this.time = time;
    }

    /**
     * What the last cell gave; of those that ran at the same time, the last in the file.
     *
     * @throws RowFailure if the run ends with it
     */
    CellAnswer run() throws InterruptedException {
        int at = 0;
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            List<Integer> together = graph.together(at);
            CellAnswer answer =
                    together.size() == 1
                            ? alone(at)
                            : new CellsAtOnce(graph, together, cells, names).run();
            int end = together.getLast();
            int next = graph.next(end, answer);
            leaveOut(at, next, together);
            if (next == CellGraph.END) {
                return answer;
            }
            at = next;
        }
    }

    private CellAnswer alone(int number) throws InterruptedException {
        Cell cell = graph.cell(number);
        CellAnswer answer;
        try {
            answer = cells.run(cell, names);
        } catch (RowFailure failure) {
            if (!graph.routesFailure(number) || failure.endsRun() || time.isLate()) {
                throw failure;
            }
            answer = CellAnswer.failure(JsonNodeFactory.instance.nullNode());
        }
        names.add(cell.name(), answer.output());
        return answer;
    }

    /** All ways lead on in the file: what stands between is not run any more. */
    private void leaveOut(int from, int next, List<Integer> run) {
        int until = next == CellGraph.END ? graph.size() : next;
        for (int i = from; i < until; i++) {
            if (!run.contains(i)) {
                names.leaveOut(graph.cell(i).name());
            }
        }
    }
}
