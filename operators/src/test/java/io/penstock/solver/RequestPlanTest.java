package io.penstock.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.sample.Quantity;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SimulationRequest;
import io.penstock.setting.InvalidSettingException;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestPlanTest {
    private static final List<Quantity> RANGES =
            List.of(new Quantity("a", "K", 100, 500), new Quantity("b", "K", 100, 500));

    @Test
    void putsValidationSimulationsFirstAndNumbersAllFromZero() {
        List<SimulationRequest> requests = plan(SamplerKind.HALTON, 1, 3, 5).requests();

        assertThat(requests)
                .extracting(SimulationRequest::getSimulation)
                .containsExactlyElementsOf(LongStream.range(0, 8).boxed().toList());
        assertThat(requests.subList(0, 3))
                .extracting(SimulationRequest::getPurpose)
                .containsOnly(Purpose.VALIDATION);
        assertThat(requests.subList(3, 8))
                .extracting(SimulationRequest::getPurpose)
                .containsOnly(Purpose.TRAINING);
    }

    @Test
    void saysForWhichStudyAndWhoProposedTheParameters() {
        assertThat(plan(SamplerKind.LATIN_HYPERCUBE, 1, 1, 1).requests())
                .allSatisfy(
                        request -> {
                            assertThat(request.getStudy()).isEqualTo("plates");
                            assertThat(request.getProposedBy()).isEqualTo("latin-hypercube");
                            assertThat(request.getAttempt()).isEqualTo(1);
                            assertThat(request.getParameters()).hasSize(2);
                        });
    }

    @ParameterizedTest
    @EnumSource
    void drawsTheSameValidationSetHoweverManySimulationsAreTrainedOn(SamplerKind kind) {
        assertThat(plan(kind, 5, 4, 100).requests().subList(0, 4))
                .isEqualTo(plan(kind, 5, 4, 7).requests().subList(0, 4));
    }

    @ParameterizedTest
    @EnumSource
    void drawsTheSameTrainingParametersHoweverManySimulationsValidate(SamplerKind kind) {
        assertThat(parameters(plan(kind, 5, 4, 6).requests().subList(4, 10)))
                .isEqualTo(parameters(plan(kind, 5, 0, 6).requests()));
    }

    @ParameterizedTest
    @EnumSource
    void neverTrainsOnAValidationSimulation(SamplerKind kind) {
        List<SimulationRequest> requests = plan(kind, 5, 50, 50).requests();

        assertThat(parameters(requests)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void repeatsItselfWithTheSameSeedOnly(SamplerKind kind) {
        assertThat(plan(kind, 5, 2, 6).requests()).isEqualTo(plan(kind, 5, 2, 6).requests());
        assertThat(parameters(plan(kind, 5, 2, 6).requests()))
                .doesNotContainAnyElementsOf(parameters(plan(kind, 6, 2, 6).requests()));
    }

    @Test
    void refusesAStudyWithoutTrainingSimulations() {
        assertThatThrownBy(() -> plan(SamplerKind.HALTON, 1, 3, 0))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("training: 0");
    }

    @Test
    void replacementsComeAfterThePlanWithParametersOfTheirOwn() {
        RequestPlan plan = plan(SamplerKind.MONTE_CARLO, 1, 3, 5);
        SimulationRequest first = plan.replacement(0, Purpose.TRAINING);
        SimulationRequest second = plan.replacement(1, Purpose.VALIDATION);

        assertThat(first.getSimulation()).isEqualTo(8);
        assertThat(first.getPurpose()).isEqualTo(Purpose.TRAINING);
        assertThat(second.getSimulation()).isEqualTo(9);
        assertThat(second.getPurpose()).isEqualTo(Purpose.VALIDATION);
        assertThat(second).isEqualTo(plan.replacement(1, Purpose.VALIDATION));
        assertThat(
                        Stream.concat(plan.requests().stream(), Stream.of(first, second))
                                .map(SimulationRequest::getParameters))
                .doesNotHaveDuplicates()
                .allSatisfy(
                        parameters -> assertThat(parameters).allMatch(a -> a >= 100 && a <= 500));
    }

    private static RequestPlan plan(SamplerKind kind, long seed, int validation, int training) {
        return new RequestPlan("plates", RANGES, kind, seed, validation, training);
    }

    private static List<List<Double>> parameters(List<SimulationRequest> requests) {
        return requests.stream().map(SimulationRequest::getParameters).toList();
    }
}
