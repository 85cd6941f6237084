package io.rvbbit.gateway.execution;

import io.rvbbit.it.bench.Directories;
import io.rvbbit.it.bench.SampleStatement;
import io.rvbbit.rewriter.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** From a statement's text to its plan with columns, as Parse asks; DuckDB's binder is part of it. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // set up once the parameters are known
public class PlanningBenchmark {
    @Param public SampleStatement statement;

    private Path directory;
    private ClientFixture fixture;
    private StatementPlanner planner;

    @Setup
    public void open() throws IOException {
        directory = Files.createTempDirectory("rvbbit-bench-");
        fixture = new ClientFixture(directory);
        planner = new StatementPlanner(fixture.client);
    }

    @TearDown
    public void close() {
        fixture.close();
        Directories.delete(directory);
    }

    @Benchmark
    public int plan() {
        fixture.client.transaction().begins(false);
        Script.Part part = Script.split(statement.sql()).parts().getFirst();
        try (Plan plan = planner.plan(part, List.of())) {
            return plan.columns().size();
        } finally {
            fixture.client.transaction().messageEnds();
        }
    }
}
