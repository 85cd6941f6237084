@NullMarked
package io.rvbbit.udf.estimate;

import org.jspecify.annotations.NullMarked;
