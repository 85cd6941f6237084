@NullMarked
package io.rvbbit.tracking;

import org.jspecify.annotations.NullMarked;
