package io.rvbbit.it.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class with a running gateway of its own.
 *
 * <p>Its tests may ask for a {@link SqlSession} (a new connection, closed after the test), the
 * {@link StubEndpoint} that answers for the model (as new in each test), or the {@link TestGateway}
 * itself.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(GatewayExtension.class)
public @interface GatewayTest {
    /** Without a model endpoint: the cascades' examples answer. */
    boolean offline() default false;

    /**
     * More environment for the gateway, each as {@code NAME=value}; {@code ${java.home}} and {@code
     * ${java.class.path}} stand for those of the test's JVM.
     */
    String[] environment() default {};

    /** Settings that each session begins with, as {@code name=value}. */
    String[] settings() default {};
}
