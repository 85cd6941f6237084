package io.rvbbit.gateway.execution;

import io.rvbbit.rewriter.CallSite;
import io.rvbbit.rewriter.CallSites;
import io.rvbbit.rewriter.SqlText;
import io.rvbbit.udf.FallbackCall;
import io.rvbbit.udf.Functions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A statement whose missing functions are calls of a model. Threading: stateless. */
final class FallbackText {
    private FallbackText() {}

    /**
     * In the client's dialect.
     *
     * @param calls each call's function, by where it stands
     */
    static String of(String statement, Map<CallSite, FallbackCall> calls) {
        return of(statement, calls, "");
    }

    /**
     * @param unknown the type of what nobody has decided; empty for any
     */
    static String of(String statement, Map<CallSite, FallbackCall> calls, String unknown) {
        return CallSites.rewritten(
                statement,
                List.copyOf(calls.keySet()),
                (site, arguments) -> {
                    FallbackCall call = calls.get(site);
                    return call == null || call.given() == null
                            ? FallbackProbe.typed(site, arguments, unknown)
                            : named(site, written(site, arguments, call));
                });
    }

    /** What stands for a call keeps its column's name. */
    static String named(CallSite site, String text) {
        return site.column() ? text + " AS " + SqlText.identifier(site.name()) : text;
    }

    private static String written(CallSite site, List<String> arguments, FallbackCall call) {
        return "CAST(_rvbbit_fallback(%s, %s, %s) AS %s)"
                .formatted(
                        Functions.CALLER_SQL,
                        SqlText.literal(call.json()),
                        json(site, arguments),
                        call.resultType());
    }

    private static String json(CallSite site, List<String> arguments) {
        if (arguments.isEmpty()) {
            return "'{}'";
        }
        List<String> fields = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            fields.add(
                    SqlText.identifier(site.arguments().get(i).name()) + " := " + arguments.get(i));
        }
        return "CAST(to_json(struct_pack(" + String.join(", ", fields) + ")) AS VARCHAR)";
    }
}
