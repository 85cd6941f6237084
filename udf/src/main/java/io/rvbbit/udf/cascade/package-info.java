@NullMarked
package io.rvbbit.udf.cascade;

import org.jspecify.annotations.NullMarked;
