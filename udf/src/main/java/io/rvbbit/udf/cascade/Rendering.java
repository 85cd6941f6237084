package io.rvbbit.udf.cascade;

import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import java.util.function.Supplier;

/** Renders a cell's templates; a fault is the statement's, unless it is one of the row's value. */
final class Rendering {
    private Rendering() {}

    static <T extends @org.jspecify.annotations.Nullable Object> T of(
            Cell cell, CellPlace place, Supplier<T> render) throws InterruptedException {
        try {
            return render.get();
        } catch (TemplateFault fault) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            String located = place.located(cell.name(), fault.line(), fault.text());
            if (fault.isOfValue()) {
                throw new RowFailure("value", SqlState.INVALID_PARAMETER_VALUE, located);
            }
            throw new SqlException(SqlState.INVALID_PARAMETER_VALUE, located).hint(fault.hint());
        }
    }
}
