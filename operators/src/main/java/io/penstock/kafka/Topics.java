package io.penstock.kafka;

import java.util.List;

/**
 * Names of the topics of a study.
 *
 * @param prefix what stands before each name; may be empty
 */
public record Topics(String prefix) {
    /** One record per time step of a simulation. */
    public String solverOutputs() {
        return prefix + "solver-outputs";
    }

    /** What happens to simulations. */
    public String simulationEvents() {
        return prefix + "simulation-events";
    }

    /** Simulations to run. */
    public String simulationRequests() {
        return prefix + "simulation-requests";
    }

    /** What a shard has done, once per reporting interval. */
    public String trainingReports() {
        return prefix + "training-reports";
    }

    /** Published versions of a model; compacted. */
    public String modelUpdates() {
        return prefix + "model-updates";
    }

    /** Records of solver-outputs that were not trained on. */
    public String rejectedSamples() {
        return prefix + "rejected-samples";
    }

    /** What shards contribute to merging rounds: the log that all of them read. */
    public String shardWeights() {
        return prefix + "shard-weights";
    }

    /** What somebody wants of a training run, and what came of it. */
    public String trainingControls() {
        return prefix + "training-controls";
    }

    /** Questions to the served model. */
    public String predictionRequests() {
        return prefix + "prediction-requests";
    }

    /** The answers to them. */
    public String predictions() {
        return prefix + "predictions";
    }

    /** What somebody wants of the prediction job, and what it says of the versions it serves. */
    public String servingEvents() {
        return prefix + "serving-events";
    }

    /** All of them. */
    public List<String> all() {
        return List.of(
                solverOutputs(),
                simulationEvents(),
                simulationRequests(),
                trainingReports(),
                modelUpdates(),
                rejectedSamples(),
                shardWeights(),
                trainingControls(),
                predictionRequests(),
                predictions(),
                servingEvents());
    }
}
