/*
 * Heat equation du/dt = d2u/dx2 on a rod of length 1, as a solver for Penstock.
 *
 *     cc -O2 -std=c99 -o heat1d heat1d.c -lm
 *     echo "400 300 350" | ./heat1d 64 100 0.001 > frames
 *
 * The protocol:
 *  1. Penstock starts this program once for each simulation.
 *  2. Standard input is one line: the parameters, decimal numbers with blanks between them.
 *  3. Standard output takes one frame for each time step, and nothing else.
 *  4. A frame is little-endian: the 4 letters PSTK; the number of values as uint32;
 *  5. the physical time as a 64-bit float; then the values as 32-bit floats,
 *  6. field after field, each in C order (last axis fastest).
 *  7. Flush each frame, or it waits in a buffer while Penstock waits for it.
 *  8. Messages go to standard error; Penstock quotes their end when a simulation fails.
 *  9. Something wrong: say so on standard error and end with an exit code other than 0.
 * 10. The program may be ended (SIGTERM) once its last frame is read.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *why) {
    fprintf(stderr, "heat1d: %s\n", why);
    exit(1);
}

/* On a machine that is big-endian, the bytes of every number have to be swapped here. */
static void write_frame(double time, const double *u, float *values, uint32_t count) {
    char head[16];
    memcpy(head, "PSTK", 4);
    memcpy(head + 4, &count, 4);
    memcpy(head + 8, &time, 8);
    for (uint32_t i = 0; i < count; i++) {
        values[i] = (float) u[i];
    }
    if (fwrite(head, sizeof head, 1, stdout) != 1
            || fwrite(values, sizeof *values, count, stdout) != count
            || fflush(stdout) != 0) {
        fail("a frame cannot be written");
    }
}

/* An explicit Euler step: u[0] and u[nodes + 1] are the ends and stay, r = dt / h^2. */
static void euler(const double *u, double *next, int nodes, double r) {
    for (int i = 1; i <= nodes; i++) {
        next[i] = u[i] + r * (u[i - 1] - 2 * u[i] + u[i + 1]);
    }
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fail("usage: heat1d NODES STEPS TIME_STEP < parameters");
    }
    int nodes = atoi(argv[1]); /* those between the two ends */
    int steps = atoi(argv[2]);
    double time_step = atof(argv[3]); /* between two frames */
    if (nodes < 1 || steps < 1 || !(time_step > 0)) {
        fail("NODES, STEPS and TIME_STEP must be above 0");
    }

    double left, right, initial;
    if (scanf("%lf %lf %lf", &left, &right, &initial) != 3) {
        fail("3 parameters expected on standard input: left right initial");
    }

    /* Explicit steps are stable up to dt = h^2 / 2, so a frame takes several. */
    double h = 1.0 / (nodes + 1);
    int substeps = (int) ceil(time_step / (0.4 * h * h));
    double r = time_step / substeps / (h * h);

    double *u = malloc(((size_t) nodes + 2) * sizeof *u);
    double *next = malloc(((size_t) nodes + 2) * sizeof *next);
    float *values = malloc((size_t) nodes * sizeof *values);
    if (!u || !next || !values) {
        fail("not enough memory");
    }
    for (int i = 1; i <= nodes; i++) {
        u[i] = initial;
    }
    u[0] = next[0] = left;
    u[nodes + 1] = next[nodes + 1] = right;

    for (int step = 1; step <= steps; step++) {
        for (int s = 0; s < substeps; s++) {
            euler(u, next, nodes, r);
            double *swap = u;
            u = next;
            next = swap;
        }
        write_frame(step * time_step, u + 1, values, (uint32_t) nodes);
    }
    free(u);
    free(next);
    free(values);
    return 0;
}
