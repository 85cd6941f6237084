package io.rvbbit.gateway.execution;

import java.util.Map;

/**
 * Settings of PostgreSQL's own planner and storage that clients send: they are kept and shown, and
 * nothing here hangs on them.
 */
final class InertSettings {
    static final Map<String, String> DEFAULTS =
            Map.ofEntries(
                    Map.entry("array_nulls", "on"),
                    Map.entry("backslash_quote", "safe_encoding"),
                    Map.entry("check_function_bodies", "on"),
                    Map.entry("client_connection_check_interval", "0"),
                    Map.entry("constraint_exclusion", "partition"),
                    Map.entry("cursor_tuple_fraction", "0.1"),
                    Map.entry("default_table_access_method", "heap"),
                    Map.entry("default_tablespace", ""),
                    Map.entry("effective_cache_size", "4GB"),
                    Map.entry("enable_hashjoin", "on"),
                    Map.entry("enable_indexscan", "on"),
                    Map.entry("enable_mergejoin", "on"),
                    Map.entry("enable_nestloop", "on"),
                    Map.entry("enable_seqscan", "on"),
                    Map.entry("enable_sort", "on"),
                    Map.entry("escape_string_warning", "on"),
                    Map.entry("force_parallel_mode", "off"),
                    Map.entry("from_collapse_limit", "8"),
                    Map.entry("geqo", "on"),
                    Map.entry("gin_fuzzy_search_limit", "0"),
                    Map.entry("jit", "on"),
                    Map.entry("join_collapse_limit", "8"),
                    Map.entry("lo_compat_privileges", "off"),
                    Map.entry("maintenance_work_mem", "64MB"),
                    Map.entry("max_parallel_workers_per_gather", "2"),
                    Map.entry("plan_cache_mode", "auto"),
                    Map.entry("quote_all_identifiers", "off"),
                    Map.entry("random_page_cost", "4"),
                    Map.entry("row_security", "on"),
                    Map.entry("session_replication_role", "origin"),
                    Map.entry("synchronize_seqscans", "on"),
                    Map.entry("synchronous_commit", "on"),
                    Map.entry("temp_buffers", "8MB"),
                    Map.entry("temp_tablespaces", ""),
                    Map.entry("work_mem", "4MB"),
                    Map.entry("xmlbinary", "base64"),
                    Map.entry("xmloption", "content"));

    private InertSettings() {}
}
