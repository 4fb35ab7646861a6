package io.penstock.reservoir;

import io.penstock.setting.InvalidSettingException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Objects;
import java.util.function.IntFunction;

/**
 * The rows of a reservoir: {@code slots × rowBytes} of memory outside the Java heap, little-endian.
 *
 * <p>The memory is one direct buffer, or several with a whole number of rows each where one buffer
 * (below 2 GiB) does not hold it all. Rows lie without gaps; starting each at a cache line was
 * measured to gain nothing. Storing a row and gathering one into a batch are one memcpy each and
 * allocate nothing. A slot that was never written reads as zeros. Not thread-safe.
 *
 * <p>The JVM gives direct memory back when it collects the buffers as garbage, not before: {@link
 * #close} makes the store's buffers collectable, once the views made by {@link #row} are gone too.
 * An allocation that finds no room makes the JVM collect garbage first, so a store may be closed
 * and allocated anew in memory for one, unless {@code -XX:+DisableExplicitGC} is set.
 */
public final class SlotStore implements AutoCloseable {
    private static final int MAX_BLOCK_BYTES = Integer.MAX_VALUE;

    private final int slots;
    private final int rowBytes;
    private final int rowsPerBlock;
    private ByteBuffer[] blocks;

    private SlotStore(int slots, int rowBytes, int rowsPerBlock) {
        this.slots = slots;
        this.rowBytes = rowBytes;
        this.rowsPerBlock = rowsPerBlock;
        this.blocks = new ByteBuffer[(int) (((long) slots + rowsPerBlock - 1) / rowsPerBlock)];
    }

    /**
     * Allocates the memory of a reservoir, zeroed.
     *
     * @throws InvalidSettingException if it does not fit; says what is needed and what bounds it
     */
    public static SlotStore allocate(int slots, int rowBytes) {
        return allocate(
                slots, rowBytes, MAX_BLOCK_BYTES, DirectMemory.limit(), ByteBuffer::allocateDirect);
    }

    /** As {@link #allocate(int, int)}, with the bounds and the source of the memory as given. */
    static SlotStore allocate(
            int slots,
            int rowBytes,
            int maxBlockBytes,
            long limit,
            IntFunction<ByteBuffer> allocator) {
        long needed = bytesNeeded(slots, rowBytes);
        if (needed > limit) {
            throw tooLarge(slots, rowBytes, limit, "");
        }
        SlotStore store = new SlotStore(slots, rowBytes, Math.max(1, maxBlockBytes / rowBytes));
        try {
            store.allocateBlocks(allocator);
        } catch (OutOfMemoryError e) {
            store.close();
            InvalidSettingException tooLarge =
                    tooLarge(slots, rowBytes, limit, "; the JVM says: " + e.getMessage());
            tooLarge.initCause(e);
            throw tooLarge;
        }
        return store;
    }

    private void allocateBlocks(IntFunction<ByteBuffer> allocator) {
        for (int block = 0; block < blocks.length; block++) {
            int rows = Math.min(rowsPerBlock, slots - block * rowsPerBlock);
            blocks[block] = allocator.apply(rows * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static InvalidSettingException tooLarge(
            int slots, int rowBytes, long limit, String detail) {
        return new InvalidSettingException(
                "capacity",
                slots,
                String.format(
                        Locale.ROOT,
                        "what fits into memory: %d rows of %d bytes need %d bytes outside the Java"
                                + " heap, where %d are allowed and %d in use (bounds: the machine's"
                                + " memory and -XX:MaxDirectMemorySize, by default the heap's size;"
                                + " Flink sets it from taskmanager.memory.task.off-heap.size)%s",
                        slots,
                        rowBytes,
                        bytesNeeded(slots, rowBytes),
                        limit,
                        DirectMemory.used(),
                        detail));
    }

    /**
     * Bytes that {@link #allocate} takes from the direct memory.
     *
     * @throws IllegalArgumentException if {@code slots} is negative or {@code rowBytes} below 1
     */
    public static long bytesNeeded(int slots, int rowBytes) {
        if (slots < 0 || rowBytes < 1) {
            throw new IllegalArgumentException(
                    slots + " slots of " + rowBytes + " bytes; rows need at least 1 byte");
        }
        return (long) slots * rowBytes;
    }

    /**
     * Copies a row into a slot.
     *
     * @throws IllegalArgumentException if the row is not of {@link #rowBytes} bytes
     */
    public void put(int slot, byte[] row) {
        checkLength(slot, row.length);
        block(slot).put(start(slot), row);
    }

    /**
     * Copies a row, the buffer's bytes from its position to its limit, into a slot; neither moves.
     *
     * @throws IllegalArgumentException if the row is not of {@link #rowBytes} bytes
     */
    public void put(int slot, ByteBuffer row) {
        checkLength(slot, row.remaining());
        block(slot).put(start(slot), row, row.position(), rowBytes);
    }

    private void checkLength(int slot, int length) {
        if (length != rowBytes) {
            throw new IllegalArgumentException(
                    String.format(
                            "a row of %d bytes for slot %d; rows have %d", length, slot, rowBytes));
        }
    }

    /**
     * Copies the rows of the first {@code count} of {@code slots} one after another into a buffer,
     * from its index 0 on; its position and limit do not move.
     *
     * @throws IllegalArgumentException if the rows do not fit below the buffer's limit
     */
    public void gather(int[] slots, int count, ByteBuffer into) {
        if (count > slots.length || (long) count * rowBytes > into.limit()) {
            throw new IllegalArgumentException(
                    String.format(
                            "%d rows of %d bytes from %d slots do not fit into a buffer of %d",
                            count, rowBytes, slots.length, into.limit()));
        }
        for (int i = 0; i < count; i++) {
            into.put(i * rowBytes, block(slots[i]), start(slots[i]), rowBytes);
        }
    }

    /** A read-only view of a slot's row; it sees later rows put there. */
    public ByteBuffer row(int slot) {
        return block(slot)
                .slice(start(slot), rowBytes)
                .asReadOnlyBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer block(int slot) {
        if (blocks.length == 0) {
            throw new IllegalStateException("the slot store is closed");
        }
        return blocks[Objects.checkIndex(slot, slots) / rowsPerBlock];
    }

    private int start(int slot) {
        return slot % rowsPerBlock * rowBytes;
    }

    /** Bytes of a row. */
    public int rowBytes() {
        return rowBytes;
    }

    /** Number of slots. */
    public int slots() {
        return slots;
    }

    /** Number of buffers the memory consists of. */
    int blocks() {
        return blocks.length;
    }

    /** Lets go of the memory (see above); rows can be neither put nor read any more. */
    @Override
    public void close() {
        blocks = new ByteBuffer[0];
    }
}
