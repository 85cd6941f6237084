package io.rvbbit.gateway.execution;

import io.rvbbit.udf.Forecast.Outlook;
import io.rvbbit.udf.SampleRun.Paid;
import io.rvbbit.udf.estimate.Interval;
import io.rvbbit.udf.estimate.SampleEstimate;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a statement costs, as a sample of its inputs tells. Threading: stateless.
 *
 * <p>A clause of which no input was sampled, because there are others with more or because its rows
 * hang on answers, keeps the estimate that it had without.
 */
final class SampledCost {
    private SampledCost() {}

    static @Nullable Interval of(ExplainReport report, List<Paid> paid) {
        List<Interval> parts = new ArrayList<>();
        for (int call = 0; call < report.outlooks().size(); call++) {
            Interval part = clause(report.outlooks().get(call), ofCall(call, paid));
            if (part == null) {
                return null;
            }
            parts.add(part);
        }
        Interval sum = Interval.sum(parts);
        BigDecimal most = report.figures().most();
        return most == null ? sum : sum.within(most);
    }

    private static List<BigDecimal> ofCall(int call, List<Paid> paid) {
        return paid.stream()
                .filter(each -> each.input().call() == call)
                .map(SampledCost::rest)
                .filter(Objects::nonNull)
                .toList();
    }

    /** What it cost beyond what was known of it. */
    private static @Nullable BigDecimal rest(Paid paid) {
        BigDecimal cost = paid.costUsd();
        return cost == null ? null : cost.subtract(paid.input().known());
    }

    private static @Nullable Interval clause(Outlook outlook, List<BigDecimal> rest) {
        return rest.isEmpty()
                ? outlook.figures().interval()
                : SampleEstimate.of(outlook.known(), outlook.figures().inputs(), rest);
    }
}
