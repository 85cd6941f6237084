package io.rvbbit.udf;

import java.math.BigDecimal;

/**
 * What a statement got without paying. Threading: immutable.
 *
 * @param shared rows that got the answer of an earlier row of the statement
 * @param sharedUsd what those answers cost that the statement computed itself, once for each such
 *     row
 * @param served inputs whose answers another statement had paid for
 * @param servedUsd what these had cost it, once for each input
 */
public record Savings(long shared, BigDecimal sharedUsd, long served, BigDecimal servedUsd) {}
