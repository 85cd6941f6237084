package io.rvbbit.gateway.catalog;

/**
 * Where a column of a result comes from, as RowDescription tells it.
 *
 * @param table OID of the table or view; 0 where the column is none of one's
 * @param attribute pg_attribute.attnum; 0 as above
 * @param type OID of the type that PostgreSQL gives the column; 0 where the engine's type decides
 */
public record ColumnOrigin(int table, int attribute, int type) {
    /** A computed column. */
    public static final ColumnOrigin NONE = new ColumnOrigin(0, 0, 0);

    static ColumnOrigin ofType(int type) {
        return type == 0 ? NONE : new ColumnOrigin(0, 0, type);
    }
}
