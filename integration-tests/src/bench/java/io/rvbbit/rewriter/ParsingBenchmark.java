package io.rvbbit.rewriter;

import io.rvbbit.it.bench.SampleStatement;
import io.rvbbit.rewriter.Options.OnError;
import io.rvbbit.rewriter.Statement.CascadeStatement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The lexer, and the grammar of RVBBIT's clauses with their rewriting. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class ParsingBenchmark {
    private static final String MAP =
            """
            RVBBIT MAP DISTINCT 'brand.yaml' AS brand USING (
                SELECT p.name, p.price * 1.19 AS gross FROM products AS p
                WHERE p.price > 10 ORDER BY p.name LIMIT 100)
            WITH (on_error = 'null')""";
    private static final List<CallShape> SHAPES =
            List.of(
                    new CallShape(
                            List.of("name", "gross"),
                            new OutputShape.Text("brand"),
                            1_000,
                            OnError.NULL,
                            false));

    private final CascadeStatement parsed = parse();

    /** A statement for the lexer. */
    @State(Scope.Benchmark)
    @SuppressWarnings("NullAway.Init") // JMH sets the parameter
    public static class Text {
        @Param public SampleStatement statement;
    }

    private static CascadeStatement parse() {
        return (CascadeStatement) StatementParser.parse(MAP).getFirst();
    }

    @Benchmark
    public List<Token> lex(Text text) {
        return Lexer.tokens(text.statement.sql());
    }

    @Benchmark
    public Statement parseMap() {
        return parse();
    }

    @Benchmark
    public Rewritten rewriteMap() {
        return Rewriter.rewrite(parsed, "caller()", SHAPES);
    }
}
