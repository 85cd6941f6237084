/**
 * What the integration tests drive the gateway with.
 *
 * <p>{@link io.rvbbit.it.testkit.StubEndpoint} is a model endpoint that bills every call and so
 * knows the truth about calls and cost. Nothing of it depends on a test framework; a person can run
 * it too.
 */
@NullMarked
package io.rvbbit.it.testkit;

import org.jspecify.annotations.NullMarked;
