@NullMarked
package io.rvbbit.udf.budget;

import org.jspecify.annotations.NullMarked;
