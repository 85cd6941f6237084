package io.rvbbit.gateway.config;

import java.util.Locale;

/**
 * Every key of the configuration: its name in the file, its default and what it is for.
 *
 * <p>The same key is an environment variable: {@code max-rows} is {@code RVBBIT_MAX_ROWS}.
 */
public enum ConfigKey {
    HOST("host", "127.0.0.1", "address to listen on; other than loopback needs users"),
    PORT("port", "15432", "PostgreSQL wire port; 0 takes a free one"),
    HTTP_PORT("http-port", "15480", "HTTP port; 0 takes a free one"),
    HTTP_HOSTS(
            "http-hosts",
            "[]",
            "further names by which browsers and clients may call the HTTP port"),
    HTTP_CORS_ORIGINS(
            "http-cors-origins",
            "[]",
            "sites whose pages may use the HTTP port from a browser, such as https://app.example.org"),
    HTTP_MAX_REQUEST("http-max-request", "1MB", "a longer request is refused with 413"),
    HTTP_MAX_RESULT(
            "http-max-result",
            "64MB",
            "a result that is not streamed (records, json); a longer one is refused (54000)"),
    HTTP_TIMEOUT("http-timeout", "10m", "one request; one that takes longer is cancelled (504)"),
    HTTP_CLIENT_TIMEOUT(
            "http-client-timeout",
            "60s",
            "a request that is not complete after so long gets 408; so long a client may take nothing of its answer"),
    HTTP_MAX_SESSIONS("http-max-sessions", "256", "HTTP sessions at once; one more gets 503"),
    HTTP_MAX_CONNECTIONS(
            "http-max-connections",
            "1000",
            "TCP connections of the HTTP port at once; one more gets 503 (53300) and is closed"),
    HTTP_SESSION_IDLE(
            "http-session-idle",
            "30m",
            "an HTTP session that nobody uses for so long ends, with its temporary tables"),
    DATA("data", "~/.rvbbit", "directory of databases, books and client-readable files"),
    ROOT("root", ".", "where cascade paths are resolved: DIR, DIR/traits, DIR/cascades"),
    ALLOW_DIRECTORIES(
            "allow-directories",
            "[]",
            "further directories whose files clients may read and write"),
    USERS("users", "[]", "who may log in: name, verifier, admin; none: everybody on loopback"),
    PASSWORDS(
            "passwords",
            "scram-sha-256",
            "how passwords are proved; cleartext asks clients on TLS for the password itself"),
    AUTHENTICATION_TIMEOUT(
            "authentication-timeout", "60s", "one login, the TLS handshake included"),
    TLS_CERTIFICATE_FILE(
            "tls-certificate-file",
            "",
            "the server's certificate and those behind it, PEM; SIGHUP reads it again"),
    TLS_KEY_FILE(
            "tls-key-file", "", "its key, PEM (PKCS #8), readable for the server's user alone"),
    TLS_REQUIRED("tls-required", "false", "whether sessions without TLS are refused (28000)"),
    MAX_CONNECTIONS("max-connections", "200", "clients at once; one more is refused with 53300"),
    MAX_ROWS("max-rows", "1000000", "rows that one statement may map, whatever LIMIT says (54000)"),
    PARALLEL("parallel", "16", "cascades of one statement at a time, without PARALLEL n"),
    MAX_CALLS_IN_FLIGHT("max-calls-in-flight", "1024", "model calls of the whole server at a time"),
    CALL_TIMEOUT("call-timeout", "120s", "one model call"),
    CALL_ATTEMPTS("call-attempts", "3", "attempts of one model call, the first included"),
    HTTP_TOOL_ALLOW(
            "http-tool-allow",
            "[]",
            "addresses that are not public and that cascades may reach over HTTP, such as 127.0.0.1 or 10.0.0.0/8"),
    HTTP_TOOL_ENV(
            "http-tool-env",
            "[]",
            "variables of the environment that headers of cascades may name"),
    HTTP_TOOL_TIMEOUT("http-tool-timeout", "30s", "one request of a cascade, redirects included"),
    HTTP_TOOL_MAX_BYTES("http-tool-max-bytes", "1000000", "bytes of one answer to it"),
    HTTP_TOOL_MAX_CALLS(
            "http-tool-max-calls",
            "256",
            "requests of cascades at a time, of the whole server; others wait their turn"),
    MCP_SERVERS("mcp-servers", "[]", "MCP servers whose tools models may call"),
    CACHE_SIZE("cache-size", "1GB", "answers kept on disk; beyond it the oldest go"),
    JOURNAL_AGE("journal-age", "7d", "how long an ended statement can be resumed and replayed"),
    JOURNAL_SIZE("journal-size", "10GB", "rows and answers kept for that; beyond it the oldest go"),
    CACHE_TTL("cache-ttl", "", "how old an answer may be that is served from there; none: any age"),
    TRACKING_LOG_SIZE(
            "tracking-log-size",
            "10GB",
            "events on disk that the store has not taken yet; beyond it nothing new begins"),
    TRACKING_MAX_STALL(
            "tracking-max-stall",
            "30s",
            "how long what is new waits then, or while the disk is full; after it 53100"),
    COMPLETION_WORKER(
            "completion-worker",
            "on",
            "whether starts and ends of calls are put together; off: what comes is remembered for later"),
    COMPLETION_TIMEOUT(
            "completion-timeout",
            "5m",
            "how long half a call waits for the rest before it is flagged"),
    COMPLETION_BATCH_SIZE(
            "completion-batch-size",
            "100",
            "starts and ends that are waiting when the worker begins at once"),
    COMPLETION_BATCH_TIMEOUT("completion-batch-timeout", "5s", "how long fewer than that may wait"),
    DUAL_WRITE(
            "dual-write",
            "on",
            "whether calls are kept beside the log; off: a backfill makes up for it"),
    MIGRATION_CUTOFF_DATE(
            "migration-cutoff-date",
            "",
            "the first day (UTC) of which calls is read as completed; none: all are merged"),
    BACKFILL_RATE("backfill-rate", "10000", "calls per second that a backfill stores at most"),
    RETENTION("retention", "on", "whether this gateway removes old rows of the books by itself"),
    RETENTION_DAYS_UNIFIED_LOGS(
            "retention-days-unified-logs",
            "0",
            "days that rows of this table are kept; 0: for ever"),
    RETENTION_DAYS_BODIES(
            "retention-days-bodies", "90", "the same for what models were sent and what came back"),
    RETENTION_DAYS_SESSION_STATE(
            "retention-days-session-state", "0", "the same for cascade_sessions, too"),
    RETENTION_DAYS_SQL_QUERY_LOG("retention-days-sql-query-log", "0", "the same"),
    RETENTION_DAYS_CALLS_COMPLETE("retention-days-calls-complete", "0", "the same"),
    RETENTION_DAYS_ESTIMATES("retention-days-estimates", "0", "the same"),
    RETENTION_DAYS_AI_FALLBACK_EVENTS("retention-days-ai-fallback-events", "0", "the same"),
    RETENTION_DAYS_TRACE_SPANS("retention-days-trace-spans", "30", "the same"),
    RETENTION_EXPORT(
            "retention-export", "", "directory for Parquet files of rows before they are removed"),
    RETENTION_INTERVAL("retention-interval", "1d", "time between two removals of old rows"),
    DB_TRACING(
            "db-tracing",
            "off",
            "whether the books keep spans of statements; ENABLE_DB_TRACING says the same"),
    OTLP_ENDPOINT(
            "otlp-endpoint",
            "",
            "collector that spans are sent to, such as http://host:4318; OTEL_EXPORTER_OTLP_ENDPOINT says the same"),
    TRACE_SLOW_FACTOR(
            "trace-slow-factor",
            "3",
            "diagnosis: how many times its average an operation takes that is slow"),
    TRACE_SLOW_LEAST("trace-slow-least", "100ms", "diagnosis: what takes less is never slow"),
    TRACE_GAP("trace-gap", "5s", "diagnosis: the longest time in which nothing of a step need run"),
    TRACE_NETWORK_TIMEOUT(
            "trace-network-timeout", "60s", "diagnosis: a gap beyond it is the network's"),
    TRACE_DEGRADATION(
            "trace-degradation",
            "2m",
            "diagnosis: an operation beyond it is degraded, whatever its average"),
    MEMORY_LIMIT("memory-limit", "4GB", "DuckDB's memory for one database"),
    TEMP_LIMIT("temp-limit", "20GB", "DuckDB's temporary files for one database"),
    SHUTDOWN_TIMEOUT("shutdown-timeout", "10s", "how long running statements may go on at SIGTERM"),
    MODEL("model", "", "default model of the default endpoint"),
    PROVIDERS("providers", "[]", "named model endpoints"),
    FALLBACKS("fallbacks", "[]", "which models stand in for one that is down"),
    AI_FALLBACK(
            "ai-fallback",
            "off",
            "whether models answer functions that do not exist, where neither user nor session says"),
    AI_FALLBACK_ALLOW(
            "ai-fallback-allow",
            "[]",
            "the only ones that they answer, such as sentiment_of or stripe.*; none: all but those below"),
    AI_FALLBACK_DENY("ai-fallback-deny", "[]", "those that they never answer"),
    PRICES("prices", "[]", "dated prices per model"),
    BUDGET("budget", "", "what the whole server may spend: dollars, per day or month"),
    CLICKHOUSE_URL(
            "clickhouse-url",
            "",
            "where the books are kept, such as http://host:8123/rvbbit; none: in the data directory"),
    CLICKHOUSE_USER("clickhouse-user", "default", "as whom they are written and read there"),
    CLICKHOUSE_PASSWORD("clickhouse-password", "", "that user's password"),
    AI_FALLBACK_WEBHOOK(
            "ai-fallback-webhook",
            "",
            "where each call of a missing function that a model was asked for is posted as JSON; none: nowhere"),
    KAFKA_BOOTSTRAP(
            "kafka-bootstrap",
            "",
            "brokers that events go through to the books, such as host:9092; none: they go there directly"),
    KAFKA_TOPIC_PREFIX("kafka-topic-prefix", "rvbbit", "what the topics' names begin with"),
    KAFKA_PARTITIONS("kafka-partitions", "6", "of a topic that is made"),
    KAFKA_REPLICATION(
            "kafka-replication", "", "copies of a topic that is made; none: as the broker has it"),
    KAFKA_GROUP("kafka-group", "rvbbit-books", "the gateways that share one store"),
    KAFKA_PROPERTIES_FILE(
            "kafka-properties-file",
            "",
            "properties of Kafka's clients, such as security.protocol, as Kafka names them");

    private final String fileName;
    private final String defaultText;
    private final String meaning;

    ConfigKey(String fileName, String defaultText, String meaning) {
        this.fileName = fileName;
        this.defaultText = defaultText;
        this.meaning = meaning;
    }

    public String fileName() {
        return fileName;
    }

    /** The default in the form in which it would stand in the file. */
    public String defaultText() {
        return defaultText;
    }

    public String meaning() {
        return meaning;
    }

    public String environmentName() {
        return "RVBBIT_" + fileName.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
