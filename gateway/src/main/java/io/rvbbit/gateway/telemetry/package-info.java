/** Spans on their way to a collector of traces, by OpenTelemetry's SDK. */
@NullMarked
package io.rvbbit.gateway.telemetry;

import org.jspecify.annotations.NullMarked;
