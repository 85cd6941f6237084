package io.rvbbit.udf.cascade;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cascade.Cell.HttpCell.Method;
import io.rvbbit.udf.cascade.Cell.PromptCell;
import io.rvbbit.udf.cascade.Skill.HttpSkill;
import io.rvbbit.udf.web.WebClient;
import io.rvbbit.udf.web.WebFailure;
import io.rvbbit.udf.web.WebRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * HTTP requests that models make, to the place that the cascade says and below it.
 *
 * <p>URL and headers are rendered before the model is asked: their faults cost nothing. What goes
 * wrong with a request is told to the model. Threading: any thread.
 *
 * @param client null where nothing is called
 */
record HttpSkills(@Nullable WebClient client) {
    BoundSkill bind(HttpSkill skill, PromptCell cell, CellRun run) throws InterruptedException {
        WebClient web = client;
        if (web == null) {
            return bound(
                    skill,
                    _ -> {
                        throw new IllegalStateException("nothing is called");
                    });
        }
        CellPlace place = skill.url().place();
        PromptTemplate url = skill.url().template();
        String base = Rendering.of(cell, place, () -> url.render(run.names().forPrompt()));
        URI uri = HttpRequests.uri(cell, place, base);
        HttpRequests requests = new HttpRequests(web);
        Map<String, String> headers =
                requests.headers(skill.headers(), cell, place, run.names()).sent();
        return bound(
                skill,
                arguments -> answer(requests, request(requests, skill, uri, headers, arguments)));
    }

    static boolean sendsBody(Method method) {
        return method != Method.GET && method != Method.HEAD;
    }

    private static BoundSkill bound(HttpSkill skill, BoundSkill.Work work) {
        String description =
                skill.description().isEmpty() ? "Makes an HTTP request." : skill.description();
        return new BoundSkill(skill.name(), description, skill.parameters(), work);
    }

    private static WebRequest request(
            HttpRequests requests,
            HttpSkill skill,
            URI base,
            Map<String, String> headers,
            ObjectNode arguments) {
        String only = skill.methods().getFirst().name();
        Method method = Method.valueOf(arguments.path("method").asText(only));
        String body = body(arguments.path("body"), headers);
        if (!body.isEmpty() && !sendsBody(method)) {
            throw refused("a " + method + " request has no body");
        }
        URI uri = uri(base, arguments.path("path").asText(""), arguments.path("query"));
        return requests.request(
                method.name(), uri, headers, body, skill.timeout(), skill.maxBytes());
    }

    /** {@code {status, json}} or {@code {status, body}}. */
    private static ToolBooks.Result answer(HttpRequests requests, WebRequest request)
            throws InterruptedException {
        try {
            ToolBooks.Result answer = requests.answer(request);
            ObjectNode told = answer.value().deepCopy();
            told.remove("headers");
            told.remove(told.path("json").isNull() ? "json" : "body");
            return new ToolBooks.Result(told, answer.forBooks());
        } catch (WebFailure failure) {
            throw RowFailure.ofTool(HttpRequests.told(request, failure), failure.isPassing());
        }
    }

    private static String body(JsonNode body, Map<String, String> headers) {
        if (body.isMissingNode()) {
            return "";
        }
        boolean plain =
                headers.entrySet().stream()
                        .anyMatch(each ->
                                each.getKey().equalsIgnoreCase("content-type")
                                        && !each.getValue()
                                                .toLowerCase(Locale.ROOT)
                                                .contains("json"));
        return plain && body.isTextual() ? body.textValue() : body.toString();
    }

    /**
     * A URL below another: whatever {@code path} and {@code query} hold, scheme, host and the
     * beginning of the path stay as they are.
     */
    static URI uri(URI base, String path, JsonNode query) {
        StringBuilder text = new StringBuilder(base.getScheme() + "://" + base.getRawAuthority());
        String begin = base.getRawPath() == null ? "" : base.getRawPath();
        if (path.isEmpty()) {
            text.append(begin);
        } else {
            text.append(begin.endsWith("/") ? begin.substring(0, begin.length() - 1) : begin);
            segments(path).forEach(each -> text.append('/').append(encoded(each)));
        }
        List<String> pairs = new ArrayList<>();
        if (base.getRawQuery() != null) {
            pairs.add(base.getRawQuery());
        }
        query.properties().forEach(each -> pairs(each.getKey(), each.getValue(), pairs));
        return URI.create(text + (pairs.isEmpty() ? "" : "?" + String.join("&", pairs)));
    }

    private static List<String> segments(String path) {
        if (path.contains("?") || path.contains("#")) {
            throw refused("\"path\" has no ? and no #");
        }
        String below = path.startsWith("/") ? path.substring(1) : path;
        List<String> segments = List.of(below.split("/", -1));
        for (int i = 0; i < segments.size(); i++) {
            String each = segments.get(i);
            boolean empty = each.isEmpty() && i < segments.size() - 1;
            if (empty || each.equals(".") || each.equals("..")) {
                throw refused("no part of \"path\" is empty, . or ..");
            }
        }
        return segments;
    }

    private static void pairs(String name, JsonNode value, List<String> pairs) {
        if (value.isArray()) {
            value.forEach(each -> pairs(name, each, pairs));
        } else if (value.isObject()) {
            throw refused("a value of \"query\" is no object");
        } else if (!value.isNull()) {
            pairs.add(encoded(name) + "=" + encoded(value.asText()));
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static RowFailure refused(String why) {
        return new RowFailure("arguments", SqlState.INVALID_PARAMETER_VALUE, why);
    }
}
