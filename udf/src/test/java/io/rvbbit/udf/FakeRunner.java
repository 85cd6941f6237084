package io.rvbbit.udf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.cascade.CascadeResult;
import io.rvbbit.udf.cascade.CascadeRunner;
import io.rvbbit.udf.cascade.Invocation;
import io.rvbbit.udf.cascade.RowError;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Answers as its script says, and remembers who asked. */
final class FakeRunner implements CascadeRunner {
    static final Usage PRICE = new Usage(10, 2, new BigDecimal("0.000001500000"));

    /** What one session does. */
    interface Script {
        CascadeResult run(Invocation invocation, String session) throws InterruptedException;
    }

    final Queue<Invocation> invocations = new ConcurrentLinkedQueue<>();
    final AtomicInteger interrupted = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger mostRunning = new AtomicInteger();
    private final AtomicInteger sessions = new AtomicInteger();
    private volatile Script script = (invocation, session) -> value(session, first(invocation));

    /** Answers {@code <value of the first input column>}. */
    FakeRunner() {}

    void runs(Script next) {
        script = next;
    }

    /** Hangs until it is interrupted; {@code started} hears of each session. */
    void hangs(CountDownLatch started) {
        runs((_, session) -> {
            started.countDown();
            new CountDownLatch(1).await(1, TimeUnit.MINUTES);
            return value(session, "too late");
        });
    }

    int mostRunning() {
        return mostRunning.get();
    }

    int running() {
        return running.get();
    }

    @Override
    public CascadeResult run(Invocation invocation) throws InterruptedException {
        invocations.add(invocation);
        mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
        try {
            return script.run(
                    invocation,
                    invocation.sessionPrefix() + "-calm-otter-" + sessions.incrementAndGet());
        } catch (InterruptedException e) {
            interrupted.incrementAndGet();
            throw e;
        } finally {
            running.decrementAndGet();
        }
    }

    static String first(Invocation invocation) {
        JsonNode value = invocation.input().elements().next();
        return "<" + value.asText() + ">";
    }

    static CascadeResult value(String session, @Nullable String value) {
        return result(session, value, null, null);
    }

    static CascadeResult structured(String session, String value, ObjectNode output) {
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        outputs.set("last", output);
        outputs.putObject("earlier").put("tone", "warm");
        return new CascadeResult(
                session, value, output, outputs, PRICE, 1, Duration.ofMillis(7), null);
    }

    static CascadeResult failed(String session, String errorClass) {
        RowError error = new RowError(errorClass, SqlState.EXTERNAL_ROUTINE, "no luck with it", 3);
        return result(session, null, null, error);
    }

    private static CascadeResult result(
            String session,
            @Nullable String value,
            @Nullable JsonNode output,
            @Nullable RowError error) {
        return new CascadeResult(
                session,
                value,
                output,
                JsonNodeFactory.instance.objectNode(),
                PRICE,
                1,
                Duration.ofMillis(7),
                error);
    }
}
