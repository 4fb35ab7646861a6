package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.setting.InvalidSettingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpyFileTest {
    @TempDir Path folder;

    @Test
    void writesWhatNumPyWrites() throws IOException {
        ByteBuffer file = write(new int[] {2, 3}, new float[] {1, 2, 3, 4, 5, -6.5f});
        byte[] start = new byte[10];
        file.get(start);
        // numpy.save of the same array begins with these bytes: magic, 1.0, 118 bytes of header.
        assertThat(start).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0);
        assertThat(text(file, 118))
                .startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3,), }   ")
                .endsWith("   \n");
        float[] data = new float[6];
        file.asFloatBuffer().get(data);
        assertThat(data).containsExactly(1, 2, 3, 4, 5, -6.5f);
        assertThat(file.remaining()).isEqualTo(6 * Float.BYTES);
    }

    @Test
    void startsTheDataAtAMultipleOf64BytesWhateverTheShape() throws IOException {
        for (int axes = 0; axes <= 12; axes++) {
            int[] shape = new int[axes];
            Arrays.fill(shape, 1);
            ByteBuffer file = write(shape, new float[] {7});
            assertThat((file.capacity() - Float.BYTES) % 64).as("%d axes", axes).isZero();
            assertThat(file.getFloat(file.capacity() - Float.BYTES)).isEqualTo(7);
        }
    }

    @Test
    void refusesDataThatDoesNotFillTheShape() {
        assertThatThrownBy(() -> write(new int[] {2, 3}, new float[5]))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("5 values")
                .hasMessageContaining("6 values");
    }

    private ByteBuffer write(int[] shape, float[] data) throws IOException {
        Path file = folder.resolve("field.npy");
        NpyFile.write(file, shape, data);
        assertThat(folder).isDirectoryNotContaining(p -> p.toString().endsWith(".part"));
        return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String text(ByteBuffer bytes, int length) {
        byte[] text = new byte[length];
        bytes.get(text);
        return new String(text, StandardCharsets.US_ASCII);
    }
}
