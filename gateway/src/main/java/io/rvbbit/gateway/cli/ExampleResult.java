package io.rvbbit.gateway.cli;

import io.rvbbit.gateway.cli.JsonDifferences.Difference;
import java.math.BigDecimal;
import java.util.List;

/**
 * How one example of a cascade went. Threading: immutable.
 *
 * @param number of the example in its file, from 1; 0 where the file itself is no cascade
 * @param cell whose answer was compared; empty for the run's own output, and where none was
 * @param reason why it was skipped, or what the server said; empty where answers were compared
 * @param callerId under which the books have it; empty where nothing ran
 * @param costUsd also of what failed
 */
record ExampleResult(
        String cascade,
        int number,
        Status status,
        String cell,
        String reason,
        String callerId,
        BigDecimal costUsd,
        List<Difference> differences) {
    enum Status {
        PASSED,
        FAILED,
        SKIPPED
    }

    ExampleResult {
        differences = List.copyOf(differences);
    }

    static ExampleResult compared(
            String cascade,
            int number,
            String cell,
            String callerId,
            BigDecimal costUsd,
            List<Difference> differences) {
        Status status = differences.isEmpty() ? Status.PASSED : Status.FAILED;
        return new ExampleResult(cascade, number, status, cell, "", callerId, costUsd, differences);
    }

    static ExampleResult failed(
            String cascade, int number, String reason, String callerId, BigDecimal costUsd) {
        return new ExampleResult(
                cascade, number, Status.FAILED, "", reason, callerId, costUsd, List.of());
    }

    static ExampleResult skipped(String cascade, int number, String reason) {
        return new ExampleResult(
                cascade, number, Status.SKIPPED, "", reason, "", BigDecimal.ZERO, List.of());
    }
}
