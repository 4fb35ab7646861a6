package io.penstock.report;

/** Colours for the fractions from 0 to 1. */
enum ColourMap {
    /**
     * Perceptually uniform, and the same to people who do not tell red from green: viridis, by N.
     * Smith and S. van der Walt (CC0), here by 16 of its colours.
     */
    VIRIDIS(
            0x440154, 0x481A6C, 0x472F7D, 0x414487, 0x39568C, 0x31688E, 0x2A788E, 0x23888E,
            0x1F988B, 0x22A884, 0x35B779, 0x54C568, 0x7AD151, 0xA5DB36, 0xD2E21B, 0xFDE725),
    /** Blue below, near white in the middle, red above: RdBu of ColorBrewer, by C. Brewer. */
    BLUE_RED(
            0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582,
            0xD6604D, 0xB2182B, 0x67001F);

    @SuppressWarnings("ImmutableEnumChecker") // never written to
    private final int[] anchors;

    ColourMap(int... anchors) {
        this.anchors = anchors;
    }

    /** The colour of a fraction, 0xRRGGBB; outside 0 to 1 the colour of the nearer end. */
    int rgb(double fraction) {
        double place = Math.max(0, Math.min(1, fraction)) * (anchors.length - 1);
        int below = Math.min((int) place, anchors.length - 2);
        double weight = place - below;
        int rgb = 0;
        for (int shift = 16; shift >= 0; shift -= 8) {
            int from = anchors[below] >> shift & 0xFF;
            int to = anchors[below + 1] >> shift & 0xFF;
            rgb = rgb << 8 | (int) Math.round(from + weight * (to - from));
        }
        return rgb;
    }
}
