package io.rvbbit.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.config.HttpConfig;
import io.rvbbit.gateway.session.Sessions;

import java.util.Arrays;
import java.util.List;
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

    Routes(HttpSessions sessions, Sessions wire, Gatekeeper gatekeeper, HttpConfig limits) {
        this.sessions = sessions;
        this.wire = wire;
        this.gatekeeper = gatekeeper;
        this.limits = limits;
    }

    /** Answers now, or sees to it that the session's thread does. */
    void answer(Exchange exchange) {
        List<String> path = path(exchange.uri());
        if (path.equals(List.of("api", "sql", "health"))) {
            // Costs nothing and tells nothing that is secret: whoever watches may call it anyhow.
            expect(exchange, HttpMethod.GET);
            exchange.answer(health());
            return;
        }
        gatekeeper.checkHost(exchange);
        if (path.equals(List.of("api", "sql", "execute"))) {
            expect(exchange, HttpMethod.POST);
            gatekeeper.checkOrigin(exchange);
            Identity identity = gatekeeper.identify(exchange);
            Gatekeeper.checkJson(exchange);
            execute(exchange, identity);
        } else if (path.equals(List.of("api", "sql", "sessions"))) {
            expect(exchange, HttpMethod.GET);
            exchange.answer(sessions(gatekeeper.identify(exchange)));
        } else if (path.size() == 4 && path.subList(0, 3).equals(List.of("api", "sql", "tables"))) {
            expect(exchange, HttpMethod.GET);
            Identity identity = gatekeeper.identify(exchange);
            HttpSession session = sessions.claimOpen(identity, path.get(3));
            ask(exchange, session, new SessionCatalog(exchange, session)::tables);
        } else if (path.size() == 5 && path.subList(0, 3).equals(List.of("api", "sql", "schema"))) {
            expect(exchange, HttpMethod.GET);
            Identity identity = gatekeeper.identify(exchange);
            HttpSession session = sessions.claimOpen(identity, path.get(3));
            SessionCatalog catalog = new SessionCatalog(exchange, session);
            ask(exchange, session, () -> catalog.schema(path.get(4)));
        } else {
            throw Refusal.notFound(exchange.uri());
        }
    }

    private static List<String> path(String uri) {
        String raw = uri.split("[?#]", 2)[0];
        try {
            return Arrays.stream(raw.replaceFirst("^/", "").split("/", -1))
                    .map(part -> QueryStringDecoder.decodeComponent(part.replace("+", "%2B")))
                    .toList();
        } catch (IllegalArgumentException _) {
            throw Refusal.notFound(uri);
        }
    }

    private static void expect(Exchange exchange, HttpMethod method) {
        if (!exchange.method().equals(method)) {
            throw Refusal.wrongMethod(method.name());
        }
    }

    private void execute(Exchange exchange, Identity identity) {
        ExecuteRequest request = ExecuteRequest.parse(exchange.body());
        HttpSession session = sessions.claim(identity, request.sessionId(), exchange.address());
        ScriptCall call = new ScriptCall(exchange, session, request, limits, sessions.timers());
        session.run(call::run);
    }

    private static void ask(Exchange exchange, HttpSession session, Supplier<Answer> question) {
        session.run(() -> {
            Answer answer = answered(exchange, question);
            return () -> exchange.answer(answer);
        });
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
