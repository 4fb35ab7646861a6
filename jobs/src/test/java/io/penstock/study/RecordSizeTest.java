package io.penstock.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.penstock.sample.FieldSpec;
import io.penstock.sample.Quantity;
import io.penstock.schemas.DType;
import io.penstock.schemas.Field;
import io.penstock.schemas.Purpose;
import io.penstock.schemas.SolverOutput;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecordSizeTest {
    @Test
    void boundsTheEncodedRecordClosely() throws Exception {
        List<Quantity> parameters =
                List.of(new Quantity("a", "", 0, 1), new Quantity("b", "", 0, 1));
        List<FieldSpec> fields =
                List.of(
                        new FieldSpec("temperature", "K", List.of(30, 40), 0, 1),
                        new FieldSpec("ü", "", List.of(7), 0, 1));
        SolverOutput largest =
                new SolverOutput(
                        "study",
                        Long.MAX_VALUE,
                        Integer.MAX_VALUE,
                        1.0,
                        Purpose.VALIDATION,
                        Collections.nCopies(2, 1.0),
                        fields.stream()
                                .map(
                                        field ->
                                                new Field(
                                                        field.name(),
                                                        field.shape(),
                                                        DType.FLOAT32,
                                                        ByteBuffer.allocate(4 * field.cells())))
                                .toList());

        long bytes = SolverOutput.getEncoder().encode(largest).remaining();

        assertThat(RecordSize.bound("study", parameters, fields)).isBetween(bytes, bytes + 200);
    }
}
