package io.rvbbit.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.rvbbit.gateway.access.AccessTokens;
import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.config.HttpConfig;
import io.rvbbit.gateway.metrics.Meters;
import io.rvbbit.gateway.session.Sessions;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * From a request's path to what answers it.
 *
 * <p>Threading: event loop; whatever asks the database goes on in the session's thread.
 */
final class Routes {
    private final HttpSessions sessions;
    private final Sessions wire;
    private final Gatekeeper gatekeeper;
    private final HttpConfig limits;
    private final Meters meters;

    Routes(
            HttpSessions sessions,
            Sessions wire,
            Gatekeeper gatekeeper,
            HttpConfig limits,
            Meters meters) {
        this.sessions = sessions;
        this.wire = wire;
        this.gatekeeper = gatekeeper;
        this.limits = limits;
        this.meters = meters;
    }

    /** Answers now, or sees to it that the session's thread does. */
    void answer(Exchange exchange) {
        gatekeeper.cors().mark(exchange);
        List<String> path = path(exchange.uri());
        if (path.equals(List.of("api", "sql", "health"))) {
            // Costs nothing and tells nothing that is secret: whoever watches may call it anyhow.
            expectReading(exchange);
            exchange.answer(health());
            return;
        }
        gatekeeper.checkHost(exchange);
        gatekeeper.checkTls(exchange);
        if (gatekeeper.cors().isAsked(exchange)) {
            exchange.answer(gatekeeper.cors().leave());
            return;
        }
        if (path.equals(List.of("api", "sql", "execute"))) {
            checkPost(exchange);
            identified(exchange, identity -> execute(exchange, identity));
        } else if (path.equals(List.of("api", "sql", "login"))) {
            checkPost(exchange);
            login(exchange);
        } else if (path.equals(List.of("openapi.json"))) {
            expectReading(exchange);
            exchange.answer(Documents.openApi());
        } else if (path.equals(List.of("metrics"))) {
            expectReading(exchange);
            identified(exchange, identity -> exchange.answer(metrics(identity)));
        } else if (path.equals(List.of(""))) {
            expectReading(exchange);
            identified(exchange, identity -> status(exchange, identity));
        } else if (path.equals(List.of("api", "sql", "sessions"))) {
            expectReading(exchange);
            identified(exchange, identity -> exchange.answer(sessions(identity)));
        } else if (path.size() == 4 && path.subList(0, 3).equals(List.of("api", "sql", "tables"))) {
            expectReading(exchange);
            identified(
                    exchange,
                    identity -> ask(exchange, identity, path.get(3), SessionCatalog::tables));
        } else if (path.size() == 5 && path.subList(0, 3).equals(List.of("api", "sql", "schema"))) {
            expectReading(exchange);
            identified(
                    exchange,
                    identity ->
                            ask(
                                    exchange,
                                    identity,
                                    path.get(3),
                                    catalog -> catalog.schema(path.get(4))));
        } else {
            throw Refusal.notFound(exchange.uri());
        }
    }

    private void checkPost(Exchange exchange) {
        if (!exchange.method().equals(HttpMethod.POST)) {
            throw Refusal.wrongMethod(HttpMethod.POST.name());
        }
        gatekeeper.checkOrigin(exchange);
        Gatekeeper.checkJson(exchange);
    }

    private void identified(Exchange exchange, Consumer<Identity> answering) {
        answering(exchange, gatekeeper.identify(exchange), answering);
    }

    private static void answering(
            Exchange exchange, CompletionStage<Identity> asked, Consumer<Identity> answering) {
        asked.thenAccept(answering)
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        exchange.answer(Refusal.of(failure).answer(exchange.id()));
                    }
                });
    }

    private void login(Exchange exchange) {
        JsonNode body = ExecuteRequest.object(exchange.body(), List.of("user", "password"));
        String user = ExecuteRequest.required(body, "user", "{\"user\": …, \"password\": …}");
        String password =
                ExecuteRequest.required(body, "password", "{\"user\": …, \"password\": …}");
        answering(
                exchange,
                gatekeeper.login(exchange, user, password),
                identity -> exchange.answer(token(identity)));
    }

    private Answer token(Identity identity) {
        AccessTokens.Issued issued = gatekeeper.token(identity);
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("success", true).put("user", identity.user());
        json.put("token", issued.token()).put("expires_at", issued.expiresAt().toString());
        return Answer.json(HttpResponseStatus.OK, json);
    }

    private static List<String> path(String uri) {
        // A proxy may send the whole address.
        String local = uri.replaceFirst("^(?i:https?)://[^/?#]*", "");
        String raw = local.split("[?#]", 2)[0];
        try {
            return Arrays.stream(raw.replaceFirst("^/", "").split("/", -1))
                    .map(part -> QueryStringDecoder.decodeComponent(part.replace("+", "%2B")))
                    .toList();
        } catch (IllegalArgumentException _) {
            throw Refusal.notFound(uri);
        }
    }

    /** HEAD is answered as GET is; the body stays here. */
    private static void expectReading(Exchange exchange) {
        HttpMethod method = exchange.method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            throw Refusal.wrongMethod("GET, HEAD");
        }
    }

    private void execute(Exchange exchange, Identity identity) {
        ExecuteRequest request = ExecuteRequest.parse(exchange.body());
        HttpSession session = sessions.claim(identity, request.sessionId(), exchange.address());
        ScriptCall call = new ScriptCall(exchange, session, request, limits, sessions.timers());
        session.run(call::run);
    }

    private void ask(
            Exchange exchange,
            Identity identity,
            String id,
            Function<SessionCatalog, Answer> question) {
        HttpSession session = sessions.claimOpen(identity, id);
        SessionCatalog catalog = new SessionCatalog(exchange, session);
        session.run(() -> {
            Answer answer = answered(exchange, () -> question.apply(catalog));
            return () -> exchange.answer(answer);
        });
    }

    private void status(Exchange exchange, Identity identity) {
        HttpSession session = sessions.claimAside(identity, exchange.address());
        StatusPage page = new StatusPage(session);
        session.run(() -> {
            Answer answer = answered(exchange, page::page);
            session.end();
            return () -> exchange.answer(answer);
        });
    }

    /** They tell what all have spent. */
    private Answer metrics(Identity identity) {
        if (!identity.admin()) {
            throw new SqlException(
                    SqlState.INSUFFICIENT_PRIVILEGE, "only an admin may see the metrics");
        }
        return new Answer(HttpResponseStatus.OK, Meters.CONTENT_TYPE, meters.scrape(), Map.of());
    }

    private static Answer answered(Exchange exchange, Supplier<Answer> question) {
        try {
            return question.get();
        } catch (Exception failure) {
            return Refusal.of(failure).answer(exchange.id());
        }
    }

    private Answer health() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("success", true).put("status", "ok");
        json.put("sessions", wire.open()).put("http_sessions", sessions.count());
        return Answer.json(HttpResponseStatus.OK, json);
    }

    private Answer sessions(Identity identity) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("success", true);
        ArrayNode all = json.putArray("sessions");
        for (HttpSession.State state : sessions.states(identity)) {
            all.addObject()
                    .put("session_id", state.id())
                    .put("user", state.user())
                    .put("state", state.busy() ? "active" : "idle")
                    .put("requests", state.requests())
                    .put("created_at", state.created().toString())
                    .put("last_used_at", state.lastUsed().toString());
        }
        return Answer.json(HttpResponseStatus.OK, json);
    }
}
