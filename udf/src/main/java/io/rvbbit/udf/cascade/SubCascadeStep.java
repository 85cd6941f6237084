package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.SubCascadeCell;
import io.rvbbit.udf.llm.Sleeper;
import java.time.Duration;
import java.util.Map;

/**
 * Runs a cell that runs another cascade.
 *
 * <p>The inner run is a session of its own, of the same caller and with the statement's overrides;
 * what it costs is booked there, and counts in the sum of the outer run. Threading: any thread.
 */
final class SubCascadeStep {
    /** Sessions may lie so deep in each other. */
    static final int MAX_DEPTH = 8;

    /** Where nothing is run. */
    static final SubCascadeStep NOTHING =
            new SubCascadeStep(
                    _ -> {
                        throw new IllegalStateException("nothing is run");
                    },
                    Sleeper.SYSTEM);

    private final CascadeRunner runner;
    private final Sleeper sleeper;

    SubCascadeStep(CascadeRunner runner, Sleeper sleeper) {
        this.runner = runner;
        this.sleeper = sleeper;
    }

    /** Each try is a session of its own, and is paid. */
    JsonNode run(SubCascadeCell cell, CellRun run) throws InterruptedException {
        ObjectNode input = input(cell, run);
        CascadeResult result;
        for (int failures = 1; ; failures++) {
            try {
                result = run(cell, cell.cascade(), input, run);
                break;
            } catch (RowFailure failure) {
                if (failure.endsRun() || failures >= cell.retry().tries()) {
                    throw failure;
                }
                Duration wait = cell.retry().waitAfter(failures);
                run.log().retrying(wait, String.valueOf(failure.getMessage()));
                sleeper.sleep(wait);
            }
        }
        Map<String, Object> names = run.names().forPrompt();
        return cell.output().of(cell, names, result);
    }

    /**
     * Runs a cascade as part of a cell.
     *
     * @throws RowFailure if it fails, with its own class, naming cell and cascade
     * @throws SqlException 54000 where sessions lie too deep in each other
     */
    CascadeResult run(Cell cell, Cascade cascade, ObjectNode input, CellRun run)
            throws InterruptedException {
        Invocation outer = run.invocation();
        if (outer.depth() >= MAX_DEPTH) {
            throw new SqlException(
                    SqlState.PROGRAM_LIMIT_EXCEEDED,
                    cell.place()
                            .located(
                                    cell.name(),
                                    1,
                                    "cascades run each other more than "
                                            + MAX_DEPTH
                                            + " levels deep"));
        }
        CascadeResult result = runner.run(inner(cell, cascade, input, run));
        RowError error = result.error();
        if (error != null) {
            throw new RowFailure(
                    error.errorClass(),
                    error.state(),
                    "cell %s: cascade %s: %s"
                            .formatted(
                                    Names.quoted(cell.name()),
                                    Names.quoted(cascade.id()),
                                    error.message()),
                    error.hint());
        }
        return result;
    }

    /** What the inner run is given. */
    static ObjectNode input(SubCascadeCell cell, CellRun run) throws InterruptedException {
        NamedTemplates given = cell.input();
        ObjectNode all =
                given == null
                        ? run.invocation().input()
                        : given.object(cell, run.names().forPrompt());
        return CanonicalInput.of(all, cell.cascade().readInputs());
    }

    /** The inner run. */
    static Invocation inner(Cell cell, Cascade cascade, ObjectNode input, CellRun run) {
        Invocation outer = run.invocation();
        return new Invocation(
                cascade,
                input,
                outer.caller(),
                outer.sessionPrefix(),
                outer.sourceRow(),
                outer.rowKeyJson(),
                CanonicalInput.hash(input),
                outer.rowsHash(),
                outer.overrides(),
                outer.allowance(),
                outer.sql(),
                new ParentRun(
                        run.session(),
                        cell.name(),
                        outer.depth(),
                        run.sum(),
                        run.log()::late,
                        outer.table()));
    }
}
