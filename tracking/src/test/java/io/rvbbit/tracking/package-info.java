/** Tests of the books; {@link io.rvbbit.tracking.Story} tells the events of a statement. */
@NullMarked
package io.rvbbit.tracking;

import org.jspecify.annotations.NullMarked;
