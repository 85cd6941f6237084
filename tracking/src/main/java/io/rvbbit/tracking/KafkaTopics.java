package io.rvbbit.tracking;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics, which are made if they are not there.
 *
 * <p>Threading: immutable.
 *
 * @param events what goes to the store; kept until it has that
 * @param rejected what of it could not be read; kept for ever
 * @param callStarted and {@code callEnded}: for others, who want to know of calls
 */
record KafkaTopics(String events, String rejected, String callStarted, String callEnded) {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaTopics.class);
    private static final String FOR_EVER = "-1";

    /**
     * The topic of events as it is.
     *
     * @param forEver whether the brokers delete nothing of it by themselves
     */
    record Found(int partitions, boolean forEver) {}

    static KafkaTopics of(KafkaAddress address) {
        String prefix = address.topicPrefix() + ".";
        return new KafkaTopics(
                prefix + "events",
                prefix + "rejected",
                prefix + "call_started",
                prefix + "call_ended");
    }

    /** Makes those that are missing, and tells how the events' one is. */
    Found ensure(Admin admin, KafkaAddress address)
            throws ExecutionException, InterruptedException {
        Set<String> there = admin.listTopics().names().get();
        for (String name : List.of(events, rejected, callStarted, callEnded)) {
            if (!there.contains(name)) {
                make(admin, name, address);
            }
        }
        return new Found(partitions(admin), isForEver(admin));
    }

    /** How many partitions the events have. */
    int partitions(Admin admin) throws ExecutionException, InterruptedException {
        return admin.describeTopics(List.of(events)).allTopicNames().get().values().stream()
                .mapToInt(found -> found.partitions().size())
                .sum();
    }

    /** Tells if it is not so, because then events may go before the store has them. */
    private boolean isForEver(Admin admin) throws InterruptedException {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, events);
        @Nullable Config config;
        try {
            config = admin.describeConfigs(List.of(topic)).all().get().get(topic);
        } catch (ExecutionException e) {
            LOG.warn("it is not known how long {} is kept: {}", events, e.toString());
            return false;
        }
        if (config == null) {
            LOG.warn("it is not known how long {} is kept", events);
            return false;
        }
        String millis = value(config, TopicConfig.RETENTION_MS_CONFIG);
        String bytes = value(config, TopicConfig.RETENTION_BYTES_CONFIG);
        String cleanup = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
        if (!millis.equals(FOR_EVER)) {
            LOG.warn(
                    "{} is kept for {} only: what is not stored by then is lost; set retention.ms=-1",
                    events,
                    Duration.ofMillis(Long.parseLong(millis)));
        }
        if (!bytes.equals(FOR_EVER)) {
            LOG.warn(
                    "{} is kept up to {} bytes a partition only: what is not stored by then is"
                            + " lost; set retention.bytes=-1",
                    events,
                    bytes);
        }
        if (!cleanup.equals(TopicConfig.CLEANUP_POLICY_DELETE)) {
            LOG.warn("{} has cleanup.policy={}; set it to delete", events, cleanup);
        }
        return millis.equals(FOR_EVER) && bytes.equals(FOR_EVER);
    }

    private static String value(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null ? "" : String.valueOf(entry.value());
    }

    private void make(Admin admin, String name, KafkaAddress address)
            throws ExecutionException, InterruptedException {
        Optional<Short> replication =
                address.replication() == 0
                        ? Optional.empty()
                        : Optional.of((short) address.replication());
        NewTopic topic =
                new NewTopic(name, Optional.of(address.partitions()), replication)
                        .configs(configuration(name));
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

    private Map<String, String> configuration(String name) {
        String most = String.valueOf(KafkaClients.MOST_BYTES);
        if (name.equals(callStarted) || name.equals(callEnded)) {
            return Map.of(
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    most,
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_DELETE);
        }
        return Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                name.equals(rejected) ? String.valueOf(KafkaClients.MOST_REJECTED_BYTES) : most,
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                FOR_EVER,
                TopicConfig.RETENTION_BYTES_CONFIG,
                FOR_EVER);
    }
}
