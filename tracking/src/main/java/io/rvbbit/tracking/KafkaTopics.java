package io.rvbbit.tracking;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics, which are made if they are not there.
 *
 * <p>Threading: immutable.
 *
 * @param events what goes to the store
 * @param callStarted and {@code callEnded}: for others, who want to know of calls
 */
record KafkaTopics(String events, String callStarted, String callEnded) {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTopics.class);

    static KafkaTopics of(KafkaAddress address) {
        String prefix = address.topicPrefix() + ".";
        return new KafkaTopics(prefix + "events", prefix + "call_started", prefix + "call_ended");
    }

    /** Makes those that are missing, and tells how many partitions the events have. */
    int ensure(Admin admin, KafkaAddress address) throws ExecutionException, InterruptedException {
        List<String> names = List.of(events, callStarted, callEnded);
        Set<String> there = admin.listTopics().names().get();
        for (String name : names) {
            if (!there.contains(name)) {
                make(admin, name, address);
            }
        }
        return partitions(admin);
    }

    /** How many partitions the events have. */
    int partitions(Admin admin) throws ExecutionException, InterruptedException {
        return admin.describeTopics(List.of(events)).allTopicNames().get().values().stream()
                .mapToInt(found -> found.partitions().size())
                .sum();
    }

    private static void make(Admin admin, String name, KafkaAddress address)
            throws ExecutionException, InterruptedException {
        Optional<Short> replication =
                address.replication() == 0
                        ? Optional.empty()
                        : Optional.of((short) address.replication());
        NewTopic topic =
                new NewTopic(name, Optional.of(address.partitions()), replication)
                        .configs(
                                Map.of(
                                        TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                                        String.valueOf(KafkaClients.MOST_BYTES),
                                        TopicConfig.CLEANUP_POLICY_CONFIG,
                                        TopicConfig.CLEANUP_POLICY_DELETE));
        try {
            admin.createTopics(List.of(topic)).all().get();
            LOG.info("made the topic {} of {} partitions", name, address.partitions());
        } catch (ExecutionException e) {
            // Another gateway may have been quicker.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }
}
