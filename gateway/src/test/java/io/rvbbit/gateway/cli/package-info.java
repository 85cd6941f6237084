@NullMarked
package io.rvbbit.gateway.cli;

import org.jspecify.annotations.NullMarked;
