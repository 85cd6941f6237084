package io.rvbbit.gateway.dialect;

/** {@code FOR UPDATE} and its like, which a database of snapshots does not need. */
final class Locking {
    private Locking() {}

    /** The token behind the clause that starts here; {@code at} itself where none does. */
    static int end(StatementWriter writer, int at, int to) {
        int end = at + 1;
        if (writer.token(end).is("no") && writer.token(end + 1).is("key")) {
            end += 2;
        } else if (writer.token(end).is("key")) {
            end++;
        }
        if (!writer.token(end).isAny("update", "share")) {
            return at;
        }
        end++;
        if (writer.token(end).is("of")) {
            end += 2;
            while (writer.token(end).isOperator(",") || writer.token(end).isOperator(".")) {
                end += 2;
            }
        }
        if (writer.token(end).is("nowait")) {
            end++;
        } else if (writer.token(end).is("skip") && writer.token(end + 1).is("locked")) {
            end += 2;
        }
        return Math.min(end, to);
    }
}
