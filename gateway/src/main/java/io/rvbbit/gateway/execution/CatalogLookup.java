package io.rvbbit.gateway.execution;

import io.rvbbit.udf.CascadeLookup;
import io.rvbbit.udf.cascade.Cascade;
import io.rvbbit.udf.cascade.CascadeCatalog;

/** Cascades for function calls: by path from the catalog, or from their own text. */
record CatalogLookup(CascadeCatalog cascades) implements CascadeLookup {
    @Override
    public Cascade named(String name) {
        return cascades.load(name);
    }

    @Override
    public Cascade inline(String definition) {
        return cascades.inline(definition);
    }
}
