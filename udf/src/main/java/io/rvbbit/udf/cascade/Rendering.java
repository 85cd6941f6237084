package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.function.Supplier;

/** Renders a cell's templates; a fault of a template is a fault of the statement. */
final class Rendering {
    private Rendering() {}

    static <T extends @org.jspecify.annotations.Nullable Object> T of(Cell cell, Supplier<T> render)
            throws InterruptedException {
        try {
            return render.get();
        } catch (TemplateFault fault) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            String place = fault.line() > 0 ? ", line " + fault.line() + " of its template" : "";
            throw new SqlException(
                            SqlState.INVALID_PARAMETER_VALUE,
                            "cell " + Names.quoted(cell.name()) + place + ": " + fault.text())
                    .hint(fault.hint());
        }
    }
}
