package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.Usage;
import io.rvbbit.udf.llm.AttemptLog;
import io.rvbbit.udf.llm.ModelClient;
import io.rvbbit.udf.llm.ModelException;
import io.rvbbit.udf.llm.ModelReply;
import io.rvbbit.udf.llm.ModelRequest;
import io.rvbbit.udf.llm.Models;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Answers what the test says, in order; each answered attempt costs 10 + 2 tokens and 0.001. */
final class ScriptedModel implements ModelClient, Models {
    static final Usage PRICE = new Usage(10, 2, new BigDecimal("0.001"));
    static final String HANG = "<hang>";

    final List<ModelRequest> requests = new ArrayList<>();
    final List<String> resolved = new ArrayList<>();
    final CountDownLatch hanging = new CountDownLatch(1);
    private final Deque<Object> script = new ArrayDeque<>();
    private int sent;

    ScriptedModel answers(String... texts) {
        script.addAll(List.of(texts));
        return this;
    }

    ScriptedModel fails(ModelException fault) {
        script.add(fault);
        return this;
    }

    static ModelException fault(String errorClass, boolean fatal) {
        return new ModelException(
                errorClass, SqlState.EXTERNAL_ROUTINE, fatal, "no answer", "try later");
    }

    @Override
    public Resolved resolve(String model) {
        resolved.add(model);
        return new Resolved(this, model.isEmpty() ? "default-model" : model);
    }

    @Override
    public String provider() {
        return "scripted";
    }

    @Override
    public ModelReply send(ModelRequest request, AttemptLog attempts) throws InterruptedException {
        requests.add(request);
        String id = "request-" + ++sent;
        Object next = script.removeFirst();
        attempts.started(id, request.model(), provider(), "{}");
        Duration time = Duration.ofMillis(5);
        if (next instanceof ModelException fault) {
            attempts.ended(id, "real-model", PRICE, "", "", "{\"class\":\"x\"}", time);
            throw fault;
        }
        if (HANG.equals(next)) {
            hanging.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                String why = attempts.late().isPresent() ? "timeout" : "cancelled";
                attempts.ended(id, "", null, "", "", "{\"class\":\"" + why + "\"}", time);
                throw e;
            }
        }
        attempts.ended(id, "real-model", PRICE, "{}", "", "", time);
        return new ModelReply("real-model", next.toString(), null, "stop", PRICE, id);
    }
}
