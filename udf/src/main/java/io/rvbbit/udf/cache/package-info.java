/**
 * Answers that outlive their statement, and the calls that several statements wait for.
 *
 * <p>Here lives what makes equal work be done once for the whole server: {@link
 * io.rvbbit.udf.cache.CascadeIdentity} says what is equal, {@link io.rvbbit.udf.cache.AnswerStore}
 * keeps answers on disk, {@link io.rvbbit.udf.cache.RunningAnswers} knows who computes one now.
 * What must not live here: rows, settlement, and anything that runs a cascade. Start reading at
 * {@link io.rvbbit.udf.cache.AnswerCache}.
 */
@NullMarked
package io.rvbbit.udf.cache;

import org.jspecify.annotations.NullMarked;
