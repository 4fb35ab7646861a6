package io.penstock.training;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the log of contributions says, as far as a shard still needs it: the first whole
 * contribution of every shard to the rounds that the shard has not been through. Whoever reads the
 * log comes to the same conclusions, since they depend on the order of its chunks alone.
 *
 * <p>A contribution is whole when all its chunks came, in whatever order and mixed with those of
 * others. It is refused when its last chunk has come and another is missing or damaged.
 */
final class RoundLog {
    /** What a chunk was good for. */
    enum Outcome {
        /** It is one of several, or says again what is known. */
        NOTED,
        /** It made a contribution whole. */
        WHOLE,
        /** It ended a contribution that lacks a chunk, or cannot be part of a round. */
        REFUSED
    }

    private final String architecture;
    private final int shards;
    private final int chunks;
    private final SortedMap<Long, @Nullable Contribution[]> rounds = new TreeMap<>();
    private final Map<Key, Contribution> partials = new LinkedHashMap<>();

    private record Key(long round, int shard, long digest) {}

    /**
     * @param architecture the only one that is merged
     * @param chunks chunks of a contribution that has values
     */
    RoundLog(String architecture, int shards, int chunks) {
        this.architecture = architecture;
        this.shards = shards;
        this.chunks = chunks;
    }

    /**
     * Takes the next chunk of the log.
     *
     * @param from first round that is still of interest
     */
    Outcome take(ContributionChunk chunk, long from) {
        if (!fits(chunk)) {
            return Outcome.REFUSED;
        }
        if (chunk.round() < from || of(chunk.round(), chunk.shard()) != null) {
            return Outcome.NOTED; // Late, or not the first.
        }
        Key key = new Key(chunk.round(), chunk.shard(), chunk.digest());
        Contribution partial = partials.get(key);
        if (partial == null || chunk.chunk() == 0) {
            // A shard that contributes again begins again; what came before may be cut short.
            partial = Contribution.begun(chunk.digest(), chunk.summary(), chunk.chunks());
            partials.put(key, partial);
        }
        partial.offsets()[chunk.chunk()] = chunk.intact() ? chunk.offset() : Contribution.MISSING;
        if (chunk.chunk() < chunk.chunks() - 1) {
            return Outcome.NOTED;
        }
        partials.remove(key);
        if (!partial.isWhole()) {
            return Outcome.REFUSED;
        }
        partials.keySet().removeIf(k -> k.round() == key.round() && k.shard() == key.shard());
        rounds.computeIfAbsent(chunk.round(), round -> new Contribution[shards])[chunk.shard()] =
                partial;
        return Outcome.WHOLE;
    }

    private boolean fits(ContributionChunk chunk) {
        return chunk.architecture().equals(architecture)
                && chunk.shards() == shards
                && chunk.shard() >= 0
                && chunk.shard() < shards
                && chunk.chunks() == (chunk.summary().samples() == 0 ? 1 : chunks)
                && chunk.chunk() >= 0
                && chunk.chunk() < chunk.chunks();
    }

    /** The contribution that counts; null when none is whole yet. */
    @Nullable Contribution of(long round, int shard) {
        @Nullable Contribution[] found = rounds.get(round);
        return found == null ? null : found[shard];
    }

    /** Whether every shard has contributed to a round. */
    boolean isComplete(long round) {
        @Nullable Contribution[] found = rounds.get(round);
        return found != null && Arrays.stream(found).allMatch(Objects::nonNull);
    }

    /**
     * The contributions to a round by shard, as far as they have come; null when one has not begun,
     * or it is open which of a shard's will count.
     */
    Contribution @Nullable [] begun(long round) {
        Contribution[] begun = new Contribution[shards];
        for (int shard = 0; shard < shards; shard++) {
            Contribution contribution = of(round, shard);
            if (contribution == null) {
                contribution = onlyPartial(round, shard);
            }
            if (contribution == null) {
                return null;
            }
            begun[shard] = contribution;
        }
        return begun;
    }

    private @Nullable Contribution onlyPartial(long round, int shard) {
        Contribution only = null;
        for (Map.Entry<Key, Contribution> entry : partials.entrySet()) {
            if (entry.getKey().round() == round && entry.getKey().shard() == shard) {
                if (only != null) {
                    return null;
                }
                only = entry.getValue();
            }
        }
        return only;
    }

    /** The contributions to a complete round, by shard. */
    Contribution[] complete(long round) {
        return Arrays.stream(Objects.requireNonNull(rounds.get(round)))
                .map(Objects::requireNonNull)
                .toArray(Contribution[]::new);
    }

    /** Whether another shard than this one has contributed to a round. */
    boolean hasOther(long round, int shard) {
        for (int other = 0; other < shards; other++) {
            if (other != shard && of(round, other) != null) {
                return true;
            }
        }
        return false;
    }

    /** Forgets a round that was gone through, and those before it. */
    void forget(long round) {
        rounds.headMap(round + 1).clear();
        partials.keySet().removeIf(key -> key.round() <= round);
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(rounds.size());
        for (Map.Entry<Long, @Nullable Contribution[]> entry : rounds.entrySet()) {
            out.writeLong(entry.getKey());
            for (Contribution contribution : entry.getValue()) {
                out.writeBoolean(contribution != null);
                if (contribution != null) {
                    contribution.writeTo(out);
                }
            }
        }
        out.writeInt(partials.size());
        for (Map.Entry<Key, Contribution> entry : partials.entrySet()) {
            out.writeLong(entry.getKey().round());
            out.writeInt(entry.getKey().shard());
            entry.getValue().writeTo(out);
        }
    }

    void readFrom(DataInput in) throws IOException {
        for (int left = in.readInt(); left > 0; left--) {
            Contribution[] found = new Contribution[shards];
            rounds.put(in.readLong(), found);
            for (int shard = 0; shard < shards; shard++) {
                if (in.readBoolean()) {
                    found[shard] = Contribution.readFrom(in);
                }
            }
        }
        for (int left = in.readInt(); left > 0; left--) {
            long round = in.readLong();
            int shard = in.readInt();
            Contribution begun = Contribution.readFrom(in);
            partials.put(new Key(round, shard, begun.digest()), begun);
        }
    }
}
