package io.rvbbit.udf.estimate;

/** How wide an interval of 95 % is, in standard errors, for a mean of few values. */
final class StudentT {
    /** For 1 to 7 degrees of freedom, where the series below is not exact enough. */
    private static final double[] FEW = {12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646};

    private static final double NORMAL = 1.959963985;

    private StudentT() {}

    /**
     * The 97.5 % quantile, exact to three digits.
     *
     * @param freedom degrees of freedom, at least 1
     * @see <a href="https://dlmf.nist.gov/">Cornish-Fisher expansion about the normal quantile</a>
     */
    static double quantile(long freedom) {
        if (freedom < 1) {
            throw new IllegalArgumentException("a spread needs two values");
        }
        if (freedom <= FEW.length) {
            return FEW[(int) freedom - 1];
        }
        double z = NORMAL;
        double n = freedom;
        double z3 = z * z * z;
        double z5 = z3 * z * z;
        double z7 = z5 * z * z;
        return z
                + (z3 + z) / (4 * n)
                + (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n)
                + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * n * n * n);
    }
}
