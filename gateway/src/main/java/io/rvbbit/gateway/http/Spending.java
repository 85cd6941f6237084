package io.rvbbit.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.gateway.execution.Notices;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.tracking.CallerId;
import io.rvbbit.tracking.Usage;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an answer says beside its rows: who the caller was, what was paid, what was noticed.
 *
 * <p>Of several statements with a caller the last is named; all stand in {@code callers}.
 * Threading: one thread.
 */
final class Spending {
    private static final int MOST_NOTICES = 100;
    private static final BigDecimal NOTHING = BigDecimal.ZERO.setScale(12);

    private final Map<String, BigDecimal> callers = new LinkedHashMap<>();
    private final ArrayNode notices = Json.MAPPER.createArrayNode();
    private @Nullable String last;

    void began(CallerId caller) {
        last = caller.value();
        callers.putIfAbsent(caller.value(), NOTHING);
    }

    void ended(CallerId caller, Usage usage) {
        callers.put(caller.value(), usage.costUsd().setScale(12, java.math.RoundingMode.HALF_EVEN));
    }

    void notice(Notices.Severity severity, SqlState state, String message, String hint) {
        if (notices.size() < MOST_NOTICES) {
            ObjectNode notice = notices.addObject();
            notice.put("severity", severity.name());
            notice.put("sqlstate", state.code());
            notice.put("message", message);
            if (!hint.isEmpty()) {
                notice.put("hint", hint);
            }
        }
    }

    Optional<String> caller() {
        return Optional.ofNullable(last);
    }

    /** Money is a string with 12 decimals: no JSON reader may round it. */
    private BigDecimal cost() {
        String caller = last;
        return caller == null ? NOTHING : callers.getOrDefault(caller, NOTHING);
    }

    void writeTo(ObjectNode json) {
        json.put("caller_id", last);
        json.put("cost", cost().toPlainString());
        if (callers.size() > 1) {
            ArrayNode all = json.putArray("callers");
            callers.forEach((caller, cost) ->
                    all.addObject().put("caller_id", caller).put("cost", cost.toPlainString()));
        }
    }

    void writeNotices(ObjectNode json) {
        if (!notices.isEmpty()) {
            json.set("notices", notices);
        }
    }
}
