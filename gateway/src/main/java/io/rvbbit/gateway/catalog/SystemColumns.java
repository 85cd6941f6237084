package io.rvbbit.gateway.catalog;

import io.rvbbit.rewriter.Token;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The columns that every table of PostgreSQL has besides its own, in statements on the catalogue.
 *
 * <p>Rows of the catalogue have no versions here: all are as old as PostgreSQL's frozen ones.
 * Threading: stateless.
 */
final class SystemColumns {
    private static final String FROZEN = "2::BIGINT";
    private static final Set<String> NAMES =
            Set.of("xmin", "xmax", "cmin", "cmax", "ctid", "tableoid");

    private SystemColumns() {}

    /** Whether the name between these tokens is such a column. */
    static boolean isOne(CatalogWriter writer, int start, int end) {
        if (!NAMES.contains(writer.names().name(end - 1))) {
            return false;
        }
        if (end - start == 3) {
            return !isTableOid(writer, end) || writer.readAs().containsKey(name(writer, start));
        }
        Token before = writer.tokens().get(Math.max(0, start - 1));
        return end - start == 1
                && start > 0
                && !before.is("as")
                && !writer.shape().isRelation(start)
                && only(writer).size() == 1;
    }

    /** What stands for it. */
    static String value(CatalogWriter writer, int start, int end) {
        return switch (writer.names().name(end - 1)) {
            case "xmin" -> FROZEN;
            case "ctid" -> "'(0,1)'";
            case "tableoid" ->
                    Definitions.INSTANCE
                            .system()
                            .oid(
                                    "pgc."
                                            + (end - start == 3
                                                    ? writer.readAs().get(name(writer, start))
                                                    : only(writer).iterator().next()));
            default -> "0::BIGINT";
        };
    }

    private static boolean isTableOid(CatalogWriter writer, int end) {
        return writer.names().name(end - 1).equals("tableoid");
    }

    private static String name(CatalogWriter writer, int at) {
        return writer.names().name(at);
    }

    /** The relations of the catalogue that are read. */
    private static Set<String> only(CatalogWriter writer) {
        return new HashSet<>(writer.readAs().values());
    }

    /** Where a select list of the statement itself names a function by its number. */
    static Set<Integer> procedures(CatalogWriter writer) {
        Set<Integer> starts = new HashSet<>();
        List<Token> tokens = writer.tokens();
        for (SqlShape.Item item : writer.shape().items()) {
            int start = item.start();
            boolean qualified = start + 3 <= item.end() && tokens.get(start + 1).isOperator(".");
            int end = qualified ? start + 3 : start + 1;
            boolean plain =
                    end == item.end() || (end + 2 == item.end() && tokens.get(end).is("as"));
            if (!plain
                    || writer.shape().depth(start) > 0
                    || writer.shape().commonTables().size() > 0) {
                continue;
            }
            String column = writer.names().name(end - 1);
            Set<String> relations =
                    qualified
                            ? Set.of(writer.readAs().getOrDefault(name(writer, start), ""))
                            : only(writer);
            boolean procedure =
                    relations.stream()
                            .flatMap(relation ->
                                    Definitions.INSTANCE
                                            .system()
                                            .columns("pgc." + relation)
                                            .stream())
                            .anyMatch(found -> found.name().equals(column) && found.type() == 24);
            if (procedure) {
                starts.add(start);
            }
        }
        return starts;
    }
}
