package io.penstock.training;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * When shards validate what a round made, and a shard's share of the last validation until it
 * travels with a contribution. All shards must come to the same conclusions, so these depend on
 * nothing but what a round told all of them.
 */
final class SharedValidation {
    private final ValidationSpec spec;
    private final int shards;
    private ValidationShare share = ValidationShare.NONE;
    private boolean unvalidated;
    private long validatedAt;

    SharedValidation(ValidationSpec spec, int shards) {
        this.spec = spec;
        this.shards = shards;
    }

    /** Keeps the shard's share for its next contribution. */
    void keep(ValidationShare validated) {
        share = validated;
    }

    /** Gives the share away. */
    ValidationShare take() {
        ValidationShare taken = share;
        share = ValidationShare.NONE;
        return taken;
    }

    /** There are weights that have not been validated. */
    void merged() {
        unvalidated = true;
    }

    /** Mean number of steps of the shards when the last validation began. */
    long validatedAt() {
        return validatedAt;
    }

    /**
     * Whether the merged weights are to be validated now.
     *
     * @param batches steps of every shard at the round
     * @param drained whether no shard has anything left to train on
     */
    boolean isDue(long[] batches, boolean drained) {
        if (!unvalidated || spec.simulations() == 0) {
            return false;
        }
        long now = Arrays.stream(batches).sum() / shards;
        if (!drained && now / spec.everyBatches() == validatedAt / spec.everyBatches()) {
            return false;
        }
        unvalidated = false;
        validatedAt = now;
        return true;
    }

    /** Takes over the steps of former shards, of another number. */
    void inherit(long formerBatches) {
        validatedAt = formerBatches / shards;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(share.count());
        for (double sum : share.sums()) {
            out.writeDouble(sum);
        }
        out.writeBoolean(unvalidated);
        out.writeLong(validatedAt);
    }

    void readFrom(DataInput in) throws IOException {
        long count = in.readLong();
        double[] sums = new double[ValidationShare.SUMS];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = in.readDouble();
        }
        share = new ValidationShare(sums, count);
        unvalidated = in.readBoolean();
        validatedAt = in.readLong();
    }
}
