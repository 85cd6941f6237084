/**
 * Models behind an OpenAI-compatible API: who serves which, how they are asked, what it cost.
 *
 * <p>Start at {@link io.rvbbit.udf.llm.ModelCatalog}, then {@link
 * io.rvbbit.udf.llm.HttpModelClient}, the loop that sends and sends again. What the body looks like
 * is in {@code ChatRequestBody} and {@code ChatReply}, what a status means in {@code StatusFault},
 * how long to wait in {@link io.rvbbit.udf.llm.RetryPolicy}.
 *
 * <p>Here must not live: prompts and schemas of cascades, budgets, the books (they hear of attempts
 * through {@link io.rvbbit.udf.llm.AttemptLog}). An API key leaves this package only in an {@code
 * Authorization} header.
 */
@NullMarked
package io.rvbbit.udf.llm;

import org.jspecify.annotations.NullMarked;
