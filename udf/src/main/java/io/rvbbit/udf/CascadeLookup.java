package io.rvbbit.udf;

import io.rvbbit.udf.cascade.Cascade;

/** Finds the cascades that functions name. Threading: any thread; may read files. */
public interface CascadeLookup {
    /**
     * The cascade of this name or path.
     *
     * @throws io.rvbbit.rewriter.SqlException 42704 if there is none, or as its text deserves
     */
    Cascade named(String name);

    /** A cascade from the text of its definition, which is JSON; its file is empty. */
    Cascade inline(String definition);
}
