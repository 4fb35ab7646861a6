package io.penstock.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.schemas.EventKind;
import io.penstock.schemas.SolverOutput;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class WireFormatTest {
    private static final byte[] OUTPUT = Outputs.encode(Outputs.output().build());

    @Test
    void singleObjectNamesTheCurrentSchemaAndTheBody() throws Exception {
        WireFormat.Body body = WireFormat.singleObject().body(OUTPUT);

        assertThat(body.writer()).isSameAs(SolverOutput.getClassSchema());
        assertThat(body.start()).isEqualTo(10);
    }

    @Test
    void singleObjectFindsFormerSchemasOnTheClassPath() throws Exception {
        WireFormat format = WireFormat.singleObject();

        assertThat(format.body(FormerOutputs.single()).writer()).isEqualTo(FormerOutputs.schema());
        assertThat(format.body(OUTPUT).writer()).isSameAs(SolverOutput.getClassSchema());
    }

    @Test
    void confluentFramingLeadsToTheSameSample() {
        // A registry hands out its own copy of the current schema.
        Schema copy = new Schema.Parser().parse(SolverOutput.getClassSchema().toString());
        SampleDecoder decoder =
                new SampleDecoder(Outputs.SPEC, WireFormat.confluent(Map.of(258, copy)));

        Sample sample = (Sample) decoder.decode(0, 0, framed(258, OUTPUT));

        assertThat(Outputs.numbers(sample.row()))
                .isEqualTo(
                        Outputs.numbers(
                                ((Sample) new SampleDecoder(Outputs.SPEC).decode(0, 0, OUTPUT))
                                        .row()));
    }

    @Test
    void confluentFramingOfAFormerSchemaIsResolved() {
        SampleDecoder decoder =
                new SampleDecoder(
                        Outputs.SPEC, WireFormat.confluent(Map.of(1, FormerOutputs.schema())));

        assertThat(decoder.decode(0, 0, framed(1, FormerOutputs.single())))
                .isInstanceOf(Sample.class);
    }

    @Test
    void unknownIdAndForeignFramingSayWhatIsAllowed() {
        WireFormat format = WireFormat.confluent(Map.of(4, SolverOutput.getClassSchema()));

        assertThatThrownBy(() -> format.body(framed(9, OUTPUT)))
                .isInstanceOf(UnknownSchemaException.class)
                .hasMessage("schema id 9 is not known; allowed: [4]");
        assertThatThrownBy(() -> format.body(OUTPUT))
                .isInstanceOf(UnknownSchemaException.class)
                .hasMessageContaining("record begins with c3 01")
                .hasMessageContaining("allowed: 00 and a schema id");
    }

    @Test
    void bothFormatsCanBeShippedAfterUse() throws Exception {
        WireFormat single = WireFormat.singleObject();
        single.body(OUTPUT);
        WireFormat confluent = WireFormat.confluent(Map.of(4, SolverOutput.getClassSchema()));

        assertThat(InstantiationUtil.clone(single).body(OUTPUT).start()).isEqualTo(10);
        assertThat(InstantiationUtil.clone(confluent).body(framed(4, OUTPUT)).writer())
                .isSameAs(SolverOutput.getClassSchema());
    }

    @Test
    void endMarkerIsThatOfItsStudyOnly() {
        EndMarkerMatcher matcher = new EndMarkerMatcher("heat", WireFormat.singleObject());

        assertThat(matcher.matches(Outputs.event("heat", EventKind.ENSEMBLE_FINISHED))).isTrue();
        assertThat(matcher.matches(Outputs.event("wave", EventKind.ENSEMBLE_FINISHED))).isFalse();
        assertThat(matcher.matches(Outputs.event("heat", EventKind.FINISHED))).isFalse();
        assertThat(matcher.matches(OUTPUT)).isFalse();
        assertThat(matcher.matches(null)).isFalse();
        assertThat(matcher.matches(new byte[] {1, 2, 3})).isFalse();
        byte[] whole = Outputs.event("heat", EventKind.ENSEMBLE_FINISHED);
        assertThat(matcher.matches(Arrays.copyOf(whole, whole.length - 1))).isFalse();
    }

    private static byte[] framed(int id, byte[] single) {
        return ByteBuffer.allocate(single.length - 5)
                .put((byte) 0)
                .putInt(id)
                .put(single, 10, single.length - 10)
                .array();
    }
}
