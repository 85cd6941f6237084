package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.engine.Column;
import java.util.List;

/** COPY through the client's connection: no result, but a stream of its own. */
public sealed interface CopyPlan extends Plan permits CopyInPlan, CopyOutPlan {
    @Override
    default List<Column> columns() {
        return List.of();
    }
}
