/** Model calls against a stub endpoint: the official client is the oracle. */
@NullMarked
package io.rvbbit.it.llm;

import org.jspecify.annotations.NullMarked;
