package io.rvbbit.it.testkit;

import java.lang.reflect.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives one gateway to each test class, and a fresh stub, an empty cache and fresh connections to
 * each test.
 */
public final class GatewayExtension implements BeforeEachCallback, ParameterResolver {
    private static final Namespace OURS = Namespace.create(GatewayExtension.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        gateway(context).model().reset();
        gateway(context).forgetAnswers();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == SqlSession.class || type == StubEndpoint.class || type == TestGateway.class;
    }

    @Override
    public Object resolveParameter(ParameterContext context, ExtensionContext test) {
        TestGateway gateway = gateway(test);
        Parameter parameter = context.getParameter();
        if (parameter.getType() == TestGateway.class) {
            return gateway;
        }
        if (parameter.getType() == StubEndpoint.class) {
            return gateway.model();
        }
        return test.getStore(OURS)
                .computeIfAbsent(
                        "session of " + parameter.getName(),
                        _ -> gateway.session(),
                        SqlSession.class);
    }

    /** JUnit closes it with the store of the class. */
    private static TestGateway gateway(ExtensionContext context) {
        ExtensionContext ofClass = context;
        while (ofClass.getTestMethod().isPresent()) {
            ofClass = ofClass.getParent().orElseThrow();
        }
        Class<?> test = ofClass.getRequiredTestClass();
        return ofClass.getStore(OURS)
                .computeIfAbsent(
                        TestGateway.class,
                        _ -> start(test.getAnnotation(GatewayTest.class)),
                        TestGateway.class);
    }

    /** With what a program needs that is run by this JVM's Java. */
    private static String filled(String value) {
        return value.replace("${java.home}", System.getProperty("java.home"))
                .replace("${java.class.path}", System.getProperty("java.class.path"));
    }

    private static TestGateway start(GatewayTest wanted) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String variable : wanted.environment()) {
            int equals = variable.indexOf('=');
            environment.put(variable.substring(0, equals), filled(variable.substring(equals + 1)));
        }
        TestGateway gateway =
                wanted.offline()
                        ? TestGateway.offline(environment)
                        : TestGateway.withStub(environment);
        return gateway.settings(List.of(wanted.settings()));
    }
}
