package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.SourceNode.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The ways on from a cell that its definition names; without any, the next cell in order follows.
 * Threading: immutable.
 *
 * @param handoffs cells of which the cell's model may choose one
 * @param success where a cell goes that did not fail; null where {@code otherwise} or the order
 *     says it
 * @param error where a cell goes that failed
 * @param otherwise where neither says it
 */
record Ways(
        List<Handoff> handoffs,
        @Nullable Target success,
        @Nullable Target error,
        @Nullable Target otherwise) {
    static final Ways IN_ORDER = new Ways(List.of(), null, null, null);

    Ways {
        handoffs = List.copyOf(handoffs);
    }

    /** A cell that is named, and where its name is written. */
    record Target(String cell, Place place) {}

    /** A cell that a model may choose, and what the model is told of it. */
    record Handoff(Target target, String description) {}

    boolean isInOrder() {
        return targets().isEmpty();
    }

    List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        handoffs.forEach(each -> targets.add(each.target()));
        targets.add(success);
        targets.add(error);
        targets.add(otherwise);
        targets.removeIf(Objects::isNull);
        return targets;
    }

    @Nullable Target afterSuccess() {
        return success != null ? success : otherwise;
    }

    @Nullable Target afterFailure() {
        return error != null ? error : otherwise;
    }
}
