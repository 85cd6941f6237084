package io.rvbbit.udf.cascade;

import com.hubspot.jinjava.util.HasObjectTruthValue;

/**
 * What a template gets for a name that does not exist.
 *
 * <p>Only {@code default} and the tests {@code defined} and {@code undefined} accept it; any other
 * use is a fault, also as text or as a condition. Threading: immutable.
 */
record UndefinedName(String name) implements HasObjectTruthValue {
    TemplateFault fault() {
        return new TemplateFault(
                0,
                "unknown name " + Names.quoted(name),
                "name an existing column, or write {{ " + name + " | default('…') }}");
    }

    @Override
    public boolean getObjectTruthValue() {
        throw fault();
    }

    @Override
    public String toString() {
        throw fault();
    }
}
