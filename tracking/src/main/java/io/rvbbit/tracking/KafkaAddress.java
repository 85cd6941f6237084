package io.rvbbit.tracking;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * The Kafka brokers through which events go from the log to the store.
 *
 * <p>Names no class of Kafka's: those are loaded only where there is such an address. Threading:
 * immutable.
 *
 * @param bootstrap {@code host:port,host:port}
 * @param topicPrefix what the names of the topics begin with, before the dot
 * @param partitions of a topic that is made
 * @param replication of a topic that is made; 0: as the broker has it
 * @param group of the gateways that share one store
 * @param properties of the clients, as Kafka names them: mostly how they prove who they are
 */
public record KafkaAddress(
        String bootstrap,
        String topicPrefix,
        int partitions,
        int replication,
        String group,
        Map<String, String> properties) {
    private static final Pattern SERVERS =
            Pattern.compile("%1$s(,%1$s)*".formatted("(\\[[0-9a-fA-F:.]+]|[^\\s:,/]+):\\d{1,5}"));
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{1,200}");

    /**
     * Checks the form.
     *
     * @throws IllegalArgumentException if it is wrong; the message says what
     */
    public KafkaAddress {
        if (!SERVERS.matcher(bootstrap).matches()) {
            throw new IllegalArgumentException("it is not host:port, or several with commas");
        }
        if (!PREFIX.matcher(topicPrefix).matches()) {
            throw new IllegalArgumentException(
                    "a topic prefix has 1 to 200 letters, digits, dots, dashes and underscores");
        }
        if (group.isEmpty()) {
            throw new IllegalArgumentException("the group has no name");
        }
        properties = Map.copyOf(properties);
    }

    /** Without the properties, which hold secrets: for messages. */
    @Override
    public String toString() {
        return bootstrap + "/" + topicPrefix;
    }
}
