package io.penstock.cli;

import io.penstock.schemas.ModelUpdate;
import io.penstock.surrogate.ModelDescription;
import java.io.IOException;
import java.util.List;

/**
 * All that is known of a version of a model.
 *
 * @param study the study
 * @param summary the version in a line
 * @param description how it is built and used
 * @param shards what each shard had done
 * @param inputs how far the topics of its input had been consumed
 */
record ModelDetails(
        String study,
        ModelSummary summary,
        ModelDescription description,
        List<Shard> shards,
        List<Input> inputs) {
    ModelDetails {
        shards = List.copyOf(shards);
        inputs = List.copyOf(inputs);
    }

    /** What a shard had done. */
    record Shard(int shard, long batches, long samplesTrained) {}

    /** The last record of a partition that was taken in. */
    record Input(String topic, int partition, long offset) {}

    static ModelDetails of(ModelUpdate update) throws IOException {
        return new ModelDetails(
                update.getStudy(),
                ModelSummary.of(update),
                ModelDescription.fromJson(update.getModel()),
                update.getShardProgress().stream()
                        .map(s -> new Shard(s.getShard(), s.getBatches(), s.getSamplesTrained()))
                        .toList(),
                update.getInputOffsets().stream()
                        .map(i -> new Input(i.getTopic(), i.getPartition(), i.getOffset()))
                        .toList());
    }
}
