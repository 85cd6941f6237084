package io.rvbbit.gateway.engine;

/** One column of a result. */
public record Column(String name, EngineType type) {}
