package io.rvbbit.gateway.wire;

import java.util.Locale;

/**
 * How dates are written, and which of three numbers the month is when they are read.
 *
 * <p>Threading: immutable.
 */
public record DateStyle(Form form, Order order) {
    public static final DateStyle DEFAULT = new DateStyle(Form.ISO, Order.MDY);

    /** PostgreSQL's four forms: {@code 2026-01-31}, {@code 01/31/2026}, … */
    public enum Form {
        ISO,
        SQL,
        POSTGRES,
        GERMAN
    }

    /** The order of day, month and year where a text does not tell it. */
    public enum Order {
        MDY,
        DMY,
        YMD
    }

    /** The style that the setting's value, such as {@code SQL, DMY}, stands for. */
    public static DateStyle of(String setting) {
        int comma = setting.indexOf(',');
        return new DateStyle(
                Form.valueOf(setting.substring(0, comma).toUpperCase(Locale.ROOT)),
                Order.valueOf(setting.substring(comma + 1).strip()));
    }
}
