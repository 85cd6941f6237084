package io.rvbbit.it;

import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Event;
import io.rvbbit.tracking.EventSink;
import io.rvbbit.tracking.Fallback;
import io.rvbbit.tracking.Fallback.Decision;
import io.rvbbit.tracking.Fallback.Stage;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Fallbacks told to the books as the gateway tells them. Threading: one thread. */
public final class FallbackStory {
    private final EventSink books;
    private final Instant at;
    private int told;

    /** {@code at}: when the first happened; each of the others is a second later. */
    public FallbackStory(EventSink books, Instant at) {
        this.books = books;
        this.at = at;
    }

    /** A function gave {@code result}; every third had to be decided first. */
    public void answered(
            String user, String service, String method, String args, String result, int millis) {
        Decision decision = result.startsWith("{") ? Decision.OBJECT : Decision.TEXT;
        tell(
                new Fallback(
                        ulid(),
                        new CallerId("sql-clever-fox-abc123"),
                        "udf-merry-owl-abc" + told,
                        user,
                        service,
                        method,
                        args,
                        Optional.of(decision),
                        "stub-model",
                        Duration.ofMillis(millis),
                        told % 3 == 0 ? Stage.of(Duration.ofMillis(5), 20) : Stage.NONE,
                        Stage.of(Duration.ofMillis(millis - 5), 100),
                        new BigDecimal("0.001").multiply(BigDecimal.valueOf(millis)),
                        result,
                        "",
                        "{}"));
    }

    public void failed(String user, String service, String method, String errorClass) {
        tell(
                new Fallback(
                        ulid(),
                        new CallerId("sql-clever-fox-abc123"),
                        "",
                        user,
                        service,
                        method,
                        "{\"x\":1}",
                        Optional.empty(),
                        "",
                        Duration.ofSeconds(1),
                        Stage.NONE,
                        Stage.NONE,
                        null,
                        "",
                        "{\"class\":\"%s\",\"message\":\"the %s\"}"
                                .formatted(errorClass, errorClass),
                        ""));
    }

    private String ulid() {
        return "01J%023d".formatted(told);
    }

    private void tell(Fallback fallback) {
        books.record(new Event.FallbackEnded(fallback, at.plusSeconds(told++)));
    }

    /** Two users, two services, three methods, one of which never worked. */
    public void usual() {
        answered("ada", "sql", "sentiment_of", "{\"review\":\"good\"}", "positive", 10);
        answered("ada", "sql", "sentiment_of", "{\"review\":\"bad\"}", "negative", 20);
        answered("ada", "sql", "sentiment_of", "{\"review\":\"meh\"}", "neutral", 30);
        answered("bob", "stripe", "charge", "{\"amount\":2}", "{\"ok\":true}", 100);
        failed("bob", "stripe", "charge", "timeout");
        failed("bob", "sql", "never_works", "budget");
        failed("ada", "sql", "never_works", "budget");
    }
}
