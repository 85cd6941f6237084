package io.rvbbit.tracking;

import static java.util.Locale.ROOT;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.tracking.Fallback.Decision;
import io.rvbbit.tracking.Fallback.Stage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link Event.FallbackEnded} as bytes, and as a row. Threading: stateless. */
final class FallbackEvents {
    /** No column of the books holds more. */
    private static final BigDecimal MOST = new BigDecimal("999999.999999999999");

    private FallbackEvents() {}

    static void write(ByteWriter to, Fallback fallback) {
        to.text(fallback.ulid())
                .text(fallback.caller().value())
                .text(fallback.sessionId())
                .text(fallback.userId())
                .text(fallback.service())
                .text(fallback.method())
                .text(fallback.argsJson())
                .single(fallback.decision().map(FallbackEvents::number).orElse(0))
                .text(fallback.model())
                .duration(fallback.latency());
        write(to, fallback.deciding());
        write(to, fallback.generating());
        to.money(fallback.costUsd())
                .text(fallback.result())
                .text(fallback.errorJson())
                .text(fallback.metadataJson());
    }

    static Fallback read(ByteReader from) {
        return new Fallback(
                from.text(),
                new CallerId(from.text()),
                from.text(),
                from.text(),
                from.text(),
                from.text(),
                from.text(),
                decision(from.single()),
                from.text(),
                from.duration(),
                stage(from),
                stage(from),
                from.money(),
                from.text(),
                from.text(),
                from.text());
    }

    private static void write(ByteWriter to, Stage stage) {
        Duration latency = stage.latency();
        Long tokens = stage.tokens();
        to.flag(latency != null && tokens != null);
        if (latency != null && tokens != null) {
            to.duration(latency).signed(tokens);
        }
    }

    private static Stage stage(ByteReader from) {
        return from.flag() ? Stage.of(from.duration(), from.signed()) : Stage.NONE;
    }

    private static int number(Decision decision) {
        return switch (decision) {
            case TEXT -> 1;
            case OBJECT -> 2;
        };
    }

    private static Optional<Decision> decision(int number) {
        return switch (number) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(Decision.TEXT);
            case 2 -> Optional.of(Decision.OBJECT);
            default -> throw new IllegalArgumentException("no decision has number " + number);
        };
    }

    static Row<FallbackColumn> row(Event.FallbackEnded event) {
        Fallback fallback = event.fallback();
        return Row.of(FallbackColumn.class)
                .set(FallbackColumn.ULID, fallback.ulid())
                .set(FallbackColumn.TS, event.at())
                .set(FallbackColumn.SERVICE, fallback.service())
                .set(FallbackColumn.METHOD, fallback.method())
                .set(FallbackColumn.ARGS, JsonText.orObject(fallback.argsJson()))
                .set(FallbackColumn.USER_ID, fallback.userId())
                .set(FallbackColumn.SESSION_ID, fallback.sessionId())
                .set(FallbackColumn.CALLER_ID, fallback.caller().value())
                .set(
                        FallbackColumn.DECISION,
                        fallback.decision().map(known -> known.name().toLowerCase(ROOT)).orElse(""))
                .set(FallbackColumn.MODEL, fallback.model())
                .set(FallbackColumn.SUCCESS, fallback.success())
                .set(FallbackColumn.LATENCY_MS, fallback.latency().toMillis())
                .set(FallbackColumn.DECISION_LATENCY_MS, millis(fallback.deciding()))
                .set(FallbackColumn.GENERATION_LATENCY_MS, millis(fallback.generating()))
                .set(FallbackColumn.COST_USD, money(fallback.costUsd()))
                .set(FallbackColumn.DECISION_TOKENS, fallback.deciding().tokens())
                .set(FallbackColumn.GENERATION_TOKENS, fallback.generating().tokens())
                .set(FallbackColumn.RESULT, fallback.result())
                .set(FallbackColumn.ERROR, message(fallback.errorJson()))
                .set(FallbackColumn.METADATA, metadata(fallback));
    }

    static String json(Event.FallbackEnded event) {
        Row<FallbackColumn> row = row(event);
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (FallbackColumn column : FallbackColumn.values()) {
            switch (row.get(column)) {
                case null -> json.putNull(column.sqlName());
                case Boolean flag -> json.put(column.sqlName(), flag);
                case Long number -> json.put(column.sqlName(), number);
                case BigDecimal money -> json.put(column.sqlName(), money.toPlainString());
                case Object value -> json.put(column.sqlName(), value.toString());
            }
        }
        return json.toString();
    }

    private static @Nullable Long millis(Stage stage) {
        Duration latency = stage.latency();
        return latency == null ? null : latency.toMillis();
    }

    private static @Nullable BigDecimal money(@Nullable BigDecimal usd) {
        return usd == null
                ? null
                : usd.setScale(Usage.COST_SCALE, RoundingMode.HALF_EVEN).min(MOST);
    }

    private static String message(String errorJson) {
        String message = JsonText.field(errorJson, "message");
        return message.isEmpty() ? errorJson : message;
    }

    /** With the class of the error, by which failures are told apart. */
    private static String metadata(Fallback fallback) {
        String metadata = JsonText.orObject(fallback.metadataJson());
        String errorClass = JsonText.field(fallback.errorJson(), "class");
        return errorClass.isEmpty() ? metadata : JsonText.with(metadata, "error_class", errorClass);
    }
}
