package io.penstock.reservoir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.setting.InvalidSettingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlotStoreTest {
    private static final int ROW = 12;

    /** One block, several of which the last is smaller, and one block per row. */
    @ParameterizedTest
    @CsvSource({"1000, 1", "40, 4", "12, 10", "5, 10"})
    void givesRowsBackFromAnyNumberOfBlocks(int maxBlockBytes, int blocks) {
        try (SlotStore store = store(10, maxBlockBytes)) {
            assertThat(store.blocks()).isEqualTo(blocks);
            for (int slot = 0; slot < 10; slot++) {
                store.put(slot, row(slot));
            }
            store.put(3, row(33));
            for (int slot = 0; slot < 10; slot++) {
                assertThat(bytes(store.row(slot))).isEqualTo(row(slot == 3 ? 33 : slot));
            }
        }
    }

    @Test
    void takesRowsFromBuffersBetweenPositionAndLimit() {
        ByteBuffer large = ByteBuffer.allocate(40).position(7).limit(7 + ROW);
        large.duplicate().put(row(5));
        ByteBuffer direct = ByteBuffer.allocateDirect(ROW).put(row(6)).flip();
        try (SlotStore store = store(3, 24)) {
            store.put(2, large);
            store.put(0, direct);
            assertThat(bytes(store.row(2))).isEqualTo(row(5));
            assertThat(bytes(store.row(0))).isEqualTo(row(6));
        }
        assertThat(large.position()).isEqualTo(7);
        assertThat(direct.remaining()).isEqualTo(ROW);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 40, 12})
    void gathersRowsInOrderAndRepeated(int maxBlockBytes) {
        try (SlotStore store = store(10, maxBlockBytes)) {
            for (int slot = 0; slot < 10; slot++) {
                store.put(slot, row(slot));
            }
            ByteBuffer batch = ByteBuffer.allocateDirect(5 * ROW);
            store.gather(new int[] {9, 0, 9, 4, 7}, 4, batch);
            assertThat(batch.position()).isZero();
            for (int i = 0; i < 4; i++) {
                assertThat(bytes(batch.slice(i * ROW, ROW)))
                        .isEqualTo(row(new int[] {9, 0, 9, 4}[i]));
            }
            assertThat(bytes(batch.slice(4 * ROW, ROW))).isEqualTo(new byte[ROW]);
        }
    }

    @Test
    void refusesABatchThatDoesNotFit() {
        try (SlotStore store = store(10, 1000)) {
            ByteBuffer batch = ByteBuffer.allocateDirect(3 * ROW).limit(3 * ROW - 1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.gather(new int[] {1, 2, 3}, 3, batch))
                    .withMessageContaining("3 rows of 12 bytes")
                    .withMessageContaining("35");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.gather(new int[] {1}, 2, batch));
        }
    }

    @Test
    void readsAsLittleEndianZerosUntilWritten() {
        try (SlotStore store = store(2, 1000)) {
            assertThat(bytes(store.row(1))).isEqualTo(new byte[ROW]);
            byte[] row = new byte[ROW];
            ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).putFloat(4, 2.5f);
            store.put(1, row);
            assertThat(store.row(1).getFloat(4)).isEqualTo(2.5f);
        }
    }

    @Test
    void handsOutViewsThatCannotBeWritten() {
        try (SlotStore store = store(2, 1000)) {
            ByteBuffer view = store.row(1);
            assertThat(view.capacity()).isEqualTo(ROW);
            assertThatExceptionOfType(ReadOnlyBufferException.class)
                    .isThrownBy(() -> view.put(0, (byte) 1));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, ROW - 1, ROW + 1})
    void refusesRowsOfAnotherLength(int length) {
        try (SlotStore store = store(2, 1000)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.put(1, new byte[length]))
                    .withMessageContaining("a row of " + length + " bytes for slot 1")
                    .withMessageContaining("12");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.put(1, ByteBuffer.allocate(length)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, Integer.MAX_VALUE})
    void refusesSlotsThatDoNotExist(int slot) {
        try (SlotStore store = store(2, 1000)) {
            assertThatThrownBy(() -> store.put(slot, new byte[ROW]))
                    .isInstanceOf(IndexOutOfBoundsException.class)
                    .hasMessageContaining(Integer.toString(slot));
            assertThatThrownBy(() -> store.row(slot)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void refusesUseAfterClose() {
        SlotStore store = store(2, 1000);
        store.close();
        store.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> store.put(1, new byte[ROW]))
                .withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> store.row(0));
    }

    @Test
    void countsItsBytesBeyondTwoGibibytes() {
        assertThat(SlotStore.bytesNeeded(6000, 4_000_024)).isEqualTo(24_000_144_000L);
        assertThat(SlotStore.bytesNeeded(0, 4)).isZero();
        assertThatIllegalArgumentException().isThrownBy(() -> SlotStore.bytesNeeded(-1, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> SlotStore.bytesNeeded(4, 0));
    }

    @Test
    void saysWhatItNeedsAndWhatThereIsWhenMemoryDoesNotSuffice() {
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> ofHundreds(399_999))
                .withMessageContaining("capacity: 1000")
                .withMessageContaining("need 400000 bytes")
                .withMessageContaining("where 399999 are allowed")
                .withMessageContaining("-XX:MaxDirectMemorySize")
                .withMessageContaining("taskmanager.memory.task.off-heap.size");
        try (SlotStore store = ofHundreds(400_000)) {
            assertThat(store.slots()).isEqualTo(1000);
            assertThat(store.rowBytes()).isEqualTo(400);
        }
    }

    private static SlotStore ofHundreds(long limit) {
        return SlotStore.allocate(1000, 400, 1 << 20, limit, ByteBuffer::allocateDirect);
    }

    @Test
    void refusesMoreThanThisJvmMayTakeWithoutTryingToTakeIt() {
        long used = DirectMemory.used();
        int rows = (int) (DirectMemory.limit() >> 20) + 1;
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> SlotStore.allocate(rows, 1 << 20))
                .withMessageContaining("need " + ((long) rows << 20) + " bytes");
        assertThat(DirectMemory.used() - used).isLessThan(1 << 20);
    }

    @Test
    void saysWhatTheJvmSaysWhenTheLastBlockIsRefused() {
        IntFunction<ByteBuffer> full =
                bytes -> {
                    if (bytes < 4 * ROW) {
                        throw new OutOfMemoryError("Cannot reserve it");
                    }
                    return ByteBuffer.allocateDirect(bytes);
                };
        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> SlotStore.allocate(10, ROW, 4 * ROW, Long.MAX_VALUE, full))
                .withMessageContaining("need 120 bytes")
                .withMessageContaining("the JVM says: Cannot reserve it")
                .withCauseInstanceOf(OutOfMemoryError.class);
    }

    private static SlotStore store(int slots, int maxBlockBytes) {
        return SlotStore.allocate(
                slots, ROW, maxBlockBytes, Long.MAX_VALUE, ByteBuffer::allocateDirect);
    }

    private static byte[] row(int value) {
        byte[] row = new byte[ROW];
        for (int i = 0; i < ROW; i++) {
            row[i] = (byte) (value * ROW + i + 1);
        }
        return row;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
