package io.rvbbit.gateway.engine;

/**
 * A fault as DuckDB tells it; "" and -1 stand for what it does not tell.
 *
 * @param kind such as {@code Catalog} or {@code Out of Range}
 * @param subtype such as {@code MISSING_ENTRY}
 * @param type of the object the fault is about, such as {@code Table}
 * @param name of that object
 * @param candidates names or signatures that exist
 * @param call the function call as written, with the types of its arguments
 * @param offset 0-based byte in the statement
 */
record DuckDbFault(
        String kind,
        String message,
        String subtype,
        String type,
        String name,
        String candidates,
        String call,
        int offset) {
    static DuckDbFault plain(String kind, String message) {
        return new DuckDbFault(kind, message, "", "", "", "", "", -1);
    }
}
