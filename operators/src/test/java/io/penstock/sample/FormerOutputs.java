package io.penstock.sample;

import io.penstock.schemas.SolverOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** Records of a former SolverOutput: without purpose, with a time of 32 bits. */
final class FormerOutputs {
    static final long FINGERPRINT = 0x125b7ba66d3a0e6cL;

    private FormerOutputs() {}

    static Schema schema() {
        String resource =
                String.format("/io/penstock/schemas/by-fingerprint/%016x.avsc", FINGERPRINT);
        try (InputStream in = SolverOutput.class.getResourceAsStream(resource)) {
            return new Schema.Parser().parse(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same sample as {@link Outputs#output()}. */
    static byte[] single() {
        byte[] body = body();
        return ByteBuffer.allocate(10 + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0xC3)
                .put((byte) 1)
                .putLong(FINGERPRINT)
                .put(body)
                .array();
    }

    static byte[] body() {
        Schema schema = schema();
        SolverOutput now = Outputs.output().build();
        GenericRecord then = new GenericData.Record(schema);
        then.put("study", now.getStudy());
        then.put("simulation", now.getSimulation());
        then.put("timeStep", now.getTimeStep());
        then.put("time", (float) now.getTime());
        then.put("parameters", now.getParameters());
        Schema fieldSchema = schema.getField("fields").schema().getElementType();
        Schema typeSchema = fieldSchema.getField("dtype").schema();
        List<GenericRecord> fields =
                now.getFields().stream()
                        .map(
                                field -> {
                                    GenericRecord copy = new GenericData.Record(fieldSchema);
                                    copy.put("name", field.getName());
                                    copy.put("shape", field.getShape());
                                    copy.put(
                                            "dtype",
                                            new GenericData.EnumSymbol(
                                                    typeSchema, field.getDtype().name()));
                                    copy.put("data", field.getData());
                                    return copy;
                                })
                        .toList();
        then.put("fields", fields);
        return encode(schema, then);
    }

    private static byte[] encode(Schema schema, GenericRecord datum) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        try {
            new GenericDatumWriter<GenericRecord>(schema).write(datum, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
