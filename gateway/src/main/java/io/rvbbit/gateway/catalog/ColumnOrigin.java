package io.rvbbit.gateway.catalog;

/**
 * Where a column of a result comes from, as RowDescription tells it.
 *
 * @param table OID of the table or view; 0 where the column is none of one's
 * @param attribute pg_attribute.attnum; 0 as above
 * @param type OID of the type that PostgreSQL gives the column; 0 where the engine's type decides
 * @param declared the type that the table's definition gave it, such as {@code varchar(20)}; ""
 *     where the engine keeps the type itself
 */
public record ColumnOrigin(int table, int attribute, int type, String declared) {
    /** A computed column. */
    public static final ColumnOrigin NONE = new ColumnOrigin(0, 0, 0);

    public ColumnOrigin(int table, int attribute, int type) {
        this(table, attribute, type, "");
    }

    static ColumnOrigin ofType(int type) {
        return type == 0 ? NONE : new ColumnOrigin(0, 0, type);
    }

    /** What a column of a union has of both of its sides. */
    ColumnOrigin common(ColumnOrigin other) {
        return new ColumnOrigin(
                0,
                0,
                other.type == type ? type : 0,
                other.declared.equals(declared) ? declared : "");
    }
}
