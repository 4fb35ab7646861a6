package io.penstock.sample;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever the bytes of a record are, it is a sample, a mark or rejected. */
class DecoderFuzzTest {
    private final SampleDecoder decoder = new SampleDecoder(Outputs.SPEC);

    @FuzzTest(maxDuration = "10m")
    void everyRecordIsASampleOrRejected(byte[] value) {
        decoder.decode(0, 0, value);
    }
}
