package io.penstock.report;

/**
 * The colours of values.
 *
 * @param colours the colours
 * @param min value of the first colour
 * @param max value of the last colour, above {@code min}
 */
record ColourScale(ColourMap colours, double min, double max) {
    /** Colour of what is not a finite number. */
    static final int NOT_FINITE = 0xB0B0B0;

    /** Viridis over the finite values of all the fields. */
    static ColourScale over(float[]... fields) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (float[] field : fields) {
            for (float value : field) {
                if (Float.isFinite(value)) {
                    min = Math.min(min, value);
                    max = Math.max(max, value);
                }
            }
        }
        if (min > max) {
            return new ColourScale(ColourMap.VIRIDIS, 0, 1);
        }
        double room = min == max ? Math.max(Math.abs(min) * 1e-3, 1e-6) : 0;
        return new ColourScale(ColourMap.VIRIDIS, min - room, max + room);
    }

    /** Blue to red, as far on either side of zero. */
    static ColourScale aroundZero(float[] values) {
        double most = 0;
        for (float value : values) {
            if (Float.isFinite(value)) {
                most = Math.max(most, Math.abs(value));
            }
        }
        double end = most > 0 ? most : 1;
        return new ColourScale(ColourMap.BLUE_RED, -end, end);
    }

    /** Colour of a value, 0xRRGGBB. */
    int rgb(double value) {
        return Double.isFinite(value) ? colours.rgb((value - min) / (max - min)) : NOT_FINITE;
    }
}
