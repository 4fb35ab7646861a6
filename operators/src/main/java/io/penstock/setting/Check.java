package io.penstock.setting;

/** Checks used by the compact constructors of settings records. */
public final class Check {
    private Check() {}

    /** Requires {@code allowed} to hold; {@code what} says what is allowed. */
    public static void that(boolean allowed, String key, Object value, String what) {
        if (!allowed) {
            throw new InvalidSettingException(key, value, what);
        }
    }

    /** Requires a finite number of at least {@code min}. */
    public static void atLeast(double min, String key, double value) {
        that(Double.isFinite(value) && value >= min, key, number(value), number(min) + " or above");
    }

    /** Requires a finite number above {@code bound}. */
    public static void above(double bound, String key, double value) {
        that(Double.isFinite(value) && value > bound, key, number(value), "above " + number(bound));
    }

    /** Requires a number in the closed interval from {@code min} to {@code max}. */
    public static void within(double min, double max, String key, double value) {
        that(value >= min && value <= max, key, number(value), number(min) + " to " + number(max));
    }

    /** Requires a text of at least one character that is not white space. */
    public static void notBlank(String key, String value) {
        that(!value.isBlank(), key, '"' + value + '"', "a text that is not blank");
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
