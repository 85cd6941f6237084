package io.rvbbit.udf.cascade;

/**
 * One cell's part of a run: what it is given, and where it tells what it did.
 *
 * @param session of the run
 */
record CellRun(Invocation invocation, String session, RunNames names, CellLog log) {}
