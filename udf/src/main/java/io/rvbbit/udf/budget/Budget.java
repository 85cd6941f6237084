package io.rvbbit.udf.budget;

/** Something that has an account at any time. Threading: any thread. */
public interface Budget {
    /** The account that counts now. */
    BudgetAccount account();
}
