@NullMarked
package io.rvbbit.udf;

import org.jspecify.annotations.NullMarked;
