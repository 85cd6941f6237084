package io.rvbbit.gateway.engine;

/**
 * One column of a result.
 *
 * @param table OID of the table or view that it is a column of; 0 where it is computed
 * @param attribute the column's number in that table, from 1; 0 as above
 * @param declaredType OID of the type that PostgreSQL gives it; 0 where the engine's type decides
 */
public record Column(String name, EngineType type, int table, int attribute, int declaredType) {
    /** A column that belongs to no table. */
    public Column(String name, EngineType type) {
        this(name, type, 0, 0, 0);
    }

    /** The same column under another name. */
    public Column named(String newName) {
        return new Column(newName, type, table, attribute, declaredType);
    }

    /** The same column with another type. */
    public Column typed(EngineType newType) {
        return new Column(name, newType, table, attribute, declaredType);
    }
}
