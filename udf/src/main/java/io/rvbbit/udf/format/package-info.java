/**
 * What a cascade's file may say: every mapping with its keys, their types, bounds and defaults.
 *
 * <p>The one source of it: the loader takes its known keys from here, and the JSON Schema for
 * editors and the tables of {@code docs/cascades.md} are generated from it. A new key is one line
 * in {@link io.rvbbit.udf.format.CascadeFormat} or {@link io.rvbbit.udf.format.CellFormat}. This
 * package knows nothing of running. Threading: everything here is immutable.
 */
@NullMarked
package io.rvbbit.udf.format;

import org.jspecify.annotations.NullMarked;
