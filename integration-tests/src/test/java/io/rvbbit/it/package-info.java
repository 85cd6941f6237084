/**
 * The running gateway, asked as its clients ask.
 *
 * <p>What it means to run a gateway, to be its model endpoint or its client lives in {@link
 * io.rvbbit.it.testkit}; here stand the questions and the answers. Start reading at {@link
 * io.rvbbit.it.MapIT}.
 */
@NullMarked
package io.rvbbit.it;

import org.jspecify.annotations.NullMarked;
