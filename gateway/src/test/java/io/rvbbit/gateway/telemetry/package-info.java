@NullMarked
package io.rvbbit.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
