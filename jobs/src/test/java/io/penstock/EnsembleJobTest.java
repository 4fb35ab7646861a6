package io.penstock;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.flink.SolveOperatorSettings;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.solver.Heat2dSpec;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EnsembleJobTest {
    @ParameterizedTest
    @EnumSource
    void givesEveryOperatorAUidAndNeedsNoKryo(EnsembleJob.End end) {
        StreamGraph graph = graph(end);

        assertThat(graph.getStreamNodes())
                .extracting(StreamNode::getTransformationUID)
                .contains("requests", "solvers", "ensemble-tracker")
                .doesNotContainNull();
    }

    @Test
    void runsAsManySimulationsAtOnceAsAskedForAndOneTracker() {
        StreamGraph graph = graph(EnsembleJob.End.NEVER);

        assertThat(node(graph, "solvers").getParallelism()).isEqualTo(7);
        assertThat(node(graph, "ensemble-tracker").getParallelism()).isEqualTo(1);
    }

    @Test
    void travelsToTheMachinesThatRunIt() throws Exception {
        var factory = node(graph(EnsembleJob.End.NEVER), "solvers").getOperatorFactory();

        assertThat(InstantiationUtil.clone(factory)).isNotSameAs(factory);
    }

    private static StreamNode node(StreamGraph graph, String uid) {
        return graph.getStreamNodes().stream()
                .filter(node -> uid.equals(node.getTransformationUID()))
                .findFirst()
                .orElseThrow();
    }

    private static StreamGraph graph(EnsembleJob.End end) {
        var configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        var env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        var heat = new Heat2dSpec(List.of(8, 8), 10, 1, 0.01, 1e-8);
        EnsembleJob.build(
                env,
                new EnsembleJob.Settings(
                        new SolveOperatorSettings("plates", heat, 100, 1000),
                        20,
                        7,
                        new KafkaCluster("127.0.0.1:9", 1 << 20, new Properties()),
                        new Topics(""),
                        Map.of(),
                        end));
        return env.getStreamGraph();
    }
}
