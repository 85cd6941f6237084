@NullMarked
package io.rvbbit.rewriter;

import org.jspecify.annotations.NullMarked;
