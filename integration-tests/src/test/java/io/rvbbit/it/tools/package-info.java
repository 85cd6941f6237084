/** Tools that cascades call: the jar that brings some, and what becomes of their calls. */
@NullMarked
package io.rvbbit.it.tools;

import org.jspecify.annotations.NullMarked;
