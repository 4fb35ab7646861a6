package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.flink.SolveOperatorSettings;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.sample.Quantity;
import io.penstock.solver.Heat2dSpec;
import io.penstock.solver.RequestPlan;
import io.penstock.solver.SamplerKind;
import io.penstock.solver.SupervisionSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.util.InstantiationUtil;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnsembleJobTest {
    private static final SolveOperatorSettings HEAT =
            new SolveOperatorSettings(
                    "plates", new Heat2dSpec(List.of(8, 8), 10, 1, 0.01, 1e-8), 100, 1000);

    @Test
    void givesEveryOperatorAUidAndNeedsNoKryo() {
        assertThat(graph(HEAT).getStreamNodes())
                .extracting(StreamNode::getTransformationUID)
                .contains("requests", "solvers", "ensemble-events", "ensemble-tracker")
                .doesNotContainNull();
    }

    @Test
    void runsAsManySimulationsAtOnceAsAskedForAndOneSupervisor() {
        StreamGraph graph = graph(HEAT);

        assertThat(node(graph, "solvers").getParallelism()).isEqualTo(7);
        assertThat(node(graph, "ensemble-tracker").getParallelism()).isEqualTo(1);
    }

    @Test
    void runsNoSolverWhereOthersFollowTheRequests() {
        assertThat(graph(null).getStreamNodes())
                .extracting(StreamNode::getTransformationUID)
                .contains("requests", "ensemble-tracker")
                .doesNotContain("solvers");
    }

    @Test
    void travelsToTheMachinesThatRunIt() throws Exception {
        for (String uid : List.of("solvers", "ensemble-tracker")) {
            var factory = node(graph(HEAT), uid).getOperatorFactory();
            assertThat(InstantiationUtil.clone(factory)).isNotSameAs(factory);
        }
    }

    private static StreamNode node(StreamGraph graph, String uid) {
        return graph.getStreamNodes().stream()
                .filter(node -> uid.equals(node.getTransformationUID()))
                .findFirst()
                .orElseThrow();
    }

    private static StreamGraph graph(@Nullable SolveOperatorSettings solving) {
        var configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        var env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        EnsembleJob.build(
                env,
                new EnsembleJob.Settings(
                        new RequestPlan(
                                "plates",
                                List.of(new Quantity("initial", "K", 100, 500)),
                                SamplerKind.MONTE_CARLO,
                                1,
                                4,
                                16),
                        new SupervisionSpec(Duration.ofMinutes(1), 3),
                        solving,
                        7,
                        new KafkaCluster("127.0.0.1:9", 1 << 20, new Properties()),
                        new Topics(""),
                        Map.of(),
                        Map.of()));
        return env.getStreamGraph();
    }
}
