package io.rvbbit.tracking;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Hears what is logged, with the traces, until it is closed. */
final class Listener extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final String KAFKA = "org.apache.kafka";

    private final Logger logger;
    private final Level least;
    private final Level before;
    private final Consumer<String> said;

    private Listener(Logger logger, Level least, Consumer<String> said) {
        this.logger = logger;
        this.least = least;
        this.said = said;
        this.before = kafka().getLevel();
        start();
        logger.addAppender(this);
    }

    static Listener to(Class<?> who, Level least, Consumer<String> said) {
        return new Listener((Logger) LoggerFactory.getLogger(who), least, said);
    }

    /** Also to Kafka's clients, which are silent in tests otherwise. */
    static Listener toAll(Level least, Consumer<String> said) {
        Listener listener =
                new Listener(
                        (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME), least, said);
        kafka().setLevel(least);
        return listener;
    }

    private static Logger kafka() {
        return (Logger) LoggerFactory.getLogger(KAFKA);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(least)) {
            said.accept(
                    event.getFormattedMessage()
                            + "\n"
                            + ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        kafka().setLevel(before);
    }
}
