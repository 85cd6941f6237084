@NullMarked
package io.rvbbit.udf.llm;

import org.jspecify.annotations.NullMarked;
