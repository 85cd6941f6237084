/**
 * What calls will cost, told before they are made.
 *
 * <p>Figures come from prompts as they would be sent, from prices, and from what earlier calls
 * took; {@link io.rvbbit.udf.estimate.CascadeEstimate} adds them up for one clause, {@link
 * io.rvbbit.udf.estimate.SampleEstimate} for a population of which a part was answered. What must
 * not live here: anything that calls a model or writes to the books.
 */
@NullMarked
package io.rvbbit.udf.estimate;

import org.jspecify.annotations.NullMarked;
