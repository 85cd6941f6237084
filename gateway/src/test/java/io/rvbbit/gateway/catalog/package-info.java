@NullMarked
package io.rvbbit.gateway.catalog;

import org.jspecify.annotations.NullMarked;
