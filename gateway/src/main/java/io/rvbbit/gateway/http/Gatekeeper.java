package io.rvbbit.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.rvbbit.gateway.access.Access;
import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.config.HttpConfig;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whose requests are answered.
 *
 * <p>A page of some site that a browser shows can send requests to this port, too. So the Host has
 * to be one of ours, a POST has to be JSON, which no page may send elsewhere without asking, and an
 * Origin that is not ours is refused. Threading: any thread.
 */
final class Gatekeeper {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]");
    private static final Identity EVERYBODY = new Identity("rvbbit", true);

    private final Access access;
    private final Set<String> hosts;

    Gatekeeper(Access access, InetSocketAddress address, HttpConfig limits) {
        this.access = access;
        String own = address.getAddress().getHostAddress();
        String shown = own.contains(":") ? "[" + own + "]" : own;
        this.hosts =
                java.util.stream.Stream.concat(
                                limits.hosts().stream(), java.util.stream.Stream.of(shown))
                        .collect(java.util.stream.Collectors.toUnmodifiableSet());
    }

    /**
     * @throws Refusal 421 if the client means another server
     */
    void checkHost(Exchange exchange) {
        String host = exchange.header(HttpHeaderNames.HOST);
        if (exchange.count(HttpHeaderNames.HOST) != 1 || !isOurs(withoutPort(host))) {
            throw Refusal.wrongHost(host);
        }
    }

    /**
     * @throws Refusal 403 for a request that a page of another site sends
     */
    void checkOrigin(Exchange exchange) {
        String origin = exchange.header(HttpHeaderNames.ORIGIN);
        if (!origin.isEmpty() && !isOurs(hostOf(origin))) {
            throw Refusal.foreignOrigin(origin);
        }
    }

    /**
     * @throws Refusal 415
     */
    static void checkJson(Exchange exchange) {
        String type = exchange.header(HttpHeaderNames.CONTENT_TYPE).toLowerCase(Locale.ROOT);
        if (!type.matches("application/json\\s*(;\\s*charset\\s*=\\s*\"?utf-8\"?\\s*)?")) {
            throw Refusal.wrongContentType();
        }
    }

    /**
     * As whom the request is answered.
     *
     * @throws Refusal 401
     */
    Identity identify(Exchange exchange) {
        if (access.roles().isTrusting()) {
            return EVERYBODY;
        }
        throw Refusal.of(
                        new SqlException(
                                SqlState.INVALID_AUTHORIZATION, "this server has users: log in"))
                .with("WWW-Authenticate", "Bearer realm=\"rvbbit\"");
    }

    private boolean isOurs(String host) {
        return LOOPBACK.matcher(host).matches() || hosts.contains(host);
    }

    private static String withoutPort(String host) {
        return host.replaceFirst(":\\d{1,5}$", "").toLowerCase(Locale.ROOT);
    }

    /** Empty for what is no address, such as {@code null}. */
    private static String hostOf(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host == null ? "" : host.toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }
}
