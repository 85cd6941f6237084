@NullMarked
package io.rvbbit.gateway.engine;

import org.jspecify.annotations.NullMarked;
