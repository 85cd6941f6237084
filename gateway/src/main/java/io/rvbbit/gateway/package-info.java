@NullMarked
package io.rvbbit.gateway;

import org.jspecify.annotations.NullMarked;
