package io.penstock.flink;

import io.penstock.training.ContributionChunk;
import io.penstock.training.Control;
import org.jspecify.annotations.Nullable;

/**
 * A record of the logs that all shards read; one of the two is there. A Flink POJO type.
 *
 * @param contribution what is said of a contribution to a round
 * @param control what is wanted of the training, or what is said of that
 */
public record SharedRecord(@Nullable ContributionChunk contribution, @Nullable Control control) {}
