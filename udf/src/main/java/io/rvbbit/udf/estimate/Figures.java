package io.rvbbit.udf.estimate;

import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.estimate.CascadeEstimate.CellFigures;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What calls would cost. Threading: immutable.
 *
 * @param inputs that have to be computed
 * @param calls to models at least, if each succeeds at once
 * @param mostCalls if each is repeated and repaired as often as it may be
 * @param exact whether {@code promptTokens} is counted, and not estimated
 * @param most the upper bound in US dollars, repetitions included; null where there is none
 * @param whyNoMost empty if there is one
 * @param millis of one input
 * @param models in the order of the cells that ask them
 */
public record Figures(
        long inputs,
        long calls,
        long mostCalls,
        long promptTokens,
        boolean exact,
        CellCost cost,
        @Nullable BigDecimal most,
        String whyNoMost,
        double millis,
        List<String> models,
        List<CellFigures> cells) {
    public static final Figures NOTHING =
            new Figures(
                    0,
                    0,
                    0,
                    0,
                    true,
                    CellCost.NOTHING,
                    BigDecimal.ZERO,
                    "",
                    0,
                    List.of(),
                    List.of());

    public Figures {
        models = List.copyOf(models);
        cells = List.copyOf(cells);
        most = most == null ? null : most.setScale(Usage.COST_SCALE, RoundingMode.CEILING);
    }

    /** Of both together; {@code millis} is then of no single input. */
    public Figures plus(Figures other) {
        return new Figures(
                inputs + other.inputs,
                calls + other.calls,
                mostCalls + other.mostCalls,
                promptTokens + other.promptTokens,
                exact && other.exact,
                cost.plus(other.cost),
                most == null || other.most == null ? null : most.add(other.most),
                whyNoMost.isEmpty() ? other.whyNoMost : whyNoMost,
                Math.max(millis, other.millis),
                Stream.concat(models.stream(), other.models.stream()).distinct().toList(),
                Stream.concat(cells.stream(), other.cells.stream()).toList());
    }

    /** What it costs; null where neither a price nor earlier calls tell. */
    public @Nullable Interval interval() {
        Interval interval = cost.interval();
        return interval == null || most == null ? interval : interval.within(most);
    }
}
