package io.rvbbit.udf.cascade;

import io.rvbbit.udf.cascade.SourceNode.Place;

/** Finds the cascades that a definition names as parts of itself. */
interface SubCascades {
    /** Where there is no catalog. */
    SubCascades NONE =
            (path, file, place) -> {
                throw file.wrong(
                        place, "there is no catalog to find " + Names.quoted(path) + " in");
            };

    /**
     * A cascade by its path, as it is now.
     *
     * @param place where {@code file} names it
     * @throws io.rvbbit.rewriter.SqlException 42704, 42501 or 22023 with file and place: also where
     *     it leads back to the cascade that names it
     */
    Cascade load(String path, SourceFile file, Place place);
}
