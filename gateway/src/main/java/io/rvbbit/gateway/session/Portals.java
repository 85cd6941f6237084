package io.rvbbit.gateway.session;

import io.rvbbit.gateway.engine.Column;
import io.rvbbit.gateway.engine.RowStore;
import io.rvbbit.gateway.execution.Cancellation;
import io.rvbbit.gateway.execution.ClientContext;
import io.rvbbit.gateway.execution.CursorMove;
import io.rvbbit.gateway.execution.Cursors;
import io.rvbbit.gateway.execution.Execution;
import io.rvbbit.gateway.execution.Plan;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The session's portals by name: those that Bind makes and those that DECLARE makes are one set.
 *
 * <p>Threading: the session's thread only.
 */
final class Portals implements Cursors, AutoCloseable {
    private final Map<String, Portal> open = new LinkedHashMap<>();
    private @Nullable ClientContext client;
    private @Nullable Portal running;
    private long nextNumber = 1;

    void begin(ClientContext newClient) {
        client = newClient;
    }

    /**
     * Keeps a portal under a name; the unnamed one gives way to the next.
     *
     * @throws SqlException 42P03 if the name is taken
     */
    void add(String name, Portal portal) {
        checkFree(name);
        drop(name);
        portal.numbered(nextNumber++);
        open.put(name, portal);
    }

    void checkFree(String name) {
        if (!name.isEmpty() && open.containsKey(name)) {
            throw new SqlException(
                    SqlState.DUPLICATE_CURSOR, "cursor \"" + name + "\" already exists");
        }
    }

    Optional<Portal> find(String name) {
        return Optional.ofNullable(open.get(name));
    }

    /**
     * Queries that were bound and not begun: they see what was there when they were bound, so they
     * begin before another statement changes it.
     */
    List<Portal> bound(Portal changing) {
        return open.values().stream()
                .filter(portal -> portal != changing && !portal.isStarted())
                .filter(portal ->
                        portal.prepared()
                                .plan()
                                .filter(plan -> plan.role() == Plan.Role.READS && !plan.spends())
                                .isPresent())
                .toList();
    }

    /** Empty for the unnamed one and for those of simple queries. */
    String nameOf(Portal portal) {
        return open.entrySet().stream()
                .filter(entry -> entry.getValue() == portal)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse("");
    }

    void drop(String name) {
        Portal portal = open.remove(name);
        if (portal != null) {
            portal.close();
        }
    }

    /** The one whose statement runs now is not closed under its feet. */
    void runs(@Nullable Portal portal) {
        running = portal;
    }

    /** Makes a portal's rows ready to be read. */
    PortalRows rows(Portal portal, Execution execution) {
        return new PortalRows(
                execution,
                portal.scroll() == Scroll.SCROLL,
                () -> new RowStore(begun().connection()));
    }

    private ClientContext begun() {
        ClientContext begun = client;
        if (begun == null) {
            throw new IllegalStateException("the session has not begun");
        }
        return begun;
    }

    @Override
    public void declare(
            Declaration declaration,
            Plan query,
            List<@Nullable Object> parameters,
            Cancellation declaring) {
        if (declaration.name().isEmpty()) {
            throw new SqlException(
                    SqlState.INVALID_CURSOR_NAME, "invalid cursor name: must not be empty");
        }
        checkFree(declaration.name());
        try (Prepared prepared = Prepared.of(query, declaration.text())) {
            Portal portal = new Portal(prepared, parameters, List.of(), Optional.of(declaration));
            try {
                Cancellation cancellation = new Cancellation();
                declaring.onCancel(() ->
                        declaring
                                .cause()
                                .map(why -> String.valueOf(why.getMessage()))
                                .ifPresent(cancellation::cancel));
                Execution execution = query.start(parameters, cancellation);
                portal.started(execution, rows(portal, execution), cancellation);
                add(declaration.name(), portal);
            } catch (RuntimeException fault) {
                portal.close();
                throw fault;
            }
        }
    }

    @Override
    public List<Column> columns(String portal) {
        return find(portal).map(found -> found.prepared().columns()).orElse(List.of());
    }

    /**
     * The portal that FETCH or MOVE goes through.
     *
     * @throws SqlException 34000
     */
    Portal target(CursorMove move) {
        return existing(move.portal());
    }

    private Portal existing(String name) {
        return find(name)
                .orElseThrow(() ->
                        new SqlException(
                                SqlState.INVALID_CURSOR_NAME,
                                "cursor \"" + name + "\" does not exist"));
    }

    @Override
    public void close(String portal) {
        Portal closing = existing(portal);
        if (closing == running) {
            throw new SqlException(
                    SqlState.INVALID_CURSOR_STATE, "cannot drop active portal \"" + portal + "\"");
        }
        drop(portal);
    }

    @Override
    public void closeAll() {
        dropAll(_ -> true);
    }

    @Override
    public void transactionEnds(boolean commits) {
        if (commits) {
            for (Portal portal : List.copyOf(open.values())) {
                boolean holds =
                        portal.declaration().map(Declaration::holds).orElse(false)
                                && !portal.isHeld();
                if (holds) {
                    portal.hold();
                }
            }
        }
        dropAll(portal -> !portal.isHeld());
    }

    @Override
    public long nextNumber() {
        return nextNumber;
    }

    @Override
    public void closeFrom(long number) {
        dropAll(portal -> !portal.isHeld() && portal.number() >= number);
    }

    private void dropAll(Predicate<Portal> which) {
        for (Map.Entry<String, Portal> entry : List.copyOf(open.entrySet())) {
            if (entry.getValue() != running && which.test(entry.getValue())) {
                drop(entry.getKey());
            }
        }
    }

    @Override
    public List<Shown> shown() {
        return open.entrySet().stream()
                .map(entry -> shown(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Shown shown(String name, Portal portal) {
        return new Shown(
                name,
                portal.prepared().text(),
                portal.declaration().map(Declaration::holds).orElse(false),
                portal.isBinary(),
                portal.scroll() == Scroll.SCROLL,
                portal.created());
    }

    @Override
    public void close() {
        running = null;
        closeAll();
    }
}
