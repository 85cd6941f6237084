package io.rvbbit.gateway.wire;

/** Writes the elements of an array, one call each, in row-major order. */
@FunctionalInterface
public interface ElementWriter {

    /**
     * Writes the payload of one element, without its length.
     *
     * @param index 0-based, over all dimensions
     * @return false, with nothing written, if the element is NULL
     */
    boolean write(RowBuffer out, int index);
}
