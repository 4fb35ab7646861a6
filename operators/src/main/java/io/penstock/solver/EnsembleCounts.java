package io.penstock.solver;

/**
 * How far an ensemble is.
 *
 * @param total simulations of the plan, and those requested in the stead of others
 * @param running simulations that have started and not ended
 * @param ended simulations that have finished or were given up, since the ensemble began
 * @param finished simulations that have finished, since the job was last started or restarted, as
 *     are the rest
 * @param failed crashes
 * @param retried requests to run a simulation again
 * @param givenUp simulations that crashed too often
 */
public record EnsembleCounts(
        long total,
        long running,
        long ended,
        long finished,
        long failed,
        long retried,
        long givenUp) {}
