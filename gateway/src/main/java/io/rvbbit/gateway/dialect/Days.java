package io.rvbbit.gateway.dialect;

/** Operands that show by themselves that they are dates. Threading: stateless. */
final class Days {
    private Days() {}

    /** Whether a date ends with this token: a literal, a cast, the current date. */
    static boolean isDate(StatementWriter writer, int at) {
        boolean literal = writer.token(at).isString() && writer.token(at - 1).is("date");
        boolean cast = writer.token(at).is("date") && writer.token(at - 1).isOperator("::");
        return literal || cast || writer.token(at).is("current_date");
    }

    static boolean startsDate(StatementWriter writer, int at) {
        return end(writer, at) > at;
    }

    /** The token behind the date that starts here; {@code at} itself where none shows. */
    static int end(StatementWriter writer, int at) {
        if (writer.token(at).is("date") && writer.token(at + 1).isString()) {
            return at + 2;
        }
        if (writer.token(at).is("current_date")) {
            return at + 1;
        }
        boolean name = writer.token(at).isIdentifier() || writer.token(at).isString();
        boolean cast = writer.token(at + 1).isOperator("::") && writer.token(at + 2).is("date");
        return name && cast ? at + 3 : at;
    }
}
