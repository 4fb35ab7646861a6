package io.penstock.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What counts as a contribution. */
class RoundLogTest {
    @Test
    void aContributionOfManyChunksNeedsAllOfThem() {
        RoundLog log = new RoundLog("a", 2, 3);
        ContributionSummary summary = new ContributionSummary(5, false, 1, 5, 0, new double[0]);
        assertThat(log.take(chunk(summary, 7, 0, 10), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        assertThat(log.take(chunk(summary, 7, 2, 11), 0)).isEqualTo(RoundLog.Outcome.REFUSED);
        assertThat(log.take(chunk(summary, 7, 0, 12), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        // Another attempt of the shard, with other weights, in between.
        assertThat(log.take(chunk(summary, 8, 0, 13), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        assertThat(log.take(chunk(summary, 7, 1, 14), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        assertThat(log.take(chunk(summary, 8, 1, 15), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        assertThat(log.take(chunk(summary, 8, 2, 16), 0)).isEqualTo(RoundLog.Outcome.WHOLE);
        assertThat(log.take(chunk(summary, 7, 2, 17), 0)).isEqualTo(RoundLog.Outcome.NOTED);
        assertThat(Objects.requireNonNull(log.of(0, 1)).offsets()).containsExactly(13, 15, 16);
        assertThat(log.isComplete(0)).isFalse();
    }

    private static ContributionChunk chunk(
            ContributionSummary summary, long digest, int chunk, long offset) {
        return new ContributionChunk(
                "run", "a", 2, 1, 0, digest, chunk, 3, summary, offset, true, null);
    }
}
