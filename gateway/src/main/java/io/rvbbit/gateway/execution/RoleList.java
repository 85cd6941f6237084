package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.access.Identity;
import io.rvbbit.gateway.access.Role;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.rewriter.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * The roles as the catalogue's macros read them: a list of structs {@code (oid, name, super,
 * login)}.
 *
 * <p>Everything belongs to OID 10, as in a new PostgreSQL: the first admin, or whoever is there
 * while the server trusts everybody. Threading: stateless.
 */
final class RoleList {
    private static final long OWNER = 10;
    private static final long FIRST = 16_384;
    private static final long RANGE = 0x3FFF_FFFF;

    private RoleList() {}

    static String sql(Roles roles, Identity identity) {
        List<Role> all = roles.all();
        boolean trusting = roles.isTrusting();
        String owner =
                all.stream()
                        .filter(role -> role.login() && role.admin() && !trusting)
                        .findFirst()
                        .map(Role::name)
                        .orElse(identity.user());
        List<String> structs = new ArrayList<>();
        if (trusting) {
            structs.add(struct(OWNER, owner, true, true));
        }
        Set<Long> taken = new HashSet<>();
        for (Role role : all) {
            boolean isOwner = role.name().equals(owner);
            if (!isOwner) {
                structs.add(
                        struct(oid(role.name(), taken), role.name(), role.admin(), role.login()));
            } else if (!trusting) {
                structs.add(struct(OWNER, role.name(), role.admin(), role.login()));
            }
        }
        return String.join(", ", structs).transform(list -> "[" + list + "]");
    }

    /** The same at each start and for each session, unless two names meet, which is very rare. */
    private static long oid(String name, Set<Long> taken) {
        CRC32 hash = new CRC32();
        hash.update(name.getBytes(StandardCharsets.UTF_8));
        long oid = FIRST + (hash.getValue() & RANGE);
        while (!taken.add(oid)) {
            oid++;
        }
        return oid;
    }

    private static String struct(long oid, String name, boolean admin, boolean login) {
        return "{'oid': %d::BIGINT, 'name': %s, 'super': %s, 'login': %s}"
                .formatted(oid, SqlText.literal(name), admin, login);
    }
}
