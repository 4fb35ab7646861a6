package io.penstock.solver;

/**
 * A sin(ωt + 2π l x / L + φ).
 *
 * @param amplitude A
 * @param frequency ω
 * @param wavenumber l, a whole number so that the wave is periodic on [0, L)
 * @param phase φ
 */
record SineWave(double amplitude, double frequency, int wavenumber, double phase) {
    /**
     * Its value.
     *
     * @param place x / L
     */
    double at(double time, double place) {
        return amplitude * Math.sin(frequency * time + 2 * Math.PI * wavenumber * place + phase);
    }

    /** Adds it to a spectrum of {@link PeriodicTransform1d} that holds its mode. */
    void addTo(double[][] spectrum, double time) {
        double angle = frequency * time + phase;
        int mode = Math.abs(wavenumber);
        if (mode == 0) {
            spectrum[0][0] += amplitude * Math.sin(angle);
        } else {
            // sin(a + kx) = (exp(i(a + kx)) - exp(-i(a + kx))) / 2i.
            spectrum[0][mode] += amplitude / 2 * Math.sin(angle);
            spectrum[1][mode] -= Math.signum(wavenumber) * amplitude / 2 * Math.cos(angle);
        }
    }
}
