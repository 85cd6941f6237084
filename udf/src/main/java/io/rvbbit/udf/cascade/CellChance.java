package io.rvbbit.udf.cascade;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How likely a run that succeeds at once comes by a cell. Threading: immutable.
 *
 * @param share of the runs, 0 to 1: models are taken to choose each of their cells as often
 * @param certain whether each run comes by it
 */
public record CellChance(double share, boolean certain) {
    /** Where a run comes by every cell. */
    public static final CellChance CERTAIN = new CellChance(1, true);

    /** Of what a model may call: every second run is taken to call it, once. */
    public static final CellChance OF_TOOLS = new CellChance(0.5, false);

    /** Of a part of a cell that has this chance itself. */
    public CellChance within(CellChance outer) {
        return new CellChance(share * outer.share, certain && outer.certain);
    }

    /** Of all cells, by their names. */
    public static Map<String, CellChance> of(Cascade cascade) {
        CellGraph graph = cascade.graph();
        double[] shares = new double[graph.size()];
        Map<String, CellChance> chances = new HashMap<>();
        for (int i = 0; i < graph.size(); i++) {
            shares[i] = i == 0 ? 1 : shares[i];
            List<Integer> chosen = new ArrayList<>(graph.handoffs(i));
            if (chosen.isEmpty()) {
                chosen.addAll(graph.followingSuccess(i));
            }
            for (int next : chosen) {
                if (next != CellGraph.END) {
                    shares[next] += shares[i] / chosen.size();
                }
            }
            boolean certain = !graph.branches() || !endsWithout(graph, i);
            chances.put(graph.cell(i).name(), certain ? CERTAIN : new CellChance(shares[i], false));
        }
        return chances;
    }

    /** Whether some run ends that has not come by a cell; all ways lead on in the file. */
    private static boolean endsWithout(CellGraph graph, int left) {
        boolean[] reached = new boolean[graph.size()];
        reached[0] = left != 0;
        for (int i = 0; i < graph.size(); i++) {
            if (reached[i] && i != left) {
                for (int next : graph.followingSuccess(i)) {
                    if (next == CellGraph.END) {
                        return true;
                    }
                    reached[next] = true;
                }
            }
        }
        return false;
    }
}
