package io.rvbbit.gateway.execution;

import io.rvbbit.gateway.access.Role;
import io.rvbbit.gateway.access.Roles;
import io.rvbbit.gateway.engine.CacheFunction;
import io.rvbbit.rewriter.SqlException;
import io.rvbbit.rewriter.SqlState;
import io.rvbbit.udf.cache.AnswerCache;
import io.rvbbit.udf.cascade.CascadeCatalog;
import java.util.Optional;

/** {@code rvbbit_cache_clear}: who may, and which answers. Threading: any thread. */
public record CacheClearing(AnswerCache answers, CascadeCatalog cascades, Roles roles)
        implements CacheFunction.Clearing {

    @Override
    public long clear(String asker, Optional<String> cascade) {
        if (!roles.isTrusting() && roles.find(asker).filter(Role::admin).isEmpty()) {
            throw new SqlException(
                    SqlState.INSUFFICIENT_PRIVILEGE,
                    "permission denied: only an admin clears the cache");
        }
        return cascade.map(name -> answers.clear(id(name))).orElseGet(answers::clear);
    }

    /** Of the cascade at this path; a name that leads nowhere may be the id of one that is gone. */
    private String id(String name) {
        try {
            return cascades.load(name).id();
        } catch (SqlException unknown) {
            return name;
        }
    }
}
