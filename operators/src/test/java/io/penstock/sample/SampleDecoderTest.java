package io.penstock.sample;

import static io.penstock.sample.Outputs.SPEC;
import static io.penstock.sample.Outputs.encode;
import static io.penstock.sample.Outputs.field;
import static io.penstock.sample.Outputs.output;
import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.schemas.DType;
import io.penstock.schemas.EventKind;
import io.penstock.schemas.Field;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.RejectionCause;
import io.penstock.schemas.SolverOutput;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleDecoderTest {
    private final SampleDecoder decoder = new SampleDecoder(SPEC);

    @Test
    void rowHoldsParametersTimeAndFieldsInOrder() {
        Sample sample = accepted(encode(output().build()));

        assertThat(sample.simulation()).isEqualTo(7);
        assertThat(sample.step()).isEqualTo(3);
        assertThat(sample.purpose()).isEqualTo(Purpose.VALIDATION);
        assertThat(Outputs.numbers(sample.row()))
                .containsExactly(0.125f, 0.25f, 0.5f, 1, 2, 3, -4, 5.5f, 6, 0.25f, -0.75f);
    }

    @Test
    void positionIsCarried() {
        Sample sample = (Sample) decoder.decode(5, 1L << 40, encode(output().build()));

        assertThat(sample.partition()).isEqualTo(5);
        assertThat(sample.offset()).isEqualTo(1L << 40);
    }

    @Test
    void doublesAreRoundedToFloats() {
        Sample sample =
                accepted(
                        withFields(
                                field("u", DType.FLOAT64, List.of(2, 3), 0.1, 2, 3, 4, 5, 1e-60),
                                field("flux", DType.FLOAT32, List.of(2), 7, 8)));

        assertThat(Outputs.numbers(sample.row())).endsWith(0.1f, 2, 3, 4, 5, 0, 7, 8);
    }

    @Test
    void theRowIsUsedAgain() {
        byte[] first = accepted(encode(output().build())).row();

        assertThat(accepted(encode(output().setTimeStep(4).build())).row()).isSameAs(first);
    }

    @Test
    void rowBeforeAndAfterABadRecordIsWhole() {
        byte[] good = encode(output().build());
        float[] before = Outputs.numbers(accepted(good).row());
        rejected(encode(output().setParameters(List.of(9.0)).build()));

        assertThat(Outputs.numbers(accepted(good).row())).isEqualTo(before);
    }

    @Test
    void missingValueIsEmpty() {
        assertThat(rejected(null).cause()).isEqualTo(RejectionCause.EMPTY);
        assertThat(rejected(new byte[0]).cause()).isEqualTo(RejectionCause.EMPTY);
    }

    @Test
    void recordAboveTheLimitIsTooLarge() {
        assertRejected(
                new byte[4097], RejectionCause.TOO_LARGE, "4097 bytes", "allowed: 4096 at most");
    }

    @Test
    void recordWithoutAKnownHeaderIsOfUnknownSchema() {
        assertRejected(
                "{\"study\": 1}".getBytes(StandardCharsets.UTF_8),
                RejectionCause.UNKNOWN_SCHEMA,
                "begins with 7b 22 73",
                "allowed: c3 01");
        assertRejected(new byte[] {(byte) 0xC3}, RejectionCause.UNKNOWN_SCHEMA, "begins with c3;");
    }

    @Test
    void unknownFingerprintIsNamed() {
        byte[] value = encode(output().build());
        Arrays.fill(value, 2, 10, (byte) 0xAB);

        assertRejected(value, RejectionCause.UNKNOWN_SCHEMA, "fingerprint abababababababab");
    }

    @Test
    void truncatedRecordIsUndecodable() {
        byte[] value = encode(output().build());

        for (int length = 10; length < value.length; length++) {
            Rejection rejection = rejected(Arrays.copyOf(value, length));
            assertThat(rejection.cause()).isEqualTo(RejectionCause.UNDECODABLE);
            assertThat(rejection.reason()).contains("not valid Avro");
        }
    }

    @Test
    void trailingBytesAreUndecodable() {
        byte[] value = encode(output().build());

        assertRejected(
                Arrays.copyOf(value, value.length + 3),
                RejectionCause.UNDECODABLE,
                "3 bytes follow the record");
    }

    @Test
    void recordOfAnotherStudyIsRejectedWithItsIds() {
        Rejection rejection =
                assertRejected(
                        encode(output().setStudy("wave\n").build()),
                        RejectionCause.WRONG_STUDY,
                        "study is \"wave\uFFFD\"; allowed: \"heat\"");

        assertThat(rejection.simulation()).isEqualTo(7);
        assertThat(rejection.step()).isEqualTo(3);
    }

    @Test
    void longNamesAreCutInTheReason() {
        Rejection rejection = rejected(encode(output().setStudy("x".repeat(3000)).build()));

        assertThat(rejection.reason()).contains("(3000 bytes)").hasSizeLessThan(150);
    }

    @Test
    void negativeSimulationIsRejected() {
        assertRejected(
                encode(output().setSimulation(-1).build()),
                RejectionCause.WRONG_SIMULATION,
                "simulation is -1; allowed: 0 or above");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 10, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void stepBeyondTheExpectedOnesIsRejected(int step) {
        assertRejected(
                encode(output().setTimeStep(step).build()),
                RejectionCause.WRONG_STEP,
                "step is " + step + "; allowed: 0 to 9");
    }

    @Test
    void wrongNumberOfParametersIsRejected() {
        assertRejected(
                encode(output().setParameters(List.of(1.0)).build()),
                RejectionCause.WRONG_PARAMETERS,
                "1 parameters; allowed: 2 [left, right]");
        assertRejected(
                encode(output().setParameters(List.of(1.0, 2.0, 3.0)).build()),
                RejectionCause.WRONG_PARAMETERS,
                "3 parameters");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e39})
    void inputsThatAreNotFiniteFloatsAreRejected(double bad) {
        assertRejected(
                encode(output().setParameters(List.of(1.0, bad)).build()),
                RejectionCause.NOT_FINITE,
                "input right is " + bad);
        assertRejected(
                encode(output().setTime(bad).build()),
                RejectionCause.NOT_FINITE,
                "input time is " + bad);
    }

    @Test
    void wrongFieldsAreRejected() {
        var u = field("u", DType.FLOAT32, List.of(2, 3), Outputs.U);
        var flux = field("flux", DType.FLOAT32, List.of(2), Outputs.FLUX);
        var other = field("v", DType.FLOAT32, List.of(2), Outputs.FLUX);

        assertWrongFields(withFields(u), "1 fields; allowed: [u, flux]");
        assertWrongFields(withFields(), "0 fields");
        assertWrongFields(withFields(u, flux, flux), "more fields than 2");
        assertWrongFields(withFields(flux, u), "field 0 is \"flux\"");
        assertWrongFields(withFields(u, other), "field 1 is \"v\"");
    }

    @Test
    void wrongShapeIsRejectedThoughTheSizeFits() {
        assertWrongShape(List.of(3, 2), "shape [3, 2]; allowed: [2, 3]");
        assertWrongShape(List.of(6), "shape [6]");
        assertWrongShape(List.of(2, 3, 1), "shape [2, 3, 1]");
        assertWrongShape(List.of(), "shape []");
        assertWrongShape(List.of(-2, -3), "shape [-2, -3]");
        assertWrongShape(Collections.nCopies(20, 1), "1]… (20 extents)");
    }

    @Test
    void wrongLengthOfDataIsRejected() {
        var flux = field("flux", DType.FLOAT32, List.of(2), Outputs.FLUX);

        assertRejected(
                withFields(field("u", DType.FLOAT32, List.of(2, 3), 1, 2, 3, 4, 5), flux),
                RejectionCause.WRONG_LENGTH,
                "field \"u\" has 20 bytes; allowed: 24 (6 cells of 4 bytes)");
        assertRejected(
                withFields(field("u", DType.FLOAT64, List.of(2, 3), 1, 2, 3), flux),
                RejectionCause.WRONG_LENGTH,
                "has 24 bytes; allowed: 48 (6 cells of 8 bytes)");
    }

    @Test
    void everyCellOfEveryFieldMustBeFinite() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1 / 0f}) {
            for (int cell = 0; cell < 6; cell++) {
                double[] u = Outputs.U.clone();
                u[cell] = bad;
                assertRejected(
                        withFields(
                                field("u", DType.FLOAT32, List.of(2, 3), u),
                                field("flux", DType.FLOAT32, List.of(2), Outputs.FLUX)),
                        RejectionCause.NOT_FINITE,
                        "field \"u\" is " + (double) bad + " in cell " + cell);
            }
        }
        assertRejected(
                withFields(
                        field("u", DType.FLOAT32, List.of(2, 3), Outputs.U),
                        field("flux", DType.FLOAT32, List.of(2), 1, Double.NaN)),
                RejectionCause.NOT_FINITE,
                "field \"flux\" is NaN in cell 1");
    }

    @Test
    void doubleThatOverflowsAFloatIsRejectedWithItsValue() {
        assertRejected(
                withFields(
                        field("u", DType.FLOAT64, List.of(2, 3), 1, 2, 3, -1e300, 5, 6),
                        field("flux", DType.FLOAT32, List.of(2), Outputs.FLUX)),
                RejectionCause.NOT_FINITE,
                "field \"u\" is -1.0E300 in cell 3; allowed: finite 32-bit floats");
    }

    @Test
    void largestFloatsAndSubnormalsAreAccepted() {
        double[] u = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0.0, 0, -1e-40};

        assertThat(
                        decoder.decode(
                                0,
                                0,
                                withFields(
                                        field("u", DType.FLOAT32, List.of(2, 3), u),
                                        field("flux", DType.FLOAT32, List.of(2), 1, 2))))
                .isInstanceOf(Sample.class);
    }

    @Test
    void endOfTheStudyIsAMarkerAndNotAFault() {
        assertThat(decoder.decode(0, 0, Outputs.event("heat", EventKind.ENSEMBLE_FINISHED)))
                .isEqualTo(new EndMarker("heat"));
    }

    @Test
    void otherEventsAreFaults() {
        assertRejected(
                Outputs.event("wave", EventKind.ENSEMBLE_FINISHED),
                RejectionCause.WRONG_STUDY,
                "end of study \"wave\"; allowed: \"heat\"");
        assertRejected(
                Outputs.event("heat", EventKind.HEARTBEAT),
                RejectionCause.OTHER,
                "event HEARTBEAT");
    }

    @Test
    void recordOfAnotherTopicIsOfUnknownSchema() {
        Schema update = ModelUpdate.getClassSchema();
        SampleDecoder confluent = new SampleDecoder(SPEC, WireFormat.confluent(Map.of(3, update)));

        assertThat(confluent.decode(0, 0, new byte[] {0, 0, 0, 0, 3, 1, 2}))
                .isEqualTo(
                        new Rejection(
                                RejectionCause.UNKNOWN_SCHEMA,
                                "record is a io.penstock.schemas.ModelUpdate; allowed:"
                                        + " io.penstock.schemas.SolverOutput",
                                null,
                                null));
    }

    @Test
    void formerSchemaIsResolvedByItsFingerprint() {
        Sample sample = accepted(FormerOutputs.single());

        assertThat(sample.purpose()).isEqualTo(Purpose.TRAINING);
        assertThat(sample.simulation()).isEqualTo(7);
        assertThat(Outputs.numbers(sample.row()))
                .isEqualTo(Outputs.numbers(accepted(encode(output().build())).row()));
    }

    @Test
    void rejectionForgetsTheRecordBefore() {
        accepted(encode(output().build()));

        assertThat(rejected(new byte[] {1}).simulation()).isNull();
        assertThat(rejected(null).step()).isNull();
    }

    @Test
    void arraysInSeveralBlocksAreRead() {
        byte[] whole = encode(output().build());
        int parameters = 10 + 1 + 4 + 1 + 1 + 8 + 1; // header study simulation step time purpose
        assertThat(whole[parameters]).isEqualTo((byte) 4); // zig-zag of 2
        byte[] blocks =
                ByteBuffer.allocate(whole.length + 2)
                        .put(whole, 0, parameters)
                        .put((byte) 2) // one item
                        .put(whole, parameters + 1, 8)
                        .put((byte) 1) // minus one item: the size of the block follows
                        .put((byte) 16)
                        .put(whole, parameters + 9, whole.length - parameters - 9)
                        .array();

        assertThat(Outputs.numbers(accepted(blocks).row()))
                .isEqualTo(Outputs.numbers(accepted(whole).row()));
    }

    @Test
    void theReaderIsWrittenForTheCurrentSchema() {
        assertThat(SchemaNormalization.toParsingForm(SolverOutput.getClassSchema()))
                .isEqualTo(
                        "{\"name\":\"io.penstock.schemas.SolverOutput\",\"type\":\"record\",\"fields\":["
                                + "{\"name\":\"study\",\"type\":\"string\"},"
                                + "{\"name\":\"simulation\",\"type\":\"long\"},"
                                + "{\"name\":\"timeStep\",\"type\":\"int\"},"
                                + "{\"name\":\"time\",\"type\":\"double\"},"
                                + "{\"name\":\"purpose\",\"type\":"
                                + "{\"name\":\"io.penstock.schemas.Purpose\",\"type\":\"enum\","
                                + "\"symbols\":[\"TRAINING\",\"VALIDATION\"]}},"
                                + "{\"name\":\"parameters\",\"type\":{\"type\":\"array\",\"items\":\"double\"}},"
                                + "{\"name\":\"fields\",\"type\":{\"type\":\"array\",\"items\":"
                                + "{\"name\":\"io.penstock.schemas.Field\",\"type\":\"record\",\"fields\":["
                                + "{\"name\":\"name\",\"type\":\"string\"},"
                                + "{\"name\":\"shape\",\"type\":{\"type\":\"array\",\"items\":\"int\"}},"
                                + "{\"name\":\"dtype\",\"type\":{\"name\":\"io.penstock.schemas.DType\","
                                + "\"type\":\"enum\",\"symbols\":[\"FLOAT32\",\"FLOAT64\"]}},"
                                + "{\"name\":\"data\",\"type\":\"bytes\"}]}}}]}");
    }

    private void assertWrongFields(byte[] value, String reason) {
        assertRejected(value, RejectionCause.WRONG_FIELDS, reason);
    }

    private void assertWrongShape(List<Integer> shape, String reason) {
        assertRejected(
                withFields(
                        field("u", DType.FLOAT32, shape, Outputs.U),
                        field("flux", DType.FLOAT32, List.of(2), Outputs.FLUX)),
                RejectionCause.WRONG_SHAPE,
                reason);
    }

    private static byte[] withFields(Field... fields) {
        return encode(output().setFields(List.of(fields)).build());
    }

    private Sample accepted(byte[] value) {
        Decoded decoded = decoder.decode(0, 0, value);
        assertThat(decoded).isInstanceOf(Sample.class);
        return (Sample) decoded;
    }

    private Rejection rejected(byte @Nullable [] value) {
        Decoded decoded = decoder.decode(0, 0, value);
        assertThat(decoded).isInstanceOf(Rejection.class);
        return (Rejection) decoded;
    }

    private Rejection assertRejected(byte[] value, RejectionCause cause, String... reason) {
        Rejection rejection = rejected(value);
        assertThat(rejection.cause()).isEqualTo(cause);
        assertThat(rejection.reason()).contains(reason).doesNotContain("\n");
        return rejection;
    }
}
