package io.rvbbit.gateway.access;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All roles: those of the configuration, and those made by statements, which a file keeps.
 *
 * <p>While no role may log in the server trusts everybody who reaches it, and all are one admin. So
 * the first that may log in has to be an admin, and the last admin stays. Threading: any thread;
 * who reads sees the state before or after a change, never half of one.
 */
public final class Roles {
    /** What statements have made, in the data directory. */
    public static final String FILE = "roles.json";

    private static final Logger LOG = LoggerFactory.getLogger(Roles.class);
    private static final int LONGEST_NAME = 63;

    private final RoleFile file;
    private final byte[] mockSecret;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong version = new AtomicLong(1);
    private volatile SortedMap<String, Role> roles;

    /**
     * What a login is checked against.
     *
     * @param genuine false for a verifier that belongs to nobody
     */
    public record Credentials(ScramVerifier verifier, boolean genuine) {}

    private Roles(RoleFile file, byte[] mockSecret, SortedMap<String, Role> roles) {
        this.file = file;
        this.mockSecret = mockSecret;
        this.roles = roles;
    }

    /**
     * Reads the roles that statements have made.
     *
     * @param configured win over those of the same name in the file
     * @param path of the file; it is made at the first start
     * @throws SqlException 58030 if it can't be read or written
     */
    public static Roles open(Collection<Role> configured, Path path, SecureRandom random) {
        RoleFile file = new RoleFile(path);
        RoleFile.Content content = file.read(random);
        SortedMap<String, Role> all = new TreeMap<>();
        content.roles().forEach(role -> all.put(role.name(), role));
        for (Role role : configured) {
            Role hidden = all.put(role.name(), role);
            if (hidden != null) {
                LOG.warn("role \"{}\" of {} is hidden by the configuration's", role.name(), path);
            }
        }
        return new Roles(file, content.mockSecret(), all);
    }

    /** Whether everybody is let in, as one admin. */
    public boolean isTrusting() {
        return roles.values().stream().noneMatch(Role::login);
    }

    public Optional<Role> find(String name) {
        return Optional.ofNullable(roles.get(name));
    }

    /** By name. */
    public List<Role> all() {
        return List.copyOf(roles.values());
    }

    /** Grows with each change. */
    public long version() {
        return version.get();
    }

    /**
     * The verifier of a role that has one; for anybody else one that looks the same to the client,
     * now and at the next try, and that no password passes.
     */
    public Credentials credentials(String name) {
        return find(name)
                .flatMap(Role::verifier)
                .map(verifier -> new Credentials(verifier, true))
                .orElseGet(() -> new Credentials(mock(name), false));
    }

    private ScramVerifier mock(String name) {
        return new ScramVerifier(
                ScramVerifier.DEFAULT_ITERATIONS,
                Arrays.copyOf(mocked("salt", name), ScramVerifier.SALT_BYTES),
                mocked("stored", name),
                mocked("server", name));
    }

    /** What only this server can put under such a text of that role; empty without a password. */
    Optional<byte[]> signed(Role role, String content) {
        return role.verifier().map(verifier -> mocked("token", verifier.text() + '\0' + content));
    }

    private byte[] mocked(String purpose, String name) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(mockSecret, "HmacSHA256"));
            return mac.doFinal((purpose + '\0' + name).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /**
     * @throws SqlException 42710 if it exists, 42939 for a reserved name, 55000 if it would lock
     *     everybody out
     */
    public void create(Role role) {
        checkName(role.name());
        change(next -> {
            if (next.putIfAbsent(role.name(), role) != null) {
                throw new SqlException(
                        SqlState.DUPLICATE_OBJECT, "role \"" + role.name() + "\" already exists");
            }
        });
    }

    /**
     * @throws SqlException 42704 if there is none, 55000 for one of the configuration's, or if it
     *     would lock everybody out
     */
    public void alter(String name, UnaryOperator<Role> alteration) {
        change(next -> next.put(name, alteration.apply(changeable(next, name))));
    }

    /** All of them or none; faults as for {@link #alter}. */
    public void drop(List<String> names) {
        change(next -> {
            for (String name : names) {
                changeable(next, name);
                next.remove(name);
            }
        });
    }

    private static Role changeable(SortedMap<String, Role> roles, String name) {
        Role role = roles.get(name);
        if (role == null) {
            throw new SqlException(
                    SqlState.UNDEFINED_OBJECT, "role \"" + name + "\" does not exist");
        }
        if (role.configured()) {
            throw new SqlException(
                            SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                            "role \"" + name + "\" stands in the server's configuration")
                    .hint("change it under \"users\" there, and restart the server");
        }
        return role;
    }

    /** A change of the map; an exception leaves everything as it was. */
    private interface Change {
        void apply(SortedMap<String, Role> next);
    }

    private void change(Change change) {
        lock.lock();
        try {
            SortedMap<String, Role> next = new TreeMap<>(roles);
            change.apply(next);
            checkAdmin(next);
            file.write(
                    new RoleFile.Content(
                            mockSecret,
                            next.values().stream().filter(role -> !role.configured()).toList()));
            roles = next;
            version.incrementAndGet();
        } finally {
            lock.unlock();
        }
    }

    private static void checkAdmin(SortedMap<String, Role> next) {
        boolean anybody = next.values().stream().anyMatch(Role::login);
        boolean admin =
                next.values().stream()
                        .anyMatch(role ->
                                role.login() && role.admin() && role.verifier().isPresent());
        if (anybody && !admin) {
            throw new SqlException(
                            SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
                            "there would be roles that may log in, and no superuser with a password"
                                    + " among them")
                    .hint("CREATE ROLE name SUPERUSER LOGIN PASSWORD '…' first");
        }
    }

    private static void checkName(String name) {
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new SqlException(
                    SqlState.INVALID_PARAMETER_VALUE, "a role's name has 1 to 63 bytes");
        }
        String folded = name.toLowerCase(Locale.ROOT);
        if (folded.startsWith("pg_")) {
            throw new SqlException(SqlState.RESERVED_NAME, "role name \"" + name + "\" is reserved")
                    .detail("Role names starting with \"pg_\" are reserved.");
        }
        if (folded.equals("public") || folded.equals("none")) {
            throw new SqlException(
                    SqlState.RESERVED_NAME, "role name \"" + name + "\" is reserved");
        }
    }
}
