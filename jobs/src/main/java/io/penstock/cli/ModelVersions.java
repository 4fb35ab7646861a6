package io.penstock.cli;

import io.penstock.kafka.Topics;
import io.penstock.schemas.ModelUpdate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The published versions of a study's model, in the order of their publication, as far as the topic
 * still holds them: compaction leaves the newest of each study.
 *
 * @param study the study
 * @param updates the versions, at least one
 */
record ModelVersions(String study, List<ModelUpdate> updates) {
    ModelVersions {
        updates = List.copyOf(updates);
    }

    /**
     * Reads them.
     *
     * @throws UsageException if there are none
     */
    static ModelVersions read(TopicReader reader, Topics topics, String study) throws IOException {
        List<ModelUpdate> found = new ArrayList<>();
        List<String> others = new ArrayList<>();
        reader.read(
                topics.modelUpdates(),
                ModelUpdate.getDecoder(),
                (update, timestamp) -> {
                    if (update.getStudy().equals(study)) {
                        found.add(update);
                    } else if (!others.contains(update.getStudy())) {
                        others.add(update.getStudy());
                    }
                });
        if (found.isEmpty()) {
            throw new UsageException(
                    "topic "
                            + topics.modelUpdates()
                            + " holds no version of the model of study "
                            + study
                            + "; it holds those of "
                            + (others.isEmpty() ? "none" : String.join(", ", others)));
        }
        return new ModelVersions(study, found);
    }

    /**
     * A version.
     *
     * @param version its number; null for the one published last
     * @throws UsageException if there is no such version
     */
    ModelUpdate get(@Nullable Long version) {
        for (int i = updates.size() - 1; i >= 0; i--) {
            if (version == null || updates.get(i).getVersion() == version) {
                return updates.get(i);
            }
        }
        throw new UsageException(
                "there is no version "
                        + version
                        + " of the model of "
                        + study
                        + "; there are "
                        + updates.stream().map(u -> Long.toString(u.getVersion())).toList());
    }
}
