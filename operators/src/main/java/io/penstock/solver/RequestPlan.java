package io.penstock.solver;

import io.penstock.sample.Quantity;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationRequest;
import io.penstock.setting.Check;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.rng.JumpableUniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The simulations a study asks for at its start.
 *
 * <p>With V validation and N training simulations, validation ones have the ids 0 to V - 1 and come
 * first, so that the validation set is complete early; training ones have the ids V to V + N - 1.
 * Their parameters come from two streams of one seed that never overlap (2¹²⁸ numbers apart), so
 * the validation set does not depend on N. With Monte Carlo and Halton, raising N keeps the
 * training simulations there were and adds to them.
 *
 * @param study name of the study
 * @param parameters the parameters with their ranges, in the order of the solver
 * @param sampler how parameters are drawn, for both purposes
 * @param seed seed of both streams
 * @param validation number of validation simulations, V
 * @param training number of training simulations, N
 */
public record RequestPlan(
        String study,
        List<Quantity> parameters,
        SamplerKind sampler,
        long seed,
        int validation,
        int training)
        implements Serializable {
    private static final int MAX_SIMULATIONS = 1_000_000_000;

    public RequestPlan {
        parameters = List.copyOf(parameters);
        Check.notBlank("study", study);
        Check.within(0, MAX_SIMULATIONS, "validation", validation);
        Check.within(1, MAX_SIMULATIONS, "training", training);
    }

    /** Number of simulations, of both purposes. */
    public int simulations() {
        return validation + training;
    }

    /** The requests in the order of their ids. */
    public List<SimulationRequest> requests() {
        var trainingStream =
                (JumpableUniformRandomProvider) RandomSource.XO_SHI_RO_256_PP.create(seed);
        // jump() hands out the stream as it was and moves its receiver on.
        var validationStream = trainingStream.jump();
        List<double[]> points = new ArrayList<>(simulations());
        points.addAll(sampler.sampler(parameters, validationStream).draw(validation));
        points.addAll(sampler.sampler(parameters, trainingStream).draw(training));
        List<SimulationRequest> requests = new ArrayList<>(simulations());
        for (double[] point : points) {
            requests.add(request(requests.size(), point));
        }
        return requests;
    }

    /**
     * A simulation in the stead of one that was given up: with the id after those of the plan and
     * of former replacements, and parameters drawn by Monte Carlo from a third stream of the seed.
     *
     * @param number how many there were before
     * @param purpose what it is for
     */
    public SimulationRequest replacement(int number, Purpose purpose) {
        var stream = (JumpableUniformRandomProvider) RandomSource.XO_SHI_RO_256_PP.create(seed);
        stream.jump();
        stream.jump();
        double[] point =
                SamplerKind.MONTE_CARLO.sampler(parameters, stream).draw(number + 1).get(number);
        return request(simulations() + number, purpose, point, SamplerKind.MONTE_CARLO);
    }

    private SimulationRequest request(int simulation, double[] point) {
        Purpose purpose = simulation < validation ? Purpose.VALIDATION : Purpose.TRAINING;
        return request(simulation, purpose, point, sampler);
    }

    private SimulationRequest request(
            int simulation, Purpose purpose, double[] point, SamplerKind proposer) {
        return SimulationRequest.newBuilder()
                .setStudy(study)
                .setSimulation(simulation)
                .setPurpose(purpose)
                .setParameters(Arrays.stream(point).boxed().collect(Collectors.toList()))
                .setProposedBy(proposer.label())
                .build();
    }
}
