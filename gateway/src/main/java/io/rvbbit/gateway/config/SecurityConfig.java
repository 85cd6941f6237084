package io.rvbbit.gateway.config;

import io.rvbbit.gateway.access.Role;
import io.rvbbit.gateway.access.ScramVerifier;
import io.rvbbit.rewriter.NearestName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who may connect, and how: checked for what can be told without opening a file.
 *
 * <p>A user: {@code name, verifier, admin}, and a {@link BudgetConfig budget}. Threading:
 * immutable.
 */
public record SecurityConfig(
        List<Role> users,
        boolean cleartext,
        Duration authenticationTimeout,
        Optional<TlsFiles> tls,
        boolean tlsRequired) {
    private static final List<String> USER_KEYS =
            List.of("name", "verifier", "admin", "budget", "ai-fallback");

    /** Both in PEM. */
    public record TlsFiles(Path certificate, Path key) {}

    public SecurityConfig {
        users = List.copyOf(users);
    }

    /** Without verifiers. */
    @Override
    public String toString() {
        return "SecurityConfig[users=%d, tls=%s]".formatted(users.size(), tls);
    }

    static SecurityConfig from(ConfigSource source) {
        ConfigSource.Sourced required = source.value(ConfigKey.TLS_REQUIRED);
        ConfigSource.Sourced passwords = source.value(ConfigKey.PASSWORDS);
        Optional<TlsFiles> tls = tls(source);
        boolean cleartext = oneOf(passwords, "scram-sha-256", "cleartext").equals("cleartext");
        boolean tlsRequired = oneOf(required, "false", "true").equals("true");
        if (tls.isEmpty() && tlsRequired) {
            throw new ConfigException(
                    required.where()
                            + ": tls-required needs tls-certificate-file and tls-key-file");
        }
        if (tls.isEmpty() && cleartext) {
            throw new ConfigException(
                    passwords.where()
                            + ": cleartext passwords need TLS: tls-certificate-file and tls-key-file");
        }
        return new SecurityConfig(
                users(source.value(ConfigKey.USERS)),
                cleartext,
                GatewayConfig.duration(
                        source.value(ConfigKey.AUTHENTICATION_TIMEOUT), Duration.ofMillis(1)),
                tls,
                tlsRequired);
    }

    private static Optional<TlsFiles> tls(ConfigSource source) {
        ConfigSource.Sourced certificate = source.value(ConfigKey.TLS_CERTIFICATE_FILE);
        ConfigSource.Sourced key = source.value(ConfigKey.TLS_KEY_FILE);
        boolean first = !GatewayConfig.text(certificate).isEmpty();
        boolean second = !GatewayConfig.text(key).isEmpty();
        if (first != second) {
            throw new ConfigException(
                    (first ? certificate : key).where()
                            + ": tls-certificate-file and tls-key-file go together");
        }
        return first
                ? Optional.of(
                        new TlsFiles(GatewayConfig.path(certificate), GatewayConfig.path(key)))
                : Optional.empty();
    }

    private static String oneOf(ConfigSource.Sourced sourced, String first, String second) {
        String text = GatewayConfig.text(sourced);
        if (text.equals(first) || text.equals(second)) {
            return text;
        }
        throw GatewayConfig.wrong(sourced, first + " or " + second);
    }

    private static List<Role> users(ConfigSource.Sourced sourced) {
        List<Role> users = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Map<String, Object> entry : GatewayConfig.maps(sourced)) {
            Role user = user(sourced, entry);
            if (!names.add(user.name())) {
                throw new ConfigException(
                        sourced.where() + ": the user \"" + user.name() + "\" stands twice");
            }
            users.add(user);
        }
        if (!users.isEmpty() && users.stream().noneMatch(Role::admin)) {
            throw new ConfigException(
                    sourced.where() + ": at least one of the users needs admin: true");
        }
        return users;
    }

    private static Role user(ConfigSource.Sourced sourced, Map<String, Object> entry) {
        for (String key : entry.keySet()) {
            if (!USER_KEYS.contains(key)) {
                throw new ConfigException(
                        "%s: unknown key \"%s\" of a user%s"
                                .formatted(
                                        sourced.where(),
                                        key,
                                        NearestName.of(key, USER_KEYS)
                                                .map(near -> "; did you mean \"" + near + "\"?")
                                                .orElse(
                                                        "; the keys are name, verifier, admin, budget, ai-fallback")));
            }
        }
        String name = String.valueOf(entry.getOrDefault("name", "")).strip();
        if (name.isEmpty()) {
            throw new ConfigException(sourced.where() + ": each user needs a name");
        }
        String admin = String.valueOf(entry.getOrDefault("admin", "false"));
        if (!admin.equals("true") && !admin.equals("false")) {
            throw new ConfigException(
                    sourced.where() + ": admin of user \"" + name + "\" is true or false");
        }
        // Whatever stands there instead may be a password: it is not repeated.
        ScramVerifier verifier =
                ScramVerifier.parse(String.valueOf(entry.getOrDefault("verifier", "")).strip())
                        .orElseThrow(() ->
                                new ConfigException(
                                        sourced.where()
                                                + ": user \""
                                                + name
                                                + "\" needs a verifier of the form SCRAM-SHA-256$…;"
                                                + " ./rvbbit verifier makes one"));
        return Role.configured(name, admin.equals("true"), verifier);
    }

    /** Whether an entry of the users may be shown under this key. */
    static boolean shows(String key) {
        return key.equals("admin") || key.equals("ai-fallback");
    }
}
