/**
 * Models behind an OpenAI-compatible API: who serves which, how they are asked, what it cost.
 *
 * <p>Start at {@link io.rvbbit.udf.llm.ModelCatalog}, then {@link
 * io.rvbbit.udf.llm.HttpModelClient}, the loop that sends and sends again. What the body looks like
 * is in {@code ChatRequestBody} and {@code ChatReply}, what a status means in {@code StatusFault},
 * how long to wait in {@link io.rvbbit.udf.llm.RetryPolicy}.
 *
 * <p>Which attempt leaves next, {@link io.rvbbit.udf.llm.Traffic} decides. An attempt takes a
 * {@code Slot} in the {@code Lane} of its model and gives it back when it ends; it leaves when all
 * of these let it: the server's bound and the provider's, the lane's {@code Window} (halved by a
 * 429, widened by answers), its {@code Pace} of requests and of tokens where limits are known (from
 * the configuration or {@code RateHeaders}), a Retry-After that somebody was told, and its turn in
 * the {@code FairQueue}. {@code CircuitBreaker} counts whole requests. Where a model is down,
 * {@link io.rvbbit.udf.llm.FallbackModels} asks another.
 *
 * <p>Here must not live: prompts and schemas of cascades, budgets, the books (they hear of attempts
 * through {@link io.rvbbit.udf.llm.AttemptLog}). An API key leaves this package only in an {@code
 * Authorization} header.
 */
@NullMarked
package io.rvbbit.udf.llm;

import org.jspecify.annotations.NullMarked;
