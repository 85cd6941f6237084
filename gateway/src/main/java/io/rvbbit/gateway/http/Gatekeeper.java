package io.rvbbit.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.rvbbit.gateway.access.Access;
import io.rvbbit.gateway.access.AccessTokens;
import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.access.Role;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.config.HttpConfig;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Duration TOKEN_LIFE = Duration.ofHours(12);
    private static final Logger LOG = LoggerFactory.getLogger(Gatekeeper.class);

    private final Access access;
    private final AccessTokens tokens;
    private final Set<String> hosts;
    private final Cors cors;

    Gatekeeper(Access access, InetSocketAddress address, HttpConfig limits, Clock clock) {
        this.access = access;
        this.tokens = new AccessTokens(access.roles(), clock);
        this.cors = new Cors(limits.corsOrigins());
        String own = address.getAddress().getHostAddress();
        String shown = own.contains(":") ? "[" + own + "]" : own;
        this.hosts =
                Stream.concat(limits.hosts().stream(), Stream.of(shown))
                        .collect(Collectors.toUnmodifiableSet());
    }

    Cors cors() {
        return cors;
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
        if (!origin.isEmpty() && !cors.allows(origin) && !isOurs(hostOf(origin))) {
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
     * @throws Refusal 403 without TLS, where that is required
     */
    void checkTls(Exchange exchange) {
        if (access.tlsRequired() && !exchange.isEncrypted()) {
            throw Refusal.of(
                    new SqlException(
                                    SqlState.INSUFFICIENT_PRIVILEGE,
                                    "this server refuses requests without TLS")
                            .hint("use https"));
        }
    }

    /**
     * As whom the request is answered; fails with a {@link Refusal} 401 or 403.
     *
     * <p>A password takes milliseconds to check, so that happens beside the event loop.
     */
    CompletionStage<Identity> identify(Exchange exchange) {
        if (access.roles().isTrusting()) {
            return CompletableFuture.completedFuture(EVERYBODY);
        }
        String given = exchange.header(HttpHeaderNames.AUTHORIZATION);
        int blank = given.indexOf(' ');
        String scheme = blank < 0 ? "" : given.substring(0, blank).toLowerCase(Locale.ROOT);
        String proof = given.substring(blank + 1).strip();
        return switch (scheme) {
            case "bearer" ->
                    tokens.holder(proof)
                            .<CompletionStage<Identity>>map(
                                    role -> CompletableFuture.completedFuture(identity(role)))
                            .orElseGet(() ->
                                    refused(
                                            SqlState.INVALID_AUTHORIZATION,
                                            "the token is not valid, or not any more",
                                            "POST /api/sql/login gives a new one"));
            case "basic" -> {
                String pair = basic(proof);
                int colon = pair.indexOf(':');
                yield colon < 0
                        ? refused(SqlState.INVALID_AUTHORIZATION, "malformed credentials", "")
                        : login(exchange, pair.substring(0, colon), pair.substring(colon + 1));
            }
            default ->
                    refused(
                            SqlState.INVALID_AUTHORIZATION,
                            "this server has users: log in",
                            "send Authorization: Bearer with a token of POST /api/sql/login or of"
                                    + " ./rvbbit token");
        };
    }

    /** As whom somebody is answered who knows the password; fails as {@link #identify} does. */
    CompletionStage<Identity> login(Exchange exchange, String user, String password) {
        if (!exchange.isPrivate()) {
            return CompletableFuture.failedStage(
                    Refusal.of(
                            new SqlException(
                                            SqlState.INSUFFICIENT_PRIVILEGE,
                                            "passwords are not taken in clear text")
                                    .hint("use https, or a token")));
        }
        Roles.Credentials credentials = access.roles().credentials(user);
        return CompletableFuture.supplyAsync(
                () -> {
                    boolean right =
                            credentials.verifier().matches(password) && credentials.genuine();
                    Optional<Role> role =
                            access.roles().find(user).filter(known -> right && known.login());
                    if (role.isEmpty()) {
                        LOG.warn(
                                "refused {}: password authentication failed for user \"{}\"",
                                exchange.address(),
                                user.replaceAll("\\p{Cntrl}", "?"));
                        throw unauthorized(
                                SqlState.INVALID_PASSWORD,
                                "password authentication failed for user \"" + user + "\"",
                                "");
                    }
                    return identity(role.get());
                },
                ForkJoinPool.commonPool());
    }

    /**
     * A token for somebody who has just logged in.
     *
     * @throws Refusal 400 where the server has no users
     */
    AccessTokens.Issued token(Identity identity) {
        return tokens.issue(identity.user(), TOKEN_LIFE)
                .orElseThrow(() ->
                        Refusal.badRequest(
                                "there is no password to log in with",
                                "without users nobody needs a token"));
    }

    private static Identity identity(Role role) {
        return new Identity(role.name(), role.admin());
    }

    private static String basic(String proof) {
        try {
            return new String(Base64.getDecoder().decode(proof), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    private static CompletionStage<Identity> refused(SqlState state, String what, String hint) {
        return CompletableFuture.failedStage(unauthorized(state, what, hint));
    }

    private static Refusal unauthorized(SqlState state, String what, String hint) {
        SqlException told = new SqlException(state, what);
        return Refusal.of(hint.isEmpty() ? told : told.hint(hint))
                .with("WWW-Authenticate", "Bearer realm=\"rvbbit\", Basic realm=\"rvbbit\"");
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
