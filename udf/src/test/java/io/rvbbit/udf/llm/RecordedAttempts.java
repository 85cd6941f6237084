package io.rvbbit.udf.llm;

import io.rvbbit.tracking.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps what it is told. */
final class RecordedAttempts implements AttemptLog {
    record Started(String requestId, String model, String provider, String requestJson) {}

    record Ended(
            String requestId,
            String model,
            @Nullable Usage usage,
            String responseJson,
            String toolCallsJson,
            String errorJson) {}

    final List<Started> started = new CopyOnWriteArrayList<>();
    final List<Ended> ended = new CopyOnWriteArrayList<>();
    final List<String> retries = new CopyOnWriteArrayList<>();

    volatile String late = "";

    @Override
    public Optional<String> late() {
        return late.isEmpty() ? Optional.empty() : Optional.of(late);
    }

    @Override
    public void started(
            String requestId, String modelRequested, String provider, String requestJson) {
        started.add(new Started(requestId, modelRequested, provider, requestJson));
    }

    @Override
    public void ended(
            String requestId,
            String model,
            @Nullable Usage usage,
            String responseJson,
            String toolCallsJson,
            String errorJson,
            Duration duration) {
        ended.add(new Ended(requestId, model, usage, responseJson, toolCallsJson, errorJson));
    }

    @Override
    public void retrying(Duration wait, String reason) {
        retries.add(wait.toMillis() + " ms, " + reason);
    }
}
